"""Where the samples of a track lie, by its tables."""

from collections.abc import Callable, Iterator
from typing import Any

from parley.media.checking.metadata.byte_reading import Readable, read_at, require, size_of

MAX_TABLE_BYTES = 16 * 1024 * 1024
MAX_CHUNKS = 150_000
"""Drones write a text for each frame: 80 minutes of them."""


def chunks_of(
    file: Readable, start: int, end: int, boxes: Callable[[Readable, int, int], Iterator[Any]]
) -> Iterator[tuple[int, int]]:
    """Beginning and end of each run of samples of the track whose boxes lie in this range."""
    tables = _tables(file, start, end, boxes)
    places = tables.get(b"stco") or tables.get(b"co64")
    if places is None or b"stsc" not in tables or b"stsz" not in tables:
        return
    width = 4 if b"stco" in tables else 8
    offsets = _numbers(places[8:], width)
    require(len(offsets) <= MAX_CHUNKS)
    rows = _numbers(tables[b"stsc"][8:], 4)
    runs = list(zip(rows[::3], rows[1::3], strict=False))
    one_size = int.from_bytes(tables[b"stsz"][4:8], "big")
    sizes = _numbers(tables[b"stsz"][12:], 4)
    sample, row, size = 0, 0, size_of(file)
    for number, offset in enumerate(offsets, 1):
        while row + 1 < len(runs) and runs[row + 1][0] <= number:
            row += 1
        count = runs[row][1] if runs else 0
        length = one_size * count if one_size else sum(sizes[sample : sample + count])
        sample += count
        if length and offset < size:
            yield offset, min(offset + length, size)


def _tables(
    file: Readable, start: int, end: int, boxes: Callable[[Readable, int, int], Iterator[Any]]
) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for box in boxes(file, start, end):
        if box.kind in {b"mdia", b"minf", b"stbl"}:
            found |= _tables(file, box.start, box.end, boxes)
        elif box.kind in {b"stco", b"co64", b"stsc", b"stsz"}:
            require(box.end - box.start <= MAX_TABLE_BYTES)
            found[box.kind] = read_at(file, box.start, box.end - box.start)
    return found


def _numbers(table: bytes, width: int) -> list[int]:
    return [int.from_bytes(table[at : at + width], "big") for at in range(0, len(table) - width + 1, width)]
