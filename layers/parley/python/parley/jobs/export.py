"""Exports: all of a tenant's data, or of one user's, as gzipped JSON lines that are fetched from S3.

The worker reads page after page and writes part after part. Each part is a gzip member of its own, so a part needs
nothing of the one before: a checkpoint is the position to read on from, and the parts that are in S3. Between parts,
what has been compressed is kept beside them every now and then, so that even the slowest export makes headway in each
run. Memory holds one part, whatever the size; a file is completed at 2 GiB and the next one begun.

A run that died since the last checkpoint is as if it had not been: the same position is read again, the same part
written again.
"""

import json
import time
import zlib
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from parley import clock, ids, limits
from parley.audit import audit_log
from parley.errors import ActingUserRequired, ExportNotFound, JobNotFound, ServerTokenRequired
from parley.identity.caller import Caller
from parley.jobs import export_pages, export_store, job_queue, store
from parley.jobs.export_lines import Record
from parley.jobs.export_pages import Scope
from parley.jobs.schemas import Export, ExportFile, StartExport
from parley.jobs.store import StoredJob
from parley.settings import settings
from parley.tables import attributes, dynamodb, keys, transactions
from parley.tables.dynamodb import TransactionRefused
from parley.tables.keys import Key
from parley.tables.rate_limits import Decision
from parley.tables.transactions import Action

PART_BYTES = 8 * 1024 * 1024
SMALLEST_PART_BYTES = 5 * 1024 * 1024
"""S3's own bound for every part but the last."""
PARTS_PER_FILE = 256
CHECKPOINT_SECONDS = 15.0
UNITS_PER_SECOND = 1_000.0
"""Read units that one export takes of the table, at most: what an idle table gives away in a partition's third."""
KEPT_MS = 7 * 24 * 3600 * 1000
MOST_FAILURES = 10
MANIFEST = "manifest.json"
_GZIP = 31


def do_start(caller: Caller, body: StartExport) -> tuple[Export, Decision]:
    """Begin an export: of all the tenant or of any user for the tenant's back end, of themselves for a user;
    and how many more are left.

    Raises `ServerTokenRequired`, `UserNotFound`, and `RateLimited` for a scope that is exported too often.
    """
    user_id = _exported_user(caller, body.user_id)
    limit = limits.TENANT_EXPORTS if user_id is None else limits.USER_EXPORTS
    left = limits.take(limit, caller, subject=user_id or "")
    job = store.new(
        caller.tenant_id,
        "export",
        user_id,
        job_id=ids.derived_id("export", caller.tenant_id, user_id or "", str(clock.now_ms())),
        step="reading",
        position=export_pages.beginning(Scope(caller.tenant_id, user_id)),
        file=1,
        parts=[],
        tail=None,
    )
    actions = [store.put_action(job), store.list_action(job)]
    if user_id is not None:
        actions.append(_note_action(job, user_id))
    of_whom = {"user": user_id} if user_id is not None else {}
    actions.append(audit_log.line(caller, "export.started", ("export", job.id), details=of_whom))
    with suppress(TransactionRefused):  # another request of the same moment has begun it
        dynamodb.transact(actions)
    stored = store.load(job.tenant_id, job.id)
    job_queue.send(stored)
    return _view(stored, []), left


def _exported_user(caller: Caller, user_id: str | None) -> str | None:
    """Who is exported, None for all of the tenant."""
    if caller.is_server and not caller.user_id:
        if user_id == ids.ONESELF:
            raise ActingUserRequired
        return user_id
    if user_id not in (None, ids.ONESELF, caller.user_id):
        raise ServerTokenRequired
    return caller.user_id


def _note_action(job: StoredJob, user_id: str) -> Action:
    """The write that notes an export with the user: who is erased has their exports removed."""
    at = Key(keys.user(job.tenant_id, user_id), keys.export_sk(job.id))
    expires_at = clock.now_ms() // 1000 + store.KEPT_SECONDS
    note = attributes.item({**at._asdict(), "entity": "export", "expires_at": expires_at})
    return transactions.put(settings().control_table, note)


