"""Rebuilds as stored jobs: whoever works on one may die at any point, and the next goes on from the last step.

One job at a time. Every step is repeatable and is saved with a condition on the job's version, so of two workers one
loses its step and nothing else. Searches and writes go on all the while:

prepare: make the new index, write it beside the old one → copy → compare → (all families ready) switch the read aliases
in one call → `switched`: both are still written → confirm, or roll back.
"""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from parley import clock, ids
from parley.errors import JobNotFound, RebuildUnderWay, SearchIndexMissing, WrongJobStatus
from parley.search.engine import administration, engine_client, indices, routing
from parley.search.engine.indices import FAMILIES, Layout, index_name, read_alias, version_of, write_alias
from parley.search.engine.lean_client import NotThere
from parley.search.engine.routing import Placement, own_family
from parley.search.rebuilding.table_exports import ExportProgress
from parley.search.schemas import JobStatus, ReindexedFamily, ReindexJob, StartReindex
from parley.settings import search_settings, settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import item, required_number, required_text, text
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import absent, equals
from parley.tables.keys import Key

Step = Literal["prepare", "copy", "compare", "ready", "clean"]
KEPT_SECONDS = 90 * 86_400
UNFINISHED: tuple[JobStatus, ...] = ("running", "switched")


@dataclass(frozen=True)
class FamilyProgress:
    """One family of a job. `after` is the last sort key that was copied; `scans` the positions in the table's segments.

    A document counts as `copied` when it was read; it may have been there already. `removed` are those that a tenant
    left behind in the family of all.
    """

    base: str
    old_index: str
    new_index: str
    step: Step = "prepare"
    after: str = ""
    copied: int = 0
    total: int | None = None
    mismatches: int = 0
    removed: int = 0


@dataclass(frozen=True)
class Job:
    """`families` in order; `scans` has a position for each segment of the table, None at a segment's end.

    `export` is how far an export of the table is read, where one is; `prepared_at` when all new indices were there.
    """

    id: str
    status: JobStatus
    source: Literal["index", "table"]
    tenant_id: str | None
    families: tuple[FamilyProgress, ...]
    started_at: int
    updated_at: int
    detail: str | None = None
    scans: tuple[Any, ...] = field(default=())
    export: ExportProgress | None = None
    prepared_at: int = 0
    confirmed_at: int = 0
    version: int = 0

    @property
    def is_unfinished(self) -> bool:
        """Whether another has to wait for it."""
        return self.status in UNFINISHED or self.cleans

    @property
    def cleans(self) -> bool:
        """Whether a tenant has moved and what it left behind is still to be removed."""
        return self.status == "confirmed" and any(one.step == "clean" for one in self.families)

    def with_family(self, changed: FamilyProgress) -> "Job":
        return replace(self, families=tuple(changed if one.base == changed.base else one for one in self.families))


def _key(job_id: str) -> Key:
    return Key(keys.search_state(), keys.rebuild_sk(job_id))


ACTIVE = Key(keys.search_state(), keys.ACTIVE_REBUILD_SK)
"""Names the job that is not finished."""


@engine_client.asked_for()
def do_start(body: StartReindex) -> ReindexJob:
    """Begin a rebuild; one from the table makes what it goes on from where that is missing.

    What an earlier analysis made is not copied: then the table is read, whatever was asked for.
    Raises `RebuildUnderWay` while another is not finished, `SearchIndexMissing`, `SearchUnavailable`.
    """
    now = clock.now_ms()
    job_id = ids.new_id()
    claim = item({**ACTIVE._asdict(), "entity": "search_active_job", "job_id": job_id})
    try:
        dynamodb.put_if_absent(settings().control_table, claim)
    except ConditionFailed as failed:
        active = text(failed.item or {}, "job_id") or ""
        if _is_unfinished(active):
            raise RebuildUnderWay(job_id=active) from None
        dynamodb.put(settings().control_table, claim)
    try:
        if body.source == "table":
            make_missing()
        families = _families(body)
        source = body.source if _may_be_copied(families) else "table"
    except NotThere:
        raise SearchIndexMissing from None
    return view(save(Job(job_id, "running", source, body.tenant_id, families, now, now)))


def make_missing() -> None:
    """Make the templates, indices and aliases that are missing, those of tenants with families of their own too."""
    wanted = search_settings()
    client = administration.patient_client()
    layout = Layout(wanted.shards, wanted.replicas, wanted.refresh_interval)
    own = routing.load().own_families
    administration.within(lambda: indices.ensure(client, layout, own=own))


