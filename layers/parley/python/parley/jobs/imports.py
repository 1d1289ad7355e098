"""Imports: what another chat holds, with its own times, from a file that the tenant's back end uploads.

| step | what happens |
| --- | --- |
| `uploading` | the job is stored; the file is put to S3 by a URL that binds its length |
| `checking` | the whole file is read and checked; nothing is written of it, but types that it names are used now |
| `checked` | the back end looks at the report and starts the import, within a week |
| `users` | users are put, a hundred at a time |
| `files` | the files that messages name are fetched, stored and checked (`import_files`) |
| `conversations` | conversation after conversation: claimed, its messages written, its members, opened |

A conversation is claimed by its `META`, archived and without members: nobody sees it, sends to it or opens another with
the same id before it is whole. Its lines are read anew in each step, and what they come to is the same each time, so a
run that died since the last step writes the same again. Who it opens to finds all of it at once. A conversation that
is there already, by an earlier import or otherwise, is left as it is. See docs/adr/0083.
"""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache

from parley import clock, ids, limits
from parley.audit import audit_log
from parley.errors import ImportNotFound, ImportNotReady, JobNotFound, Unavailable
from parley.identity import declared_keys, stored_settings, teams
from parley.identity.caller import SERVER_SCOPE, Caller, Tenant
from parley.jobs import import_check, import_files, import_lines, import_list, import_store, job_queue, store
from parley.jobs.import_items import Block
from parley.jobs.import_lines import ConversationLine, Line, UserLine
from parley.jobs.import_messages import IMPORTED
from parley.jobs.import_views import problems_of, status_of, view
from parley.jobs.schemas import LARGEST_PUT, Import, StartImport
from parley.jobs.store import LeaseLost, StoredJob
from parley.messaging.items import ConversationItem
from parley.messaging.members import arrivals
from parley.messaging.members.memberships import known_users, read_users
from parley.permissions import types
from parley.settings import settings
from parley.tables import dynamodb, transactions
from parley.tables.attributes import RawItem, text
from parley.tables.dynamodb import ConditionFailed, TransactionRefused
from parley.tables.expressions import Update, equals, exists
from parley.teams import leaving
from parley.users.schemas import MOST_USERS, PutOneUser, PutUsers

WINDOW = 2_000
"""Messages and members that one step writes: a few seconds' work."""
MOST_FILES = 500
"""Of the messages that one step writes: each is 2 WRU more."""
WRITES_PER_SECOND = 800.0
"""A conversation is one partition, which takes 1,000 a second; others of the tenant want some of it."""
WAITS_MS = 7 * 24 * 3600 * 1000
"""A file that was checked waits so long to be imported: as long as the bucket keeps it."""
UPLOAD_MS = 24 * 3600 * 1000
MOST_FAILURES = 10
ATTEMPTS = 5


def do_create(caller: Caller, body: StartImport) -> Import:
    """Begin an import: where its file goes. Raises `RateLimited`."""
    limits.take(limits.TENANT_IMPORTS, caller, subject="")
    job = store.new(
        caller.tenant_id, "import", None, job_id=ids.new_id(), step="uploading", size=body.size, source=body.source
    )
    if body.size > LARGEST_PUT:
        job = job.at(job.step, upload_id=import_store.begin_parts(job))
    job = replace(job, not_before=clock.now_ms() + UPLOAD_MS)
    dynamodb.transact([store.put_action(job), store.list_action(job), import_list.entry_action(job)])
    return view(replace(job, version=1))


def do_get(caller: Caller, import_id: str) -> Import:
    """How far an import is, and what is wrong with its file. Raises `ImportNotFound`."""
    return view(_load(caller, import_id))


def do_check(caller: Caller, import_id: str) -> Import:
    """Have the file checked that was uploaded, put together first where it came in parts.

    Raises `ImportNotFound`, `ImportFileMissing`, `PartsMissing`, `ImportNotReady`.
    """
    return _go_on(caller, import_id, begun_by="uploading", to="checking", going=("checking", "checked"))


def do_start(caller: Caller, import_id: str) -> Import:
    """Import a file that has been checked and in which nothing is wrong. Raises as `do_check` does."""
    return _go_on(caller, import_id, begun_by="checked", to="users", going=("users", "files", "conversations"))


def do_cancel(caller: Caller, import_id: str) -> Import:
    """End an import where it stands: what it has written stays, and its file goes. Again, it changes nothing.

    A step that is under way comes to its end, and finds then that it is the last. The conversation whose messages were
    being written is shown to nobody; another import of it goes on with it. Raises `ImportNotFound`, `ImportNotReady`.
    """
    for _ in range(ATTEMPTS):
        job = _load(caller, import_id)
        if job.status == "cancelled":
            import_store.remove(job)
            return view(job)
        if job.has_ended:
            raise ImportNotReady(f"The import is {status_of(job)}")
        with suppress(LeaseLost):  # a worker has done another step of it
            store.end(job, "cancelled", beside=(audit_log.line(caller, "import.cancelled", ("import", job.id)),))
    raise Unavailable("The import is being changed by others")


