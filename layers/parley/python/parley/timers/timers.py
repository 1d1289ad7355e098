"""Timers: something of a user's to look at, at a moment or within a minute after it.

A timer says only what to look at, and when; what to do follows from the thing's own state then. So it is set before the
thing says the moment, may be set twice, and may be left over: looking once too often changes nothing. The thing names
the timer that it has, so whoever takes one back takes no other that was set for the same moment since. Timers lie in
partitions by hour, four for each, which the sweeper reads without knowing any tenant. It remembers before which hour
there is nothing left, so an outage loses nothing, however long, and no empty hour is read again. 1 WRU to set one, 1
when it is done. See docs/adr/0072.
"""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, cast

from parley import clock
from parley.settings import settings
from parley.tables import attributes, dynamodb, keys, transactions
from parley.tables.attributes import RawItem, number_or_none, required_text
from parley.tables.keys import Key
from parley.tables.transactions import Action

Kind = Literal["reminder", "scheduled_message"]
SHARDS = 4
HOUR_MS = 3_600_000
LATE_MS = 10 * 60_000
"""A timer of an hour is written before that has ended for so long: clocks differ, and a request takes 29 s at most."""
BEING_WRITTEN_MS = 30_000
"""Nothing is looked at earlier after its timer was set: it would not say its moment yet, and its timer would go."""
FIRST_LOOK_HOURS = 26
"""Where nothing is remembered, so far back is looked."""
KEPT_SECONDS = 30 * 24 * 3600
"""After its moment, where the sweeper does not come to it."""


@dataclass(frozen=True, slots=True)
class Timer:
    """What to look at: a user's thing of a kind, by its name."""

    key: Key
    kind: Kind
    tenant_id: str
    user_id: str
    name: str


def schedule(kind: Kind, tenant_id: str, user_id: str, name: str, moment: clock.Milliseconds) -> str:
    """Have a thing looked at, at `moment` or soon after: the timer that it has from now on. 1 WRU."""
    due = max(moment, clock.now_ms() + BEING_WRITTEN_MS)
    timer = f"{due}-{secrets.token_hex(8)}"
    item = {
        **_key(kind, tenant_id, user_id, name, timer)._asdict(),
        "entity": "timer",
        "kind": kind,
        "tenant_id": tenant_id,
        "user_id": user_id,
        "name": name,
        "expires_at": due // 1000 + KEPT_SECONDS,
    }
    dynamodb.put(settings().control_table, attributes.item(item))
    return timer


def cancel(kind: Kind, tenant_id: str, user_id: str, name: str, timer: str) -> None:
    """Forget a timer. Absent is no failure. 1 WRU."""
    dynamodb.delete(settings().control_table, _key(kind, tenant_id, user_id, name, timer))


def cancelling(kind: Kind, tenant_id: str, user_id: str, name: str, timer: str) -> Action:
    """The same as a part of a transaction. 2 WRU."""
    return transactions.delete(settings().control_table, _key(kind, tenant_id, user_id, name, timer))


def _key(kind: Kind, tenant_id: str, user_id: str, name: str, timer: str) -> Key:
    due, _, mark = timer.partition("-")
    shard = hashlib.sha256(f"{tenant_id}\x1f{user_id}\x1f{name}".encode()).digest()[0] % SHARDS
    return Key(keys.timers(_hour(int(due)), shard), keys.timer_sk(int(due), kind, tenant_id, user_id, name, mark))


def due(limit: int) -> Iterator[Timer]:
    """Up to `limit` timers whose moment has come, the oldest first: 1 RRU, and 4 for each hour that is not done with.

    What lies before the first of them is not looked at again.
    """
    now = clock.now_ms()
    current, earliest = _hour_number(now), _hour_number(now - LATE_MS)
    begin = _begin()
    first = earliest - FIRST_LOOK_HOURS if begin is None else begin
    given = 0
    begins: int | None = None
    for hour in range(first, current + 1):
        found = _of_hour(hour, now, limit)
        if found and begins is None:
            begins = hour
        for raw in found[: limit - given]:
            given += 1
            yield _timer(raw)
        if given == limit:
            break
    else:
        begins = earliest if begins is None else min(begins, earliest)
        if begins != begin:
            _remember(begins)


def done(timer: Timer) -> None:
    """Forget a timer. 1 WRU."""
    dynamodb.delete(settings().control_table, timer.key)


def _of_hour(hour: int, now: clock.Milliseconds, limit: int) -> list[RawItem]:
    partitions = [keys.timers(_hour(hour * HOUR_MS), shard) for shard in range(SHARDS)]
    pages = dynamodb.map_parallel(lambda pk: _page(pk, now, limit), partitions)
    return sorted((raw for page in pages for raw in page), key=lambda raw: required_text(raw, "sk"))


def _page(pk: str, now: clock.Milliseconds, limit: int) -> list[RawItem]:
    between = (keys.timer_bound(0), keys.timer_bound(now + 1))
    found, _ = dynamodb.query(settings().control_table, pk, between=between, limit=limit, consistent=True)
    return found


def _timer(raw: RawItem) -> Timer:
    kind, tenant_id, user_id, name = (required_text(raw, each) for each in ("kind", "tenant_id", "user_id", "name"))
    return Timer(dynamodb.key_of(raw), cast("Kind", kind), tenant_id, user_id, name)


def _begin() -> int | None:
    raw = dynamodb.get(settings().control_table, keys.timers_begin(), consistent=True)
    return None if raw is None else number_or_none(raw, "hour")


def _remember(hour: int) -> None:
    begin = {**keys.timers_begin()._asdict(), "entity": "timers_begin", "hour": hour}
    dynamodb.put(settings().control_table, attributes.item(begin))


def _hour_number(moment: clock.Milliseconds) -> int:
    return moment // HOUR_MS


def _hour(moment: clock.Milliseconds) -> str:
    return f"{clock.to_datetime(moment):%Y%m%d%H}"