def _may_be_copied(families: Iterable[FamilyProgress]) -> bool:
    client = administration.patient_client()
    present = sorted({family.old_index for family in families})
    return administration.within(lambda: all(indices.is_analysed_as_now(client, index) for index in present))


def _is_unfinished(job_id: str) -> bool:
    """Whether a job is under way; one that was claimed and never stored died before it began."""
    try:
        return load(job_id).is_unfinished
    except JobNotFound:
        return False


def _families(body: StartReindex) -> tuple[FamilyProgress, ...]:
    """What a job rebuilds: each family into a new index, or one tenant's messages into a family of their own.

    An index name is never used twice, and what earlier jobs left behind is dropped here and nowhere else: so no worker
    that wakes late can destroy what another has begun.
    """
    if body.tenant_id is not None:
        return (_family(own_family(body.tenant_id), own=True),)
    own = [own_family(tenant_id) for tenant_id, state in routing.load().tenants.items() if state == "own"]
    return tuple(_family(base, own=False) for base in (*FAMILIES, *own))


def _family(base: str, *, own: bool) -> FamilyProgress:
    client = administration.patient_client()
    old = administration.within(lambda: indices.current_index(client, "messages" if own else base))
    existing = administration.within(
        lambda: list(client.indices.get(index=f"{base}-v*", params={"allow_no_indices": "true"}))
    )
    newest = max((version_of(index) for index in existing), default=0)
    if not own:
        drop([index for index in existing if index != old])
    return FamilyProgress(base, old, index_name(base, newest + 1))


def drop(names: list[str]) -> None:
    """Delete indices that nothing reads any more; those that are gone already are."""
    client = administration.patient_client()
    if names:
        administration.within(
            lambda: client.indices.delete(index=",".join(names), params={"ignore_unavailable": "true"})
        )


def do_get(job_id: str) -> ReindexJob:
    """A job. Raises `JobNotFound`."""
    return view(load(job_id))


@engine_client.asked_for()
def do_cancel(job_id: str) -> ReindexJob:
    """Give up a job that has not switched yet: the new indices are written no longer, and go."""
    return view(give_up(_claim(job_id, "running", "cancelled")))


def fail(job: Job, detail: str) -> None:
    """End a job that cannot go on; whoever works on it next gives it up."""
    with suppress(ConditionFailed):
        save(replace(job, status="failed", detail=detail))


def give_up(job: Job) -> Job:
    """Write the old indices alone and let the new ones go. May be done again by whoever follows one who died here."""
    _write_only_old(job)
    drop([one.new_index for one in job.families])
    return finish(job)


@engine_client.asked_for()
def do_roll_back(job_id: str) -> ReindexJob:
    """Search the old indices again, in one call. They were written all the while, so nothing is missing in them.

    Raises `SearchIndexMissing` where they are lost: the rebuild can only be confirmed then, and followed by another.
    """
    _check_old_indices(load(job_id))
    job = _claim(job_id, "switched", "rolled_back")
    switch(job, back=True)
    return view(give_up(job))


def _check_old_indices(job: Job) -> None:
    client = administration.patient_client()
    old = ",".join(sorted({one.old_index for one in job.families}))
    if job.status == "switched" and not administration.within(lambda: client.indices.exists(index=old)):
        raise SearchIndexMissing


@engine_client.asked_for()
def do_confirm(job_id: str) -> ReindexJob:
    """Write the new indices alone from now on. The old ones stay until the next rebuild drops them.

    Where a tenant has moved, the job goes on with removing what it left behind, see `removal`.
    """
    job = _claim(job_id, "switched", "confirmed")
    routing.change(lambda where: _without(where, job, tenant="own"))
    return view(job if job.cleans else finish(job))


def _claim(job_id: str, expected: JobStatus, status: JobStatus) -> Job:
    """Take a job to its last status. Asking again for what it is already goes on with what may be left to do."""
    while True:
        job = load(job_id)
        if job.status == status:
            return job
        if job.status != expected:
            raise WrongJobStatus(job_status=job.status)
        try:
            return save(_last_state(job, status))
        except ConditionFailed:
            continue


