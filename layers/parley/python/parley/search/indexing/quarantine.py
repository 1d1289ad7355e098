"""Documents that the engine refuses for what they are: set aside, told to operators, tried again when they say so.

An item in `chat` for each, without any of its text; the document is made anew from the table when it is tried again.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from parley import clock
from parley.errors import InvalidCursor
from parley.search.schemas import SearchFailure
from parley.settings import settings
from parley.tables import cursors, dynamodb, keys
from parley.tables.attributes import required_text
from parley.tables.expressions import Update
from parley.tables.items import ChatItem
from parley.tables.keys import Key
from parley.wire import Page

SHARDS = 8
REASON_LENGTH = 300
_LISTING = ("search failures",)


class UnindexedItem(ChatItem):
    """`T#_system#UNINDEXED#<shard>` / `<source pk>|<source sk>`: what could not be indexed and why."""

    entity = UnicodeAttribute(default="unindexed")
    source_pk = UnicodeAttribute()
    source_sk = UnicodeAttribute()
    tenant_id = UnicodeAttribute()
    error = UnicodeAttribute()
    reason = UnicodeAttribute()
    attempts = NumberAttribute(default=1)
    failed_at = NumberAttribute()


@dataclass(frozen=True, slots=True)
class Refused:
    """An item that could not be indexed: where it is in `chat`, and what the engine said."""

    source: Key
    tenant_id: str
    error: str
    reason: str


def place(source: Key) -> Key:
    """Where the record of a source item is kept."""
    name = f"{source.pk}|{source.sk}"
    shard = hashlib.sha256(name.encode()).digest()[0] % SHARDS
    return Key(keys.search_failures(shard), name)


def set_aside(refused: Iterable[Refused]) -> None:
    """Record these, each once; one that fails again counts its attempts. 1 WRU each."""
    for one in refused:
        dynamodb.update(
            settings().chat_table,
            place(one.source),
            Update()
            .set(entity="unindexed", source_pk=one.source.pk, source_sk=one.source.sk, tenant_id=one.tenant_id)
            .set(error=one.error, reason=safe_reason(one.reason), failed_at=clock.now_ms())
            .add(attempts=1, version=1),
        )


def safe_reason(reason: str) -> str:
    """What the engine said, without the part that quotes the document."""
    return reason.partition(". Preview of")[0].partition(': "')[0][:REASON_LENGTH]


def release(sources: Sequence[Key]) -> None:
    """Forget those that have been indexed."""
    for source in sources:
        dynamodb.delete(settings().chat_table, place(source))


def every() -> Iterator[UnindexedItem]:
    """All that is set aside."""
    for shard in range(SHARDS):
        yield from map(UnindexedItem.from_raw_data, dynamodb.every(settings().chat_table, keys.search_failures(shard)))


def do_list(*, limit: int, cursor: str | None) -> Page[SearchFailure]:
    """A page of what is set aside, in no particular order. Raises `InvalidCursor`."""
    shard, after = (0, None) if cursor is None else _position(cursor)
    found: list[UnindexedItem] = []
    while shard < SHARDS and len(found) <= limit:
        start = None if after is None else dynamodb.key((keys.search_failures(shard), after))
        page, more = dynamodb.query(
            settings().chat_table, keys.search_failures(shard), limit=limit + 1 - len(found), after=start
        )
        found += [UnindexedItem.from_raw_data(raw) for raw in page]
        shard, after = (shard, required_text(more, "sk")) if more else (shard + 1, None)
    shown = found[:limit]
    last = shown[-1] if len(found) > limit else None
    return Page(
        data=[view(item) for item in shown],
        next_cursor=None
        if last is None
        else cursors.encode([keys.search_failures_shard_of(last.pk), last.sk], _LISTING),
    )


def _cursor(last: UnindexedItem) -> str:
    return cursors.encode([keys.search_failures_shard_of(last.pk), last.sk], _LISTING)


def _position(cursor: str) -> tuple[int, str]:
    """A shard and the sort key of an item that can stand in it."""
    match cursors.decode(cursor, _LISTING):
        case [int(shard), str(after)] if not isinstance(shard, bool) and 0 <= shard < SHARDS:
            pk, _, sk = after.partition("|")
            if place(Key(pk, sk)) == Key(keys.search_failures(shard), after):
                return shard, after
    raise InvalidCursor


def view(item: UnindexedItem) -> SearchFailure:
    return SearchFailure(
        source=f"{item.source_pk}|{item.source_sk}",
        tenant_id=item.tenant_id,
        error=item.error,
        reason=item.reason,
        attempts=int(item.attempts),
        failed_at=clock.to_datetime(int(item.failed_at)),
    )
