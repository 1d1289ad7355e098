"""What a tenant uses, by day: sharded counters, so that no item takes all of a tenant's writes."""

import random

from parley import clock
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.attributes import required_number
from parley.tables.expressions import Update

SHARDS = 16
KEPT_SECONDS = 400 * 24 * 3600


def day_of(moment: clock.Milliseconds) -> str:
    """`2026-11-23`, in UTC."""
    return f"{clock.to_datetime(moment):%Y-%m-%d}"


def add_action(tenant_id: str, metric: str, day: str, amount: int) -> transactions.Action:
    """The write that adds to a day's usage, for a transaction with what makes it happen once."""
    shard = random.randrange(SHARDS)  # noqa: S311 - spreads load, no secret
    return transactions.update(
        settings().control_table,
        keys.quota(tenant_id, metric, day, shard),
        Update().add(amount=amount).set(entity="usage", expires_at=clock.now_ms() // 1000 + KEPT_SECONDS),
    )


def total(tenant_id: str, metric: str, day: str) -> int:
    """What was used on a day: one BatchGet, 8 RRU."""
    counters = [keys.quota(tenant_id, metric, day, shard) for shard in range(SHARDS)]
    found = dynamodb.batch_get(settings().control_table, counters)
    return sum(required_number(item, "amount") for item in found.values())
