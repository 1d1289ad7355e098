"""Lists by sequence number, as a request asks for them: their order and bounds, and the cursors that keep both."""

from dataclasses import dataclass
from typing import Literal

from parley.errors import InvalidCursor
from parley.ids import MAX_SEQ
from parley.tables import cursors

Order = Literal["asc", "desc"]


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page begins: the messages after (`forward`) or before the number `seq`, exclusive."""

    seq: int
    forward: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """Which list is read (`name`), the order that it is shown in and its exclusive bounds: a cursor keeps all of it.

    So a client goes on with the cursor alone, and one that names another order or bound beside it is refused.
    """

    name: str
    ascending: bool
    low: int = 0
    high: int = MAX_SEQ + 1

    @property
    def beginning(self) -> Position:
        return Position(self.low, forward=True) if self.ascending else Position(self.high, forward=False)

    def cursor(self, position: Position) -> str:
        fields = [position.seq, position.forward, self.ascending, self.low, self.high]
        return cursors.encode(fields, (self.name,))

    @classmethod
    def resume(cls, name: str, cursor: str) -> "tuple[Listing, Position]":
        """The list that a cursor goes on in, and where; raises `InvalidCursor`."""
        match cursors.decode(cursor, (name,)):
            case [int(seq), bool(forward), bool(ascending), int(low), int(high)]:
                numbers = (seq, low, high)
                if not any(isinstance(number, bool) or not 0 <= number <= MAX_SEQ + 1 for number in numbers):
                    return cls(name, ascending, low, high), Position(seq, forward)
        raise InvalidCursor

    def check_same(self, order: Order | None, after_seq: int | None = None, before_seq: int | None = None) -> None:
        """What a request names beside a cursor is what the cursor keeps; raises `InvalidCursor`."""
        same_order = order is None or (order == "asc") == self.ascending
        if not same_order or after_seq not in (None, self.low) or before_seq not in (None, self.high):
            raise InvalidCursor
