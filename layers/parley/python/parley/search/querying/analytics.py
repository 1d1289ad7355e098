"""Search analytics: how long they take, how many find nothing, how many a tenant makes; never a text."""

import random

from aws_lambda_powertools.metrics import MetricUnit

from parley import clock
from parley.identity.caller import Caller
from parley.observability import logger, metrics
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import required_number
from parley.tables.expressions import Update

SHARDS = 16
USAGE_METRIC = "searches"
KEPT_DAYS = 400


def record(caller: Caller, kind: str, *, hits: int, started: int) -> None:
    """Log and count one search; `started` is when it began, in milliseconds. 1 WRU for the tenant's usage."""
    took = clock.now_ms() - started
    logger().info(
        "search", extra={"kind": kind, "tenant_id": caller.tenant_id, "hits": hits, "took_ms": took, "empty": hits == 0}
    )
    emitted = metrics()
    emitted.add_metric("Searches", MetricUnit.Count, 1)
    emitted.add_metric("EmptySearches", MetricUnit.Count, int(hits == 0))
    emitted.add_metric("SearchLatency", MetricUnit.Milliseconds, took)
    count(caller.tenant_id)


def count(tenant_id: str) -> None:
    """Count a search of the tenant for `GET /v1/usage`, on one of sixteen counters of the day."""
    now = clock.now_ms()
    day = clock.to_datetime(now).strftime("%Y-%m-%d")
    shard = random.randrange(SHARDS)  # noqa: S311 - spreads load, no secret
    dynamodb.update(
        settings().control_table,
        keys.quota(tenant_id, USAGE_METRIC, day, shard),
        Update().set(entity="usage", expires_at=now // 1000 + KEPT_DAYS * 86_400).add(amount=1),
    )


def searches_on(tenant_id: str, day: str) -> int:
    """How many searches a tenant made on a day (`2026-11-23`). 8 RRU."""
    places = [keys.quota(tenant_id, USAGE_METRIC, day, shard) for shard in range(SHARDS)]
    found = dynamodb.batch_get(settings().control_table, places)
    return sum(required_number(raw, "amount") for raw in found.values())
