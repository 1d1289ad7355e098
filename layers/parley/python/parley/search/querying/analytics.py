"""Search analytics: how long they take, how many find nothing, how many a tenant makes; never a text."""

from aws_lambda_powertools.metrics import MetricUnit

from parley import clock
from parley.identity.caller import Caller
from parley.observability import logger, metrics
from parley.tables import usage


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
    usage.count(caller.tenant_id, "searches", usage.day_of(clock.now_ms()), 1)
