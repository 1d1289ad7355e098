"""What a table holds, as far as a restored one can be held to it: counts, a checksum, and every line's numbers.

The checksum is the sum of the items' own, so items may come in any order, and it takes no memory.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from parley.tables import keys

Item = dict[str, Any]
_LINES = frozenset({"conversation", "thread"})
_PLACES = frozenset({"message", "void", "reference"})
_MODULUS = 2**256


@dataclass
class Line:
    """The numbers of a conversation or a thread: up to which they were given out, and what became of each."""

    given: int | None = None
    placed: set[int] = field(default_factory=set)
    gaps: set[int] = field(default_factory=set)

    @property
    def missing(self) -> set[int]:
        """Numbers that have neither a message, nor a place that says that there is none, nor a gap."""
        return set(range(1, (self.given or 0) + 1)) - self.placed - self.gaps

    @property
    def beyond(self) -> set[int]:
        """Places of numbers that were never given out."""
        return {number for number in self.placed if number > (self.given or 0)}


@dataclass
class Ledger:
    """Add every item of a table once."""

    items: int = 0
    entities: Counter[str] = field(default_factory=Counter)
    checksum: int = 0
    lines: dict[str, Line] = field(default_factory=dict)

    def add(self, item: Item) -> None:
        entity = item.get("entity", {}).get("S", "")
        self.items += 1
        self.entities[entity] += 1
        self.checksum = (self.checksum + int.from_bytes(hashlib.sha256(canonical(item)).digest())) % _MODULUS
        self._number(item, entity)

    def _number(self, item: Item, entity: str) -> None:
        pk, sk = item["pk"]["S"], item["sk"]["S"]
        is_place = entity in _PLACES and not keys.is_annotations(sk)
        if not is_place and entity not in {*_LINES, "gaps"}:
            return
        line = self.lines.setdefault(pk, Line())
        line.gaps |= {int(number) for number in item.get("gaps", {}).get("NS", ())}
        if entity in _LINES:
            line.given = int(item.get("seq", {}).get("N", "0"))
        elif is_place:
            line.placed.add(keys.seq_of(sk))

    def differences(self, other: "Ledger") -> Iterator[str]:
        """What the other lacks or has more of; nothing where both hold the same items."""
        for entity in sorted(self.entities | other.entities):
            if self.entities[entity] != other.entities[entity]:
                yield f"{other.entities[entity]} of {self.entities[entity]} items of kind {entity or 'none'}"
        for pk in sorted(self.lines.keys() | other.lines.keys()):
            mine, others = self.lines.get(pk, Line()), other.lines.get(pk, Line())
            if mine.given != others.given:
                yield f"{pk} has given out {others.given} numbers, not {mine.given}"
            if lost := sorted(others.missing - mine.missing):
                yield f"{pk} lacks the numbers {lost[:10]}"
            if more := sorted(others.beyond - mine.beyond):
                yield f"{pk} has messages of numbers that were never given out: {more[:10]}"
        if self.checksum != other.checksum:
            yield f"the checksum of {other.items} items is {other.checksum:064x}, not {self.checksum:064x}"

    @property
    def open_numbers(self) -> int:
        """Numbers whose messages were being written: readers close them."""
        return sum(len(line.missing) for line in self.lines.values() if line.given is not None)


def canonical(item: Item) -> bytes:
    """The same bytes for the same item: sets have no order."""
    return json.dumps(_ordered(item), sort_keys=True, separators=(",", ":"), default=repr).encode()


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: sorted(each) if name in {"SS", "NS", "BS"} and isinstance(each, list) else _ordered(each)
            for name, each in value.items()
        }
    return [_ordered(each) for each in value] if isinstance(value, list) else value
