"""Pages over a partition in the order of its sort keys, forward and back, from a cursor that holds one text.

The cursor names the last element that was shown; the keys are rebuilt around it from the caller's identity and path.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from parley import ids
from parley.errors import InvalidCursor
from parley.settings import settings
from parley.tables import cursors, dynamodb
from parley.tables.attributes import RawItem, required_text
from parley.tables.cursors import Listing

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page begins: after (`forward`) or before the element `text`, exclusive."""

    text: str
    forward: bool = True

    def encode(self, listing: Listing) -> str:
        return cursors.encode([">" if self.forward else "<", self.text], listing)

    @classmethod
    def decode(cls, cursor: str, listing: Listing) -> "Position":
        match cursors.decode(cursor, listing):
            case [">" | "<" as direction, str(text)] if text.isprintable():
                return cls(text, direction == ">")
            case _:
                raise InvalidCursor


@dataclass(frozen=True, slots=True)
class Slice(Generic[Entry]):
    """The entries of one page and the cursors around them."""

    entries: list[Entry]
    next_cursor: str | None
    prev_cursor: str | None


def cut(
    entries: Sequence[Entry], position: Position | None, limit: int, text: Callable[[Entry], str], listing: Listing
) -> Slice[Entry]:
    """The page among up to `limit + 1` entries that were read from `position`, in its direction.

    A page that was reached from a neighbour has that neighbour; the entry beyond the limit tells of the other.
    """
    more = len(entries) > limit
    page = list(entries[:limit])
    forward = position is None or position.forward
    if not forward:
        page.reverse()
    if not page:
        return Slice([], None, None)
    has_next, has_prev = (more, position is not None) if forward else (True, more)
    return Slice(
        page,
        Position(text(page[-1])).encode(listing) if has_next else None,
        Position(text(page[0]), forward=False).encode(listing) if has_prev else None,
    )


def read_slice(
    pk: str,
    prefix: str,
    *,
    listing: Listing,
    limit: int,
    cursor: str | None,
    start: Callable[[str], RawItem],
    index: str | None = None,
) -> Slice[RawItem]:
    """One page of the items whose sort key is `prefix` and a user's id; the id is the cursor's text.

    `start` gives the full key of the item with that id. With `index`, both are those of the index.
    """
    position = None if cursor is None else Position.decode(cursor, listing)
    if position is not None and not ids.is_user_id(position.text):
        raise InvalidCursor
    items, _ = dynamodb.query(
        settings().chat_table,
        pk,
        begins_with=prefix,
        limit=limit + 1,
        forward=position is None or position.forward,
        index=index,
        after=None if position is None else start(position.text),
    )
    range_name = "gsk" if index else "sk"
    return cut(items, position, limit, lambda item: required_text(item, range_name).removeprefix(prefix), listing)