def _last_state(job: Job, status: JobStatus) -> Job:
    """The job at its end; a tenant that has moved leaves something to clean."""
    if status != "confirmed":
        return replace(job, status=status)
    confirmed = replace(job, status=status, confirmed_at=clock.now_ms())
    if job.tenant_id is None:
        return confirmed
    return replace(confirmed, families=tuple(replace(one, step="clean") for one in job.families))


def finish(job: Job) -> Job:
    """Let the next rebuild begin."""
    dynamodb.delete(settings().control_table, ACTIVE)
    return job


def _write_only_old(job: Job) -> None:
    routing.change(lambda where: _without(where, job, tenant=None))


def _without(where: Placement, job: Job, *, tenant: Literal["own"] | None) -> Placement:
    """The placement without this job's double writes: `targets` gone, the tenant in its own family or not."""
    bases = {one.base for one in job.families}
    targets = {base: indices_ for base, indices_ in where.targets.items() if base not in bases}
    tenants = dict(where.tenants)
    if job.tenant_id is not None:
        tenants.pop(job.tenant_id, None)
        if tenant is not None:
            tenants[job.tenant_id] = tenant
    return replace(where, targets=targets, tenants=tenants)


def switch(job: Job, *, back: bool = False) -> None:
    """Move the aliases of all families to the new indices, or back, in one atomic call."""
    client = administration.patient_client()
    if job.tenant_id is not None:
        state: routing.TenantState = "copying" if back else "switched"
        tenant_id = job.tenant_id
        routing.change(lambda where: replace(where, tenants={**where.tenants, tenant_id: state}))
        return
    actions: list[dict[str, Any]] = []
    for one in job.families:
        enter = one.old_index if back else one.new_index
        for alias in (read_alias(one.base), write_alias(one.base)):
            actions.append({"remove": {"index": f"{one.base}-v*", "alias": alias}})
            actions.append({"add": {"index": enter, "alias": alias}})
    administration.within(lambda: client.indices.update_aliases(body={"actions": actions}))


def load(job_id: str) -> Job:
    """A job as it is at this moment. Raises `JobNotFound`."""
    raw = dynamodb.get(settings().control_table, _key(job_id), consistent=True) if ids.is_well_formed(job_id) else None
    if raw is None:
        raise JobNotFound
    stored = json.loads(required_text(raw, "job"))
    families = tuple(FamilyProgress(**one) for one in stored.pop("families"))
    scans = tuple(stored.pop("scans"))
    export = stored.pop("export", None)
    return Job(
        **stored,
        families=families,
        scans=scans,
        export=None if export is None else ExportProgress(**export),
        version=required_number(raw, "version"),
    )


def save(job: Job) -> Job:
    """Store a job's next state. Raises `ConditionFailed` where another worker was faster."""
    now = clock.now_ms()
    stored = {
        "id": job.id,
        "status": job.status,
        "source": job.source,
        "tenant_id": job.tenant_id,
        "families": [one.__dict__ for one in job.families],
        "started_at": job.started_at,
        "updated_at": now,
        "detail": job.detail,
        "scans": job.scans,
        "export": None if job.export is None else job.export.__dict__,
        "prepared_at": job.prepared_at,
        "confirmed_at": job.confirmed_at,
    }
    saved = item(
        {
            **_key(job.id)._asdict(),
            "entity": "search_job",
            "job": json.dumps(stored),
            "version": job.version + 1,
            "expires_at": now // 1000 + KEPT_SECONDS,
        }
    )
    dynamodb.put(settings().control_table, saved, condition=absent() | equals("version", job.version))
    return replace(job, updated_at=now, version=job.version + 1)


def active() -> Job | None:
    """The job that is to be worked on, if there is one."""
    raw = dynamodb.get(settings().control_table, ACTIVE, consistent=True)
    if raw is None:
        return None
    try:
        return load(required_text(raw, "job_id"))
    except JobNotFound:
        return None


def view(job: Job) -> ReindexJob:
    return ReindexJob(
        id=job.id,
        status=job.status,
        source=job.source,
        tenant_id=job.tenant_id,
        families=[
            ReindexedFamily(
                family=one.base,
                old_index=one.old_index,
                new_index=one.new_index,
                step=one.step,
                copied=one.copied,
                total=one.total,
                removed=one.removed,
            )
            for one in job.families
        ],
        detail=job.detail,
        started_at=clock.to_datetime(job.started_at),
        updated_at=clock.to_datetime(job.updated_at),
        version=job.version,
    )
