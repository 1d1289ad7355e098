"""Maintenance of the search indices: every minute, and at every deploy."""

import time

from aws_lambda_powertools.metrics import MetricUnit

from parley import clock
from parley.observability import logger, metrics
from parley.search.engine import administration, engine_client, indices, roles
from parley.search.engine.lean_client import NotThere
from parley.search.indexing import quarantine, watermark
from parley.search.indexing.change_indexer import HEARTBEAT
from parley.search.rebuilding import purging, rebuild_steps, rebuilds
from parley.search.rebuilding.table_exports import ExportUnavailable
from parley.settings import search_settings, settings
from parley.tables import dynamodb, keys
from parley.tables.expressions import Update
from parley.tables.keys import Key

LANES = 16
"""Heartbeats of as many partition keys, so that each shard of the stream carries some."""
HEARTBEAT_SK = "BEAT"
BEAT_EVERY_SECONDS = 15.0
OWN_INDEX_DOCUMENTS = 10_000_000
"""From here on an operator moves the tenant to an index of its own, see docs/operations.md."""


def set_up() -> None:
    """Make the templates, first indices and aliases that are missing, and map the functions' roles."""
    wanted = search_settings()
    client = administration.patient_client()
    if wanted.writers:
        administration.within(lambda: roles.ensure(client, readers=wanted.readers, writers=wanted.writers))
    rebuilds.make_missing()


def run(*, seconds: float) -> None:
    """Beat, remove old tombstones, measure, and work on a rebuild until the time is up or there is nothing to do.

    The heart goes before all else, and again after each piece that took long: how far the index is known to be
    complete shall not wait for housekeeping.
    """
    deadline = time.monotonic() + seconds
    heart = _Heart()
    for keep_house in (purge, measure):
        heart.beat_if_due()
        keep_house()
    while time.monotonic() < deadline:
        heart.beat_if_due()
        if not work():
            return


class _Heart:
    """Beats at first, and whenever the last beat is long ago."""

    def __init__(self) -> None:
        self._beaten: float | None = None

    def beat_if_due(self) -> None:
        if self._beaten is None or time.monotonic() - self._beaten >= BEAT_EVERY_SECONDS:
            beat()
            self._beaten = time.monotonic()


def beat() -> None:
    """Write the heartbeats: the stream carries them, the indexer notes how far it is. 1 WRU each."""
    now = clock.now_ms()
    for lane in range(LANES):
        dynamodb.update(
            settings().chat_table,
            Key(keys.search_heartbeat(lane), HEARTBEAT_SK),
            Update().set(entity=HEARTBEAT, beaten_at=now).add(version=1),
        )


def work() -> bool:
    """Move the rebuild under way on by one step; false where there is none to move."""
    job = rebuilds.active()
    if job is None:
        return False
    try:
        if job.cleans:
            return purging.clean(job)
        if job.status == "failed":
            rebuilds.give_up(job)
        elif job.status == "running":
            rebuild_steps.advance(job)
        else:
            return False
    except (engine_client.EngineFailed, ExportUnavailable) as failure:
        logger().warning("rebuild waits", extra={"job_id": job.id, "failure": str(failure)})
        return False
    except NotThere:
        logger().warning("an index of the rebuild is missing", extra={"job_id": job.id})
        rebuilds.fail(job, "an index is missing")
    return True


def purge() -> None:
    """Remove old tombstones; an engine that does not answer is asked again a minute later."""
    try:
        purging.purge()
    except engine_client.EngineFailed as failure:
        logger().warning("tombstones wait", extra={"failure": str(failure)})


def measure() -> None:
    """The size of the quarantine, how far behind the index is, the breaker's state, the largest tenant, as metrics.

    How far behind is measured from write to searchable: what the watermark passes can be found.
    """
    emitted = metrics()
    emitted.add_metric("UnindexedDocuments", MetricUnit.Count, sum(1 for _ in quarantine.every()))
    complete_to = watermark.complete_to()
    if complete_to is not None:
        emitted.add_metric("IndexLag", MetricUnit.Milliseconds, max(0, clock.now_ms() - complete_to))
    emitted.add_metric("SearchCircuitOpen", MetricUnit.Count, int(engine_client.circuit_state() != "CLOSED"))
    _measure_largest_tenant()
    emitted.flush_metrics()


def _measure_largest_tenant() -> None:
    """How many documents the largest tenant has in the index of all; above 10 million it should have its own."""
    client = administration.patient_client()
    body = {"size": 0, "aggs": {"tenants": {"terms": {"field": "tenant_id", "size": 1}}}}
    try:
        answer = administration.within(
            lambda: client.search(
                index=indices.read_alias("messages"), body=body, params={"request_timeout": BEAT_EVERY_SECONDS}
            ),
            attempts=1,
        )
    except (engine_client.EngineFailed, NotThere) as failure:
        logger().warning("sizes not measured", extra={"failure": type(failure).__name__})
        return
    for bucket in answer["aggregations"]["tenants"]["buckets"]:
        metrics().add_metric("LargestTenantDocuments", MetricUnit.Count, bucket["doc_count"])
        if bucket["doc_count"] >= OWN_INDEX_DOCUMENTS:
            logger().warning("a tenant has outgrown the index of all", extra={"tenant_id": bucket["key"]})
