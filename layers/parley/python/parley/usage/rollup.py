"""From the change stream to a tenant's daily counters, exact however often and in whatever order records come.

* Messages: a bitmap says which numbers of a line (a conversation, a thread) are counted, 512 an item. It is written in
  one transaction with the counter, on condition that nobody has changed it since it was read.
* Active users: an item a user and day, put if absent in one transaction with the counter.
* Stored bytes: the day's figure is set to what the quota's counters hold now, and says up to which moment it holds.
  What came after that and is processed on a later day is added to it, each record once.

The records of one batch are counted together, so a busy line costs one transaction a batch, not one a message. Searches
and egress are counted where they happen. Bitmaps are kept for 40 days: longer than a record may wait for a redrive.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from parley import clock
from parley.errors import Unavailable
from parley.ids import SYSTEM_USER
from parley.media.quota import used_by_shard
from parley.remembered import Remembered
from parley.settings import settings
from parley.streams.changes import Change
from parley.streams.consumer import MALFORMED, set_aside
from parley.tables import attributes, dynamodb, keys, transactions, usage
from parley.tables.attributes import RawItem
from parley.tables.dynamodb import ConditionFailed, TransactionRefused
from parley.tables.expressions import absent, at_version
from parley.tables.keys import Key
from parley.tables.transactions import Action

ENTITIES = frozenset({"message", "membership", "media"})
SPAN = 512
KEPT_SECONDS = 40 * 24 * 3600
ATTEMPTS = 5
MOST_LATE = 2_000
MOST_REMEMBERED = 100_000

Line = tuple[str, str, str, int]
"""Tenant, day, partition key of the conversation or thread, and which 512 numbers of it."""

_known_active: Remembered[tuple[str, str, str], bool] = Remembered(most=MOST_REMEMBERED)
"""Users whom this process knows to be counted for a day; forgetting one costs writes, never exactness."""


@dataclass(frozen=True, slots=True)
class _Stored:
    """How many bytes a file's record added to what is stored, or took away, and when. `id` names the record."""

    id: str
    occurred_at: int
    added: int


