"""A listing that lies in sixteen partitions of the index, read as one in the order of its sort keys."""

from collections.abc import Callable

from parley.errors import InvalidCursor
from parley.settings import settings
from parley.tables import cursors, dynamodb
from parley.tables.attributes import RawItem, required_text
from parley.tables.cursors import Listing
from parley.tables.items import COLLECTION_INDEX
from parley.tables.keys import WrongKey
from parley.tables.shards import SHARDS

LAST = "~"
"""After every place of an entry."""


def read(partition_of: Callable[[str], str], *, after: str, limit: int) -> tuple[list[RawItem], bool]:
    """The entries after a place, up to `limit`, and whether there are more: sixteen queries, 8 RRU at least.

    The index follows writes within a second.
    """

    def of_shard(shard: str) -> list[RawItem]:
        found, _ = dynamodb.query(
            settings().chat_table,
            partition_of(shard),
            index=COLLECTION_INDEX,
            between=(after, LAST),
            limit=limit + 2,
        )
        return [entry for entry in found if place(entry) != after]

    entries = sorted((entry for found in dynamodb.map_parallel(of_shard, SHARDS) for entry in found), key=place)
    return entries[:limit], len(entries) > limit


def place(entry: RawItem) -> str:
    """Orders the entries."""
    return required_text(entry, "gsk")


def position(cursor: str, listing: Listing, check: Callable[[str], object]) -> str:
    """The place that a cursor names; `check` raises `WrongKey` for what is none. Raises `InvalidCursor`."""
    found = cursors.decode_text(cursor, listing)
    try:
        check(found)
    except WrongKey:
        raise InvalidCursor from None
    if not (found.isascii() and found.isprintable() and found < LAST):
        raise InvalidCursor
    return found