def do_get(caller: Caller, job_id: str) -> Export:
    """How far an export is and, once it is complete, where its files are. Raises `ExportNotFound`."""
    try:
        job = store.load(caller.tenant_id, job_id)
    except JobNotFound:
        raise ExportNotFound from None
    of_the_tenant = caller.is_server and not caller.user_id
    if job.kind != "export" or not (of_the_tenant or job.user_id == caller.user_id):
        raise ExportNotFound
    return _view(job, _files(job))


def _files(job: StoredJob) -> list[ExportFile]:
    if job.status != "completed" or clock.now_ms() >= _expires_at(job):
        return []
    names = [each["name"] for each in job.state["files"]]
    facts = {each["name"]: each for each in job.state["files"]}
    files = []
    for name in (MANIFEST, *names):
        url, until = export_store.sign(_key(job, name), f"parley-{job.id}-{name}")
        known = facts.get(name, {})
        files.append(
            ExportFile(
                name=name,
                size=known.get("size"),
                sha256=known.get("sha256"),
                url=url,
                url_expires_at=clock.to_datetime(until),
            )
        )
    return files


def _expires_at(job: StoredJob) -> clock.Milliseconds:
    return (job.finished_at or job.created_at) + KEPT_MS


def _view(job: StoredJob, files: list[ExportFile]) -> Export:
    return Export(
        **store.view(job).model_dump(exclude={"done"}),
        records=job.done,
        files=files,
        expires_at=clock.to_datetime(_expires_at(job)) if job.status == "completed" else None,
    )


def _key(job: StoredJob, name: str) -> str:
    return export_store.folder(job.tenant_id, job.id) + name


def _file_name(number: int) -> str:
    return f"export-{number:04d}.ndjson.gz"


def advance(job: StoredJob) -> StoredJob:
    """Do a bounded piece of work and save where the export stands then."""
    return _STEPS[job.step](job)


@dataclass(slots=True)
class _Member:
    """A gzip member in the making, appended to what was kept of the part before."""

    kept: bytes
    records: dict[str, int] = field(default_factory=dict)
    _pieces: list[bytes] = field(default_factory=list)
    _compressor: Any = field(default_factory=lambda: zlib.compressobj(6, zlib.DEFLATED, _GZIP))
    _size: int = 0

    def add(self, record: Record) -> None:
        line = json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"
        self._append(self._compressor.compress(line.encode("utf-8", "surrogatepass")))
        self.records[record["type"]] = self.records.get(record["type"], 0) + 1

    def _append(self, piece: bytes) -> None:
        if piece:
            self._pieces.append(piece)
            self._size += len(piece)

    @property
    def size(self) -> int:
        return len(self.kept) + self._size

    def finish(self) -> bytes:
        """All of the part so far, whole gzip members."""
        if self.records:
            self._append(self._compressor.flush())
            return b"".join([self.kept, *self._pieces])
        return self.kept


class _Pace:
    """Spends no more read units a second than it may, over a piece of work."""

    def __init__(self) -> None:
        self._began, self._spent = time.monotonic(), 0.0

    def spend(self, units: float) -> None:
        self._spent += units
        ahead = self._spent / UNITS_PER_SECOND - (time.monotonic() - self._began)
        if ahead > 0:
            time.sleep(ahead)


def _read(job: StoredJob) -> StoredJob:
    """Read on until a part is full, all is read, or it is time for a checkpoint; then keep what there is."""
    scope = Scope(job.tenant_id, job.user_id)
    position: export_pages.Position | None = job.state["position"]
    tail = job.state["tail"]
    member = _Member(export_store.get(_key(job, tail)) if tail else b"")
    pace, began = _Pace(), time.monotonic()
    while position is not None:
        page = export_pages.read(scope, position)
        for record in page.records:
            member.add(record)
        position = page.position
        pace.spend(page.units)
        if member.size >= PART_BYTES or time.monotonic() - began >= CHECKPOINT_SECONDS:
            break
    body = member.finish()
    job = replace(job.counting(**member.records), percent=export_pages.percent(scope, position))
    if position is None:
        return _finish_file(job, body, position)
    if len(body) >= SMALLEST_PART_BYTES:
        if len(job.state["parts"]) + 1 == PARTS_PER_FILE:
            return _finish_file(job, body, position)
        return _drop_tail(tail, store.save(_with_part(job, body).at("reading", position=position, tail=None)))
    return _keep_tail(job, body, position)


