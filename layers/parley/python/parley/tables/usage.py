"""What a tenant uses, by day: sharded counters, so that no item takes all of a tenant's writes.

A day's counters of a shard are one item, and the days of a shard a partition: eight queries read a month of them.
"""

import random
from collections import defaultdict
from typing import Literal, get_args

from parley import clock
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.attributes import number, required_text
from parley.tables.expressions import Update

Metric = Literal["messages", "active_users", "egress_bytes", "searches"]
METRICS: tuple[Metric, ...] = get_args(Metric)

SHARDS = 8
"""An item takes 1,000 writes a second, in transactions 500: 4,000 a tenant, of a whole batch of changes each."""
KEPT_SECONDS = 400 * 24 * 3600


def day_of(moment: clock.Milliseconds) -> str:
    """`2026-11-23`, in UTC."""
    return f"{clock.to_datetime(moment):%Y-%m-%d}"


def count(tenant_id: str, metric: Metric, day: str, amount: int) -> None:
    """Add to a day's usage. 1 WRU."""
    dynamodb.update(settings().control_table, *_addition(tenant_id, metric, day, amount))


def add_action(tenant_id: str, metric: Metric, day: str, amount: int) -> transactions.Action:
    """The write that adds to a day's usage, for a transaction with what makes it happen once."""
    return transactions.update(settings().control_table, *_addition(tenant_id, metric, day, amount))


def _addition(tenant_id: str, metric: Metric, day: str, amount: int) -> tuple[keys.Key, Update]:
    shard = random.randrange(SHARDS)  # noqa: S311 - spreads load, no secret
    change = Update().add({metric: amount}).set(entity="usage", expires_at=clock.now_ms() // 1000 + KEPT_SECONDS)
    return keys.usage(tenant_id, shard, day), change


def by_day(tenant_id: str, first: str, last: str) -> dict[tuple[Metric, str], int]:
    """What was used from one day to another, both included, 0 where nothing was. A shard's month is 0.5 or 1 RRU."""
    totals: dict[tuple[Metric, str], int] = defaultdict(int)
    shards = dynamodb.map_parallel(
        lambda shard: dynamodb.query(
            settings().control_table, keys.usage(tenant_id, shard, first).pk, between=(first, last)
        )[0],
        range(SHARDS),
    )
    for item in (item for items in shards for item in items):
        for metric in METRICS:
            totals[metric, required_text(item, "sk")] += number(item, metric)
    return totals


def total(tenant_id: str, metric: Metric, day: str) -> int:
    """What was used on a day: 4 RRU."""
    return by_day(tenant_id, day, day)[metric, day]
