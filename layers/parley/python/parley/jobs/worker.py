"""Working on jobs: step after step until the job has ended, has to wait, or the function's time is nearly up.

Whatever ends a run, the job lies at its last saved step. A run that ends in time queues the next one; a job whose run
died, or whose message was lost, is found by the sweeper.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from parley import clock
from parley.errors import JobNotFound
from parley.jobs import job_queue, store
from parley.jobs.job_queue import Reference
from parley.jobs.schemas import JobStatus
from parley.jobs.store import LeaseLost, StoredJob
from parley.observability import logger

Step = Callable[[StoredJob], StoredJob]
"""Does one bounded piece of work on a job, which may be done twice, and saves the job's next state."""

LEASE_MARGIN_SECONDS = 60
MARGIN_SECONDS = 45
"""What is left of a function's time when no further step is begun: longer than any step takes."""
ABANDONED_AFTER_MS = 120_000
"""A job that nobody holds and nobody has touched for so long has no message that leads to it, or one that waits in a
long queue: it is queued ever less often until a worker takes it."""
MOST_DOUBLINGS = 6


def run(
    reference: Reference,
    step: Step,
    *,
    seconds: float,
    most_failures: int | None = None,
    end: Callable[[StoredJob, JobStatus], StoredJob] = store.end,
) -> None:
    """Go on with a job for at most `seconds`; after so many failures in a row it is given up, where a number is given.

    `end` is how a job of this kind ends.

    Raises what a step raised, once that is noted.
    """
    job = store.take(
        reference.tenant_id, reference.job_id, until=clock.now_ms() + int((seconds + LEASE_MARGIN_SECONDS) * 1000)
    )
    if job is None:
        return
    deadline = time.monotonic() + seconds - MARGIN_SECONDS
    try:
        if most_failures is not None and job.failures >= most_failures:
            end(job, "failed")
            return
        job = _work(job, step, deadline)
        if not job.has_ended:
            job_queue.send(store.let_go(job))
    except LeaseLost:
        logger().warning("the job was taken over or cancelled", extra={"job_id": reference.job_id})


def _work(job: StoredJob, step: Step, deadline: float) -> StoredJob:
    while not job.has_ended and job.not_before <= clock.now_ms():
        try:
            job = step(replace(job, failures=0))
        except LeaseLost:
            raise
        except Exception:
            if _note_failure(job):
                raise
            raise LeaseLost from None
        if time.monotonic() >= deadline:
            break
    return job


def _note_failure(job: StoredJob) -> bool:
    """Note that a step has failed; false where the job was cancelled meanwhile, and its failure matters to nobody."""
    with suppress(Exception):  # the failure itself matters more than its note
        found = store.load(job.tenant_id, job.id)
        if found.has_ended:
            return False
        noted = {"job_id": job.id, "step": job.step, "failures": store.fail(found).failures}
        logger().error("a step of a job failed", extra=noted)
    return True


def sweep() -> int:
    """Queue every job that nobody works on and that no message leads to; how many there were."""
    now, found = clock.now_ms(), 0
    for tenant_id, job_id in store.active():
        try:
            job = store.load(tenant_id, job_id)
        except JobNotFound:
            continue
        if job.has_ended or job.lease_until > now or job.not_before > now:
            continue
        wait = ABANDONED_AFTER_MS * 2 ** min(job.sweeps, MOST_DOUBLINGS)
        if max(job.updated_at, job.not_before) < now - wait:
            with suppress(LeaseLost):  # somebody works on it after all
                job_queue.send(store.save(replace(job, sweeps=job.sweeps + 1)))
                found += 1
    return found
