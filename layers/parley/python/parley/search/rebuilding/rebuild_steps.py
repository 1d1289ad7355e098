"""The steps of a rebuild: each is one bounded piece of work that may be done twice."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from parley import clock
from parley.observability import logger
from parley.search.engine import administration, engine_client, indices, routing
from parley.search.engine.indices import read_alias, write_alias
from parley.search.engine.routing import Placement
from parley.search.rebuilding import backfill, comparing, rebuilds
from parley.search.rebuilding.rebuilds import FamilyProgress, Job
from parley.tables.dynamodb import ConditionFailed

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

SLICE_DOCUMENTS = 5_000
"""What one `_reindex` request copies: a second or two of the engine's time."""
MAX_MISMATCHES = 3
REQUEST_SECONDS = 60.0


def advance(job: Job) -> Job | None:
    """Do one piece of work on a job and store it; None where another worker was faster, or there is nothing to do."""
    try:
        return rebuilds.save(_next(job)) if job.status == "running" else None
    except ConditionFailed:
        return None


def _next(job: Job) -> Job:
    for progress in job.families:
        if progress.step == "prepare":
            return replace(job.with_family(_prepare(job, progress)), prepared_at=clock.now_ms())
    if job.source == "table" and any(progress.step == "copy" for progress in job.families):
        return backfill.copy(job)
    for progress in job.families:
        if progress.step == "copy":
            return job.with_family(_copy(job, progress))
    for progress in job.families:
        if progress.step == "compare":
            return _compare(job, progress)
    rebuilds.switch(job)
    logger().info("rebuild switched", extra={"job_id": job.id})
    return replace(job, status="switched")


def _prepare(job: Job, progress: FamilyProgress) -> FamilyProgress:
    """Make the new index, and have every write go to both from now on."""
    client = administration.patient_client()
    administration.within(lambda: indices.create(client, progress.new_index))
    if job.tenant_id is not None:
        both = (read_alias(progress.base), write_alias(progress.base))
        add = [{"add": {"index": progress.new_index, "alias": alias}} for alias in both]
        administration.within(lambda: client.indices.update_aliases(body={"actions": add}))
    routing.change(lambda current: _with_both(current, job, progress))
    administration.within(lambda: client.indices.refresh(index=progress.old_index))
    return replace(progress, step="copy", total=comparing.count(client, progress.old_index, comparing.scope(job)))


def _with_both(where: Placement, job: Job, progress: FamilyProgress) -> Placement:
    if job.tenant_id is None:
        return replace(where, targets={**where.targets, progress.base: (progress.old_index, progress.new_index)})
    tenants: dict[str, routing.TenantState] = {**where.tenants, job.tenant_id: "copying"}
    return replace(where, targets={**where.targets, progress.base: (progress.new_index,)}, tenants=tenants)


def _copy(job: Job, progress: FamilyProgress) -> FamilyProgress:
    """Copy the next slice by sort key, keeping versions: what is newer in the new index stays."""
    client = administration.patient_client()
    last = administration.within(lambda: _last_of_slice(client, job, progress))
    bounds: dict[str, Any] = {"gt": progress.after}
    if last is not None:
        bounds["lte"] = last
    body = {
        "conflicts": "proceed",
        "source": {
            "index": progress.old_index,
            "size": 1_000,
            "query": comparing.scope(job, {"range": {"sort_key": bounds}}),
        },
        "dest": {"index": progress.new_index, "version_type": "external", "routing": "keep"},
    }
    answer = administration.within(
        lambda: client.reindex(body=body, params={"refresh": "true", "request_timeout": REQUEST_SECONDS})
    )
    if answer.get("failures"):
        raise engine_client.EngineFailed("a slice could not be copied")
    copied = progress.copied + int(answer["total"])
    if last is None:
        return replace(progress, step="compare", copied=copied)
    return replace(progress, after=last, copied=copied)


def _last_of_slice(client: "OpenSearch", job: Job, progress: FamilyProgress) -> str | None:
    """The sort key that ends the next slice; None where the rest is no longer than one."""
    answer = client.search(
        index=progress.old_index,
        body={
            "query": comparing.scope(job, {"range": {"sort_key": {"gt": progress.after}}}),
            "sort": [{"sort_key": "asc"}],
            "from": SLICE_DOCUMENTS - 1,
            "size": 1,
            "_source": False,
            "track_total_hits": False,
        },
    )
    hits = answer["hits"]["hits"]
    return str(hits[0]["sort"][0]) if hits else None


def _compare(job: Job, progress: FamilyProgress) -> Job:
    """Hold the new index against the old one: counts, and samples with their versions; against the table where the job
    came from there. What differs is copied once more, three times at most, then the job fails.
    """
    wrong = comparing.differences(job, progress)
    if wrong is None:
        return job.with_family(replace(progress, step="ready"))
    logger().warning("rebuild differs", extra={"job_id": job.id, "family": progress.base, "difference": wrong})
    if progress.mismatches + 1 >= MAX_MISMATCHES:
        return replace(job, status="failed", detail=f"{progress.base}: {wrong}")
    again = replace(progress, step="copy", after="", copied=0, mismatches=progress.mismatches + 1)
    return replace(job.with_family(again), scans=(), export=None)
