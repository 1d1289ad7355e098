"""Purging the indices, a bounded piece at a time: old tombstones, and what tenants that moved left behind.

A tombstone holds its place against late records of what it stands for. The latest come from the failure destination of
the stream, whose batches may be applied again for thirty days, and from a rebuild that reads an export of the table,
which is kept for seven. After that nothing can contradict it, and it goes. An engine forgets a deleted document's
version after a minute, so nothing may go before.
"""

from dataclasses import replace
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from parley import clock
from parley.observability import metrics
from parley.search.engine import administration, routing
from parley.search.engine.indices import FAMILIES, patterns
from parley.search.rebuilding import rebuilds
from parley.search.rebuilding.rebuilds import Job
from parley.tables.dynamodb import ConditionFailed

TOMBSTONE_DAYS = 45
TOMBSTONES_A_RUN = 5_000
LEFT_BEHIND_A_STEP = 2_000
LATE_BATCH_MS = 180_000
"""A batch that read the placement before the tenant had moved has ended by then: the indexer has two minutes."""
REQUEST_SECONDS = 15.0
"""Heartbeats wait for it, so it is not tried twice in a row; a minute later the engine may have gone on with it."""


def purge() -> int:
    """Remove tombstones that have stood long enough, at most 5,000, unless a rebuild counts documents meanwhile."""
    job = rebuilds.active()
    if job is not None and job.is_unfinished:
        return 0
    before = clock.now_ms() - TOMBSTONE_DAYS * 86_400_000
    old: list[dict[str, Any]] = [{"term": {"deleted": True}}, {"range": {"removed_at": {"lt": before}}}]
    everywhere = ",".join(pattern for family in FAMILIES for pattern in patterns(family))
    removed = _delete(everywhere, old, limit=TOMBSTONES_A_RUN)
    metrics().add_metric("TombstonesRemoved", MetricUnit.Count, removed)
    return removed


def clean(job: Job) -> bool:
    """Remove some of what a tenant that has moved left in the family of all; false where there is nothing to do now.

    The job ends once nothing is left and nobody can be writing there any more. Each step may be done twice.
    """
    tenant_id = job.tenant_id or ""
    reads_there = clock.now_ms() < job.confirmed_at + routing.READ_CACHED_MS
    if reads_there or routing.load().tenants.get(tenant_id) != "own":
        return False
    removed = _delete("messages-v*", [{"term": {"tenant_id": tenant_id}}], limit=LEFT_BEHIND_A_STEP, routing=tenant_id)
    done = removed == 0 and clock.now_ms() >= job.confirmed_at + LATE_BATCH_MS
    if not removed and not done:
        return False
    families = tuple(
        replace(one, step="ready" if done else "clean", removed=one.removed + removed) for one in job.families
    )
    try:
        cleaned = rebuilds.save(replace(job, families=families))
    except ConditionFailed:
        return True
    if done:
        rebuilds.finish(cleaned)
    return True


def _delete(index: str, filters: list[dict[str, Any]], *, limit: int, **params: str) -> int:
    """Delete what matches, at most so many, except what is being replaced at this moment."""
    client = administration.patient_client()
    answer = administration.within(
        lambda: client.delete_by_query(
            index=index,
            body={"query": {"bool": {"filter": filters}}, "max_docs": limit},
            params={
                "conflicts": "proceed",
                "allow_no_indices": "true",
                "refresh": "true",
                "request_timeout": REQUEST_SECONDS,
                **params,
            },
        ),
        attempts=1,
    )
    return int(answer["deleted"])
