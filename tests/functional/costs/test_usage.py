"""What it costs to look at a month of usage."""

from parley import clock
from parley.media.quota import tenant_counter
from parley.settings import settings
from parley.tables import dynamodb, keys, usage
from parley.tables.expressions import Update
from parley.usage import rollup
from tests.support.dynamodb.meter import metered
from tests.support.people.people import Workspace

DAY_MS = 24 * 3600_000


def test_a_month_of_usage_costs_at_most_20_reads_however_much_was_used(acme: Workspace) -> None:
    """Every counter of every shard is there, with figures as large as they come."""
    control = settings().control_table
    now = clock.now_ms()
    days = [usage.day_of(now - back * DAY_MS) for back in range(40)]
    for day in days:
        for shard in range(usage.SHARDS):
            at = keys.usage(acme.tenant_id, shard, day)
            change = Update().set(entity="usage", expires_at=now // 1000 + 1_000_000)
            dynamodb.update(control, at, change.add(dict.fromkeys(usage.METRICS, 10**15)))
        dynamodb.put(control, rollup._figure(acme.tenant_id, day, {"amount": 10**15, "as_of": now, "version": now}))
    for shard in range(16):
        dynamodb.update(control, tenant_counter(acme.tenant_id, shard), Update().set(entity="quota", amount=10**15))
    with metered() as cost:
        answer = acme.server.get("/v1/usage", **{"from": days[30], "to": days[0]})
    assert cost.reads <= 20, cost
    assert [day["day"] for day in answer["data"]] == sorted(days[:31])
    for shown in answer["data"]:
        for metric in usage.METRICS:
            assert shown[metric] == usage.SHARDS * 10**15
        assert shown["stored_bytes"] in {10**15, 16 * 10**15}