@dataclass
class _Batch:
    """What the changes of a batch add, by what it is counted under."""

    lines: defaultdict[Line, set[int]] = field(default_factory=lambda: defaultdict(set))
    active: set[tuple[str, str, str]] = field(default_factory=set)
    stored: defaultdict[str, list[_Stored]] = field(default_factory=lambda: defaultdict(list))

    def add(self, change: Change) -> None:
        """Note what a change adds; raises what reading a malformed item raises, and notes nothing of it then."""
        if change.is_import:
            return
        if change.entity == "message" and change.op == "insert" and "void" not in change.image:
            day, seq = usage.day_of(change.number("created_at") or change.occurred_at), change.number("seq") or 0
            author = change.text("author_id")
            self.lines[change.tenant_id, day, change.pk, seq // SPAN].add(seq % SPAN)
            if author and author != SYSTEM_USER:
                self.active.add((change.tenant_id, day, author))
        elif change.entity == "membership" and "read_at" in change.changed():
            day = usage.day_of(change.number("read_at") or change.occurred_at)
            self.active.add((change.tenant_id, day, change.text("user_id") or ""))
        elif change.entity == "media":
            added = _reserved(change.new) - _reserved(change.old)
            if added:
                record = f"{keys.media_of(change.pk)}:{change.version}"
                self.stored[change.tenant_id].append(_Stored(record, change.occurred_at, added))


def _reserved(image: RawItem | None) -> int:
    return sum(json.loads(attributes.text(image or {}, "reserved") or "{}").values())


def roll_up(changes: Sequence[Change]) -> list[Change]:
    """Count what these changes add; those that no code of ours wrote. Raises what DynamoDB raises.

    The batch comes again then, and counts nothing twice.
    """
    batch = _Batch()
    poison = []
    for change in changes:
        try:
            batch.add(change)
        except MALFORMED:
            poison.append(set_aside(change))
    for line, numbers in batch.lines.items():
        _count_messages(line, numbers)
    for user_day in batch.active:
        _count_active(*user_day)
    for tenant_id, stored in batch.stored.items():
        note_stored_bytes(tenant_id, stored)
    return poison


def _count_messages(line: Line, numbers: set[int]) -> None:
    tenant_id, day, pk, span = line
    place = keys.usage_bitmap(tenant_id, "messages", day, pk, span)
    for _ in range(ATTEMPTS):
        there = dynamodb.get(settings().control_table, place, consistent=True)
        seen = int.from_bytes(there["seen"]["B"], "big") if there else 0
        fresh = [number for number in numbers if not seen >> number & 1]
        if not fresh:
            return
        for number in fresh:
            seen |= 1 << number
        version = attributes.number_or_none(there or {}, "version")
        try:
            dynamodb.transact([_mark(place, seen, version), usage.add_action(tenant_id, "messages", day, len(fresh))])
        except TransactionRefused:
            continue  # another batch has counted some of them
        return
    raise Unavailable("Others count the same messages")


def _mark(place: Key, seen: int, version: int | None) -> Action:
    bitmap = {
        **place._asdict(),
        "entity": "usage_bitmap",
        "seen": seen.to_bytes(SPAN // 8, "big"),
        "version": (version or 0) + 1,
        "expires_at": clock.now_ms() // 1000 + KEPT_SECONDS,
    }
    return transactions.put(settings().control_table, attributes.item(bitmap), condition=at_version(version))


def _count_active(tenant_id: str, day: str, user_id: str) -> None:
    known = (tenant_id, day, user_id)
    if _known_active.get(known):
        return
    seen = {
        **keys.quota(tenant_id, "active-users-seen", day, user_id)._asdict(),
        "entity": "usage_user",
        "expires_at": clock.now_ms() // 1000 + KEPT_SECONDS,
    }
    noted = transactions.put_if_absent(settings().control_table, attributes.item(seen))
    try:
        dynamodb.transact([noted, usage.add_action(tenant_id, "active_users", day, 1)])
    except TransactionRefused as refused:
        if not refused.failed(0):
            raise
    _known_active.set(known, value=True)


def note_stored_bytes(tenant_id: str, stored: Sequence[_Stored]) -> None:
    """Set the figures of the days on which these bytes came or went. 16 RRU and 1 WRU for today, 2 RRU and 1 WRU else.

    Today's is what is stored now: of two at once the older look may win, and the next corrects it. To a past day's
    figure is added what it does not hold yet.
    """
    now = clock.now_ms()
    today = usage.day_of(now)
    by_day: defaultdict[str, list[_Stored]] = defaultdict(list)
    for each in stored:
        by_day[min(usage.day_of(each.occurred_at), today)].append(each)
    for day, late in sorted(by_day.items()):
        if day == today:
            figure = {"amount": sum(used_by_shard(tenant_id)), "as_of": now, "version": now}
            dynamodb.put(settings().control_table, _figure(tenant_id, day, figure))
        else:
            _add_late(tenant_id, day, late)


def _add_late(tenant_id: str, day: str, late: Sequence[_Stored]) -> None:
    """Add to a past day's figure what came on that day after it was last looked at (`as_of`).

    `late` names what has been added so, since records come twice and in any order: those of a day's last seconds. After
    a long outage there are more than an item can name: then what came before the newest of them counts as added.
    """
    place = keys.stored_bytes(tenant_id, day)
    for _ in range(ATTEMPTS):
        before, _ = dynamodb.query(
            settings().control_table, place.pk, between=("0", day), forward=False, limit=1, consistent=True
        )
        known = before[0] if before else {}
        is_of_day = attributes.text(known, "sk") == day
        added = set(attributes.texts(known, "late")) if is_of_day else set()
        fresh = [each for each in late if each.occurred_at > attributes.number(known, "as_of") and each.id not in added]
        if not fresh:
            return
        version = attributes.number_or_none(known, "version") if is_of_day else None
        named = added | {each.id for each in fresh}
        is_too_much = len(named) > MOST_LATE
        figure = {
            "amount": max(0, attributes.number(known, "amount") + sum(each.added for each in fresh)),
            "as_of": max(each.occurred_at for each in fresh) if is_too_much else attributes.number(known, "as_of"),
            "late": None if is_too_much else named,
            "version": (version or 0) + 1,
        }
        is_as_read = absent("version") if is_of_day and version is None else at_version(version)
        with suppress(ConditionFailed):
            dynamodb.put(settings().control_table, _figure(tenant_id, day, figure), condition=is_as_read)
            return
    raise Unavailable("Others count the same bytes")


def _figure(tenant_id: str, day: str, figure: Mapping[str, object]) -> RawItem:
    return attributes.item({**keys.stored_bytes(tenant_id, day)._asdict(), "entity": "usage", **figure})