def _go_on(caller: Caller, import_id: str, *, begun_by: str, to: str, going: Sequence[str]) -> Import:
    """Take the job to its next step; where it is there already, queue it once more, which changes nothing."""
    for _ in range(ATTEMPTS):
        job = _load(caller, import_id)
        if job.step in going or (job.step == "ended" and job.status == "completed" and to == "users"):
            if not job.has_ended:
                job_queue.send(replace(job, not_before=0))
            return view(job)
        if job.step != begun_by or job.state.get("problem_count"):
            raise ImportNotReady(f"The import is {status_of(job)}, and {problems_of(job)} of its lines are wrong")
        if begun_by == "uploading":
            import_store.check_there(job)
        beside = (audit_log.line(caller, "import.started", ("import", job.id)),) if to == "users" else ()
        with suppress(LeaseLost):  # another request, or a worker that looked whether it may begin
            job = store.save(replace(job.at(to), not_before=0), beside=beside)
            job_queue.send(job)
            return view(job)
    raise Unavailable("The import is being changed by others")


def _load(caller: Caller, import_id: str) -> StoredJob:
    try:
        job = store.load(caller.tenant_id, import_id)
    except JobNotFound:
        raise ImportNotFound from None
    if job.kind != "import":
        raise ImportNotFound
    return job


def advance(job: StoredJob) -> StoredJob:
    """Do a bounded piece of work and save where the import stands then."""
    return _STEPS[job.step](job)


def _check(job: StoredJob) -> StoredJob:
    def known(user_ids: list[str]) -> set[str]:
        starts = range(0, len(user_ids), MOST_USERS)
        found = [known_users(job.tenant_id, user_ids[at : at + MOST_USERS], deactivated=True) for at in starts]
        return set().union(*found)

    def teams_of(user_ids: list[str]) -> dict[str, frozenset[str]]:
        starts = range(0, len(user_ids), MOST_USERS)
        found = [read_users(job.tenant_id, user_ids[at : at + MOST_USERS], deactivated=True) for at in starts]
        return {user_id: teams.of_user(user) for part in found for user_id, user in part.items()}

    report = import_check.check(
        import_store.read(job),
        known=known,
        types=types.built_like(job.tenant_id),
        teams_of=teams_of if teams.are_on(_caller(job)) else None,
    )
    if not report.problem_count:
        for name, like in report.declared_types.items():
            types.use(job.tenant_id, name, like)
    checked = job.at(
        "checked",
        lines=dict(report.lines),
        problems=[list(problem) for problem in report.problems],
        problem_count=report.problem_count,
        files=report.files,
        begins_at=report.begins_at,
        offset=0,
        window=0,
    )
    if report.problem_count:
        import_store.remove(job)
        return store.end(checked, "failed")
    return store.save(replace(checked, not_before=clock.now_ms() + WAITS_MS))


def _give_up(job: StoredJob) -> StoredJob:
    """Nobody has had it checked or started while its file was kept."""
    return store.end(job, "failed")


def _put_users(job: StoredJob) -> StoredJob:
    """A hundred users, each as a put of their own: who is so already stays."""
    offset, users = job.state["offset"], list[UserLine]()
    for _, raw, end in import_lines.split(import_store.read(job, offset)):
        line = import_lines.read_line(raw)
        if not isinstance(line, UserLine) or len(users) == MOST_USERS:
            break
        users.append(line)
        last = end
    if not users:
        following = "files" if job.state.get("files") else "conversations"
        return store.save(job.at(following, offset=job.state["begins_at"], window=0))
    # Of a user that the file names twice the last line holds.
    bodies = {line.user_id: line.model_dump(include=line.model_fields_set - {"type", "user_id"}) for line in users}
    caller = _caller(job)
    done = leaving.do_put_many(
        caller, PutUsers(users=[PutOneUser(id=user_id, **body) for user_id, body in bodies.items()])
    )
    counts = {f"users_{one.status}": 0 for one in done.data}
    for one in done.data:
        counts[f"users_{one.status}"] += 1
    return store.save(_moved(job, offset + last).counting(**counts))


