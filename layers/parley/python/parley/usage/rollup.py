"""From the change stream to a tenant's daily counters, exact however often and in whatever order records come.

* Messages: a bitmap says which numbers of a line (a conversation, a thread) are counted, 512 an item. It is written in
  one transaction with the counter, on condition that nobody has changed it since it was read.
* Active users: an item a user and day, put if absent in one transaction with the counter.
* Stored bytes: nothing is counted; the day's figure is set to what the quota's counters hold now.

The records of one batch are counted together, so a busy line costs one transaction a batch, not one a message. Searches
and egress are counted where they happen. Bitmaps are kept for 40 days: longer than a record may wait for a redrive.
"""

from collections import defaultdict
from collections.abc import Sequence

from parley import clock
from parley.errors import Unavailable
from parley.media.quota import used_by_shard
from parley.remembered import Remembered
from parley.settings import settings
from parley.streams.changes import Change
from parley.tables import attributes, dynamodb, keys, transactions, usage
from parley.tables.dynamodb import TransactionRefused
from parley.tables.expressions import at_version
from parley.tables.keys import Key
from parley.tables.transactions import Action

ENTITIES = frozenset({"message", "membership", "media"})
MESSAGES, ACTIVE_USERS = "messages", "active-users"
SPAN = 512
KEPT_SECONDS = 40 * 24 * 3600
ATTEMPTS = 5
MOST_REMEMBERED = 100_000

Line = tuple[str, str, str, int]
"""Tenant, day, partition key of the conversation or thread, and which 512 numbers of it."""

_known_active: Remembered[tuple[str, str, str], bool] = Remembered(most=MOST_REMEMBERED)
"""Users whom this process knows to be counted for a day; forgetting one costs writes, never exactness."""


def roll_up(changes: Sequence[Change]) -> None:
    """Count what these changes add. Raises what DynamoDB raises: the batch comes again and counts nothing twice."""
    lines: defaultdict[Line, set[int]] = defaultdict(set)
    active: set[tuple[str, str, str]] = set()
    storing: set[str] = set()
    for change in changes:
        if change.entity == "message" and change.op == "insert" and "void" not in change.image:
            day = usage.day_of(change.number("created_at") or change.occurred_at)
            seq = change.number("seq") or 0
            lines[change.tenant_id, day, change.pk, seq // SPAN].add(seq % SPAN)
            author = change.text("author_id")
            if author:
                active.add((change.tenant_id, day, author))
        elif change.entity == "membership" and "read_at" in change.changed():
            day = usage.day_of(change.number("read_at") or change.occurred_at)
            active.add((change.tenant_id, day, change.text("user_id") or ""))
        elif change.entity == "media":
            storing.add(change.tenant_id)
    for line, numbers in lines.items():
        _count_messages(line, numbers)
    for user_day in active:
        _count_active(*user_day)
    for tenant_id in storing:
        note_stored_bytes(tenant_id)


def _count_messages(line: Line, numbers: set[int]) -> None:
    tenant_id, day, pk, span = line
    place = keys.usage_bitmap(tenant_id, MESSAGES, day, pk, span)
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
            dynamodb.transact([_mark(place, seen, version), usage.add_action(tenant_id, MESSAGES, day, len(fresh))])
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
        **keys.quota(tenant_id, f"{ACTIVE_USERS}-seen", day, user_id)._asdict(),
        "entity": "usage_user",
        "expires_at": clock.now_ms() // 1000 + KEPT_SECONDS,
    }
    noted = transactions.put_if_absent(settings().control_table, attributes.item(seen))
    try:
        dynamodb.transact([noted, usage.add_action(tenant_id, ACTIVE_USERS, day, 1)])
    except TransactionRefused as refused:
        if not refused.failed(0):
            raise
    _known_active.set(known, value=True)


def note_stored_bytes(tenant_id: str) -> None:
    """Set today's figure to what is stored now. Of two at once the older look may win; the next corrects it."""
    now = clock.now_ms()
    figure = {
        **keys.stored_bytes(tenant_id, usage.day_of(now))._asdict(),
        "entity": "usage",
        "amount": sum(used_by_shard(tenant_id)),
        "expires_at": now // 1000 + usage.KEPT_SECONDS,
    }
    dynamodb.put(settings().control_table, attributes.item(figure))