def _with_part(job: StoredJob, body: bytes) -> StoredJob:
    """Upload the next part of the file; the upload is opened, and remembered, with the first."""
    parts = job.state["parts"]
    key = _key(job, _file_name(job.state["file"]))
    upload_id = job.state.get("upload_id") or export_store.begin(key)
    etag = export_store.put_part(key, upload_id, len(parts) + 1, body)
    return job.at(job.step, upload_id=upload_id, parts=[*parts, etag])


def _finish_file(job: StoredJob, body: bytes, position: export_pages.Position | None) -> StoredJob:
    """Upload the file's last part, which may be of any size; the file is put together in a step of its own."""
    if not body:
        body = zlib.compress(b"", wbits=_GZIP)
    tail = job.state["tail"]
    return _drop_tail(tail, store.save(_with_part(job, body).at("completing", position=position, tail=None)))


def _keep_tail(job: StoredJob, body: bytes, position: export_pages.Position) -> StoredJob:
    """Keep a part that is not full beside the file, under a name of its own: a crash leaves the one before intact."""
    old = job.state["tail"]
    if not body:
        return store.save(job.at("reading", position=position))
    name = f"unfinished-{job.version + 1}"
    export_store.put(_key(job, name), body, export_store.FILE_TYPE)
    return _drop_tail(old, store.save(job.at("reading", position=position, tail=name)))


def _drop_tail(tail: str | None, job: StoredJob) -> StoredJob:
    """Remove what has been taken into a later state; left behind by a crash, it goes with the folder."""
    if tail is not None:
        export_store.remove(_key(job, tail))
    return job


def _complete(job: StoredJob) -> StoredJob:
    """Put a file together; then the next is begun, or the manifest written."""
    name = _file_name(job.state["file"])
    finished = export_store.complete(_key(job, name), job.state["upload_id"], job.state["parts"])
    known = {"name": name, "size": finished.size, "sha256": finished.sha256}
    files = [*job.state.get("files", []), known]
    step = "reading" if job.state["position"] is not None else "listing"
    return store.save(job.at(step, files=files, file=job.state["file"] + 1, parts=[], upload_id=None))


def _list(job: StoredJob) -> StoredJob:
    """Write the manifest, and end."""
    manifest = {
        "spec": "parley.export/1",
        "export_id": job.id,
        "tenant_id": job.tenant_id,
        "user_id": job.user_id,
        "created_at": clock.to_rfc3339(clock.to_datetime(job.created_at)),
        "records": dict(sorted(job.done.items())),
        "files": job.state["files"],
    }
    body = json.dumps(manifest, indent=2, ensure_ascii=False).encode()
    export_store.put(_key(job, MANIFEST), body, "application/json")
    return store.end(job, "completed")


_STEPS = {"reading": _read, "completing": _complete, "listing": _list}


def remove_all_of(tenant_id: str, user_id: str) -> clock.Milliseconds:
    """End a user's exports and remove what they have written; until when a worker may still be at one, 0 for none."""
    held = 0
    found, _ = dynamodb.query(
        settings().control_table, keys.user(tenant_id, user_id), begins_with=keys.EXPORT_PREFIX, consistent=True
    )
    for raw in found:
        job_id = raw["sk"]["S"].removeprefix(keys.EXPORT_PREFIX)
        held = max(held, _remove(tenant_id, job_id))
        if not held:
            dynamodb.delete(settings().control_table, dynamodb.key_of(raw))
    return held


def _remove(tenant_id: str, job_id: str) -> clock.Milliseconds:
    try:
        job = store.load(tenant_id, job_id)
    except JobNotFound:
        return 0
    held = int(job.state.get("held_until", 0))
    if not job.has_ended:
        held = job.lease_until
        job = store.end(job.at(job.step, held_until=held), "failed")
    if held > clock.now_ms():
        return held
    if job.state.get("upload_id"):
        export_store.abort(_key(job, _file_name(job.state["file"])), job.state["upload_id"])
    export_store.remove_all(export_store.folder(tenant_id, job_id))
    return 0
