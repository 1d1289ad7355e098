"""What DynamoDB charges, by its documented rules: emulators do not report capacity truthfully.

Sizes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html; units of reads,
writes, transactions and index writes: the pages on read/write capacity and on global secondary indexes there.
"""

import math
from collections.abc import Callable, Iterable
from typing import Any

from infrastructure.tables import Index

Item = dict[str, dict[str, Any]]
READ_UNIT = 4096
WRITE_UNIT = 1024
_CONTAINER_OVERHEAD = 3
_ELEMENT_OVERHEAD = 1


def item_size(item: Item | None) -> int:
    """Bytes of an item: UTF-8 of its attributes' names, and their values. Nothing is 0."""
    return sum(len(name.encode()) + value_size(value) for name, value in (item or {}).items())


def value_size(value: dict[str, Any]) -> int:
    ((kind, content),) = value.items()
    return _SIZES[kind](content)


def _text_size(text: str) -> int:
    return len(text.encode())


def _list_size(elements: list[dict[str, Any]]) -> int:
    return _CONTAINER_OVERHEAD + sum(_ELEMENT_OVERHEAD + value_size(element) for element in elements)


def _map_size(elements: Item) -> int:
    return _CONTAINER_OVERHEAD + sum(
        _ELEMENT_OVERHEAD + _text_size(name) + value_size(element) for name, element in elements.items()
    )


def number_size(number: str) -> int:
    """A byte, and one for every two significant digits; zeros at either end are none. A sign takes a byte."""
    digits = number.lstrip("-").lower().partition("e")[0].replace(".", "").strip("0")
    return 1 + math.ceil(len(digits) / 2) + number.startswith("-")


_SIZES: dict[str, Callable[[Any], int]] = {
    "S": _text_size,
    "N": number_size,
    "B": len,
    "BOOL": lambda _: 1,
    "NULL": lambda _: 1,
    "SS": lambda texts: sum(map(_text_size, texts)),
    "NS": lambda numbers: sum(map(number_size, numbers)),
    "BS": lambda raws: sum(map(len, raws)),
    "L": _list_size,
    "M": _map_size,
}


def read_units(sizes: Iterable[int], *, consistent: bool, together: bool = False) -> float:
    """Units of reading items of these sizes; `together` (a query) rounds once, a batch rounds each. At least one."""
    each = list(sizes) or [0]
    if together:
        each = [sum(each)]
    units = sum(max(1, math.ceil(size / READ_UNIT)) for size in each)
    return units if consistent else units / 2


def write_units(before: Item | None, after: Item | None) -> int:
    """Units of a write in the table: the larger of what stood there and what stands there now."""
    return max(1, math.ceil(max(item_size(before), item_size(after)) / WRITE_UNIT))


def index_entry(item: Item | None, index: Index) -> Item | None:
    """What an index holds of an item; None where the item lacks the index's key."""
    if item is None or index.partition_key not in item or index.sort_key not in item:
        return None
    kept = {"pk", "sk", index.partition_key, index.sort_key, *index.projected}
    return {name: value for name, value in item.items() if name in kept}


def index_write_units(before: Item | None, after: Item | None, index: Index) -> int:
    """Units of a write in an index: none where its entry stays the same, two where its key moves."""
    old, new = index_entry(before, index), index_entry(after, index)
    if old == new:
        return 0
    if old is not None and new is not None:
        moved = any(old[name] != new[name] for name in (index.partition_key, index.sort_key))
        return write_units(old, None) + write_units(None, new) if moved else write_units(old, new)
    return write_units(old, new)
