"""Jobs as they are stored: who works on one may die at any point, and the next goes on from the last step.

A worker holds a job by a lease that outlives any run of its function, so no two ever work at once. Each step is saved
on condition of the job's version; taking the lease counts as a step, so a worker that lost it can save nothing.

Jobs lie in `control`, each in its tenant's key space, for 30 days after they ended. What has not ended is listed in a
partition of Parley's own, where the sweeper finds what nobody works on.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from parley import clock, ids
from parley.errors import JobNotFound
from parley.jobs.schemas import Job, JobKind, JobStatus
from parley.settings import settings
from parley.tables import attributes, dynamodb, keys, transactions
from parley.tables.attributes import RawItem, required_number, required_text
from parley.tables.dynamodb import ConditionFailed, TransactionRefused
from parley.tables.expressions import at_version
from parley.tables.keys import Key
from parley.tables.transactions import Action

KEPT_SECONDS = 30 * 24 * 3600
ENDED: tuple[JobStatus, ...] = ("completed", "failed", "cancelled")
LONGEST_BACKOFF_MS = 3600_000
FIRST_BACKOFF_MS = 30_000


HELD = "held"
"""In the state of a job that waits for a hold."""
HELD_MS = 3600_000


class LeaseLost(RuntimeError):
    """Another worker has taken the job over."""


@dataclass(frozen=True)
class StoredJob:
    """A job. `state` is the step's own, what JSON can hold; `done` counts what has been done, by kind.

    `not_before` is when its next step may begin, `lease_until` how long a worker holds it; both in milliseconds.
    `sweeps` counts how often the sweeper has queued it since a worker last took it.
    """

    tenant_id: str
    id: str
    kind: JobKind
    user_id: str | None
    status: JobStatus
    step: str
    created_at: int
    updated_at: int
    state: dict[str, Any] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)
    percent: int = 0
    failures: int = 0
    not_before: int = 0
    lease_until: int = 0
    sweeps: int = 0
    finished_at: int | None = None
    version: int = 0

    @property
    def key(self) -> Key:
        return keys.job(self.tenant_id, self.id)

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED

    def counting(self, **amounts: int) -> "StoredJob":
        """The job with so much more done."""
        done = dict(self.done)
        for kind, amount in amounts.items():
            if amount:
                done[kind] = done.get(kind, 0) + amount
        return replace(self, done=done)

    def at(self, step: str, **state: Any) -> "StoredJob":
        """The job at a step, with these parts of its state new."""
        return replace(self, step=step, state=self.state | state)


_STORED = (
    "tenant_id", "id", "kind", "user_id", "status", "step", "created_at", "state", "done", "percent", "failures",
    "not_before", "lease_until", "sweeps", "finished_at",
)  # fmt: skip


def new(tenant_id: str, kind: JobKind, user_id: str | None, *, job_id: str, step: str, **state: Any) -> StoredJob:
    """A job that is about to be stored."""
    now = clock.now_ms()
    return StoredJob(tenant_id, job_id, kind, user_id, "queued", step, now, now, state)


def put_action(job: StoredJob) -> Action:
    """The write that stores a new job, for a transaction with what it begins with."""
    return transactions.put_if_absent(settings().control_table, _item(replace(job, version=1)))


def list_action(job: StoredJob) -> Action:
    """The write that lists a job among those that have not ended."""
    listed = {"entity": "active_job", "tenant_id": job.tenant_id, "job_id": job.id}
    return transactions.put(settings().control_table, attributes.item({**_active_key(job)._asdict(), **listed}))


def _active_key(job: StoredJob) -> Key:
    return Key(keys.active_jobs(), keys.active_job_sk(job.tenant_id, job.id))


def _item(job: StoredJob) -> RawItem:
    now = clock.now_ms()
    stored = {name: getattr(job, name) for name in _STORED} | {"updated_at": now}
    return attributes.item(
        {
            **job.key._asdict(),
            "entity": "job",
            "job": json.dumps(stored, separators=(",", ":"), ensure_ascii=False),
            "lease_until": job.lease_until,
            "version": job.version,
            "expires_at": now // 1000 + KEPT_SECONDS if job.has_ended else None,
        }
    )


def load(tenant_id: str, job_id: str) -> StoredJob:
    """A job as it is at this moment. Raises `JobNotFound`."""
    raw = None
    if ids.is_well_formed(job_id):
        raw = dynamodb.get(settings().control_table, keys.job(tenant_id, job_id), consistent=True)
    if raw is None:
        raise JobNotFound
    return _read(raw)


def load_all(tenant_id: str, job_ids: Sequence[str]) -> list[StoredJob]:
    """Those of these jobs that there are, in that order."""
    places = [keys.job(tenant_id, job_id) for job_id in job_ids]
    found = dynamodb.batch_get(settings().control_table, places) if places else {}
    return [_read(found[at]) for at in places if at in found]


def _read(raw: RawItem) -> StoredJob:
    return StoredJob(**json.loads(required_text(raw, "job")), version=required_number(raw, "version"))


def save(job: StoredJob, *, beside: tuple[Action, ...] = ()) -> StoredJob:
    """Store the next state of a job, with other writes in one transaction. Raises `LeaseLost`."""
    saved = replace(job, version=job.version + 1, updated_at=clock.now_ms())
    table, as_read = settings().control_table, at_version(job.version)
    try:
        if beside:
            dynamodb.transact([transactions.put(table, _item(saved), condition=as_read), *beside])
        else:
            dynamodb.put(table, _item(saved), condition=as_read)
    except (ConditionFailed, TransactionRefused):
        raise LeaseLost from None
    return saved


def take(tenant_id: str, job_id: str, *, until: int) -> StoredJob | None:
    """Hold a job for as long as `until`; None where it has ended, is held, or is not there."""
    try:
        job = load(tenant_id, job_id)
    except JobNotFound:
        return None
    if job.has_ended or job.lease_until > clock.now_ms():
        return None
    try:
        return save(replace(job, status="running", lease_until=until, sweeps=0))
    except LeaseLost:
        return None


def wait_for_holds(job: StoredJob) -> StoredJob:
    """Let a job wait where a hold keeps what it would remove; its step is tried again in an hour."""
    return save(replace(job.at(job.step, **{HELD: True}), not_before=clock.now_ms() + HELD_MS))


def go_on(job: StoredJob) -> StoredJob:
    """The job without its wait for a hold."""
    return job.at(job.step, **{HELD: False}) if job.state.get(HELD) else job


def let_go(job: StoredJob) -> StoredJob:
    """Give the lease back, so that the next worker need not wait for its end."""
    return save(replace(job, lease_until=0))


def fail(job: StoredJob) -> StoredJob:
    """Note that a step failed, and wait longer before the next attempt each time."""
    failures = job.failures + 1
    wait = min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** min(failures - 1, 10))
    return save(replace(job, lease_until=0, failures=failures, not_before=clock.now_ms() + wait))


def end(job: StoredJob, status: JobStatus, *, beside: tuple[Action, ...] = ()) -> StoredJob:
    """End a job, and take it off the list of those that have not, in one transaction."""
    ended = replace(
        job,
        status=status,
        step="ended",
        lease_until=0,
        finished_at=clock.now_ms(),
        percent=100 if status == "completed" else job.percent,
    )
    delisted = transactions.delete(settings().control_table, _active_key(job))
    return save(ended, beside=(delisted, *beside))


def active() -> Iterator[tuple[str, str]]:
    """Tenant and id of every job that has not ended."""
    for raw in dynamodb.every(settings().control_table, keys.active_jobs(), consistent=True):
        yield required_text(raw, "tenant_id"), required_text(raw, "job_id")


def view(job: StoredJob) -> Job:
    return Job(
        id=job.id,
        kind=job.kind,
        status=job.status,
        user_id=job.user_id,
        step=job.step,
        done=job.done,
        percent=job.percent,
        held=bool(job.state.get(HELD)),
        failures=job.failures,
        created_at=clock.to_datetime(job.created_at),
        updated_at=clock.to_datetime(job.updated_at),
        finished_at=clock.optional_datetime(job.finished_at),
        version=job.version,
    )