def _moved(job: StoredJob, offset: int) -> StoredJob:
    """The job at a byte of its file; what is before it is done."""
    return replace(job.at(job.step, offset=offset, window=0), percent=min(99, 100 * offset // job.state["size"]))


def _caller(job: StoredJob) -> Caller:
    """The tenant's back end, whose job it is."""
    tenant = Tenant(job.tenant_id, stored_settings.of(job.tenant_id))
    return Caller(tenant, "", frozenset({SERVER_SCOPE}))


@dataclass(frozen=True, slots=True)
class _Read:
    """A conversation of the file, and the byte after its last line."""

    block: Block
    end: int


def _write_conversations(job: StoredJob) -> StoredJob:
    """The next part of a conversation, or the conversation after it."""
    offset = job.state["offset"]
    if offset is None or offset >= job.state["size"]:
        import_store.remove(job)
        return store.end(job, "completed")
    found = _read_block(_Place(job), offset)
    if found is None:
        import_store.remove(job)
        return store.end(job, "completed")
    block, window = found.block, job.state["window"]
    if window == 0 and not _claim(job, block):
        return store.save(_moved(job, found.end).counting(conversations_there=1))
    if window < block.size:
        end = block.end_of(window, WINDOW, most_files=MOST_FILES)
        if window <= len(block.messages) < end:
            _note_arrivals(block)
        messages = block.messages[window:end]
        carried = import_files.carried(job, messages)
        written = _write(block.items(window, end, carried.files))
        import_files.attach(job.tenant_id, messages, carried.files)
        return store.save(carried.job.at(job.step, window=end).counting(messages=len(messages), items=written))
    _open(job, block)
    leaving.take_out_outsiders(_caller(job), block.id, list(block.members), block.line.team)
    return store.save(_moved(job, found.end).counting(conversations=1))


@dataclass(frozen=True)
class _Place:
    """A job by its id, so that a run reads a conversation once for all of its steps."""

    job: StoredJob

    def __hash__(self) -> int:
        return hash(self.job.id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Place) and (other.job.tenant_id, other.job.id) == (self.job.tenant_id, self.job.id)


@lru_cache(maxsize=1)
def _read_block(place: _Place, offset: int) -> _Read | None:
    lines: list[Line] = []
    end = offset
    for _, raw, passed in import_lines.split(import_store.read(place.job, offset)):
        line = import_lines.read_line(raw)
        if isinstance(line, ConversationLine) and lines:
            break
        lines.append(line)
        end = offset + passed
    if not lines:
        return None
    return _Read(Block(place.job.tenant_id, place.job.state["source"], lines), end)


def _claim(job: StoredJob, block: Block) -> bool:
    """Make the conversation, archived as long as it is not whole; False where it is there already.

    One that an import has left unfinished which has ended, and goes on no more, is taken over.
    """
    now = clock.now_ms()
    first = ConversationItem(
        pk=block.meta.pk,
        sk=block.meta.sk,
        conversation_id=block.id,
        type=block.line.conversation_type,
        declared_type=block.line.declared_type,
        name=block.line.name,
        avatar_url=block.line.avatar_url,
        history=block.line.history,
        team=block.line.team,
        created_by=block.line.created_by,
        created_at=block.created_at,
        updated_at=now,
        archived_at=now,
        last_at=block.created_at,
    )
    raw: RawItem = first.serialize() | {IMPORTED: {"BOOL": True}, "importing": {"S": job.id}}
    try:
        dynamodb.put_if_absent(settings().chat_table, raw)
    except ConditionFailed as failed:
        other = text(failed.item or {}, "importing")
        if other == job.id:
            return True
        if other is None or not _has_ended(job.tenant_id, other):
            return False
        dynamodb.update(
            settings().chat_table,
            block.meta,
            Update().set(importing=job.id).add(version=1),
            condition=equals("importing", other),
        )
    return True


def _has_ended(tenant_id: str, job_id: str) -> bool:
    try:
        return store.load(tenant_id, job_id).has_ended
    except JobNotFound:
        return True


def _note_arrivals(block: Block) -> None:
    """Say who is about to come, so that no kept list misses the conversation."""
    members = list(block.members)
    for at in range(0, len(members), MOST_USERS):
        arrivals.note(block.tenant_id, block.id, members[at : at + MOST_USERS])


def _write(items: Iterator[RawItem]) -> int:
    """Write items at the pace that a partition takes; how many."""
    everything, began = list(items), time.monotonic()
    for at in range(0, len(everything), MOST_USERS):
        dynamodb.put_all(settings().chat_table, everything[at : at + MOST_USERS])
        ahead = (at + MOST_USERS) / WRITES_PER_SECOND - (time.monotonic() - began)
        if ahead > 0:
            time.sleep(ahead)
    return len(everything)


def _open(job: StoredJob, block: Block) -> None:
    """Make the conversation whole and open it, in one transaction; done already, it is left."""
    table = settings().chat_table
    values = declared_keys.fitting_of(declared_keys.of_conversations(_caller(job)), block.line.custom)
    opened = (
        Update()
        .set(updated_at=clock.now_ms())
        .set_or_remove(block.state())
        .set_or_remove(declared=json.dumps(values, separators=(",", ":")) if values else None)
        .remove("archived_at", "importing")
        .add(version=1)
    )
    is_mine = exists() & equals("importing", job.id)
    closing = [transactions.put(table, item.serialize()) for item in block.closing_items(f"import:{job.id}")]
    with suppress(TransactionRefused):  # a run that died after this has opened it
        dynamodb.transact([transactions.update(table, block.meta, opened, condition=is_mine), *closing])


def _fetch_files(job: StoredJob) -> StoredJob:
    return import_files.fetch(job, _caller(job))


_STEPS = {
    "uploading": _give_up,
    "checking": _check,
    "checked": _give_up,
    "users": _put_users,
    "files": _fetch_files,
    "conversations": _write_conversations,
}
