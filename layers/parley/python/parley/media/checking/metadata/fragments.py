"""Fragments of films: where the samples of a track lie that records something beside what is shown."""

from collections.abc import Callable, Iterator
from typing import Any

from parley.media.checking.metadata.byte_reading import Readable, read_at, require, size_of

MAX_SAMPLES = 200_000
_BASE, _DESCRIPTION, _DURATION, _SIZE, _BASE_IS_FRAGMENT = 0x1, 0x2, 0x8, 0x10, 0x20000
_AT, _FIRST_FLAGS = 0x1, 0x4
_OF_SAMPLE = ((0x100, 4), (0x200, 4), (0x400, 4), (0x800, 4))
"""Which of duration, size, flags and time a run gives of each sample."""
_SIZE_OF_SAMPLE = 0x200

Boxes = Callable[[Readable, int, int], Iterator[Any]]


def track_of(file: Readable, start: int) -> int:
    """The track that a `tfhd` or `trex` box with this payload is about."""
    return int.from_bytes(read_at(file, start + 4, 4), "big")


def track_in(file: Readable, start: int) -> int:
    """The track that a `tkhd` box with this payload is of."""
    return int.from_bytes(read_at(file, start + (20 if read_at(file, start, 1) == b"\1" else 12), 4), "big")


def default_size(file: Readable, start: int) -> int:
    """How long each sample is, by a `trex` box with this payload, where nothing else is said."""
    return int.from_bytes(read_at(file, start + 16, 4), "big")


def runs_of(
    file: Readable, fragment: Any, previous: int, boxes: Boxes, defaults: dict[int, int]
) -> Iterator[tuple[Any, int, int]]:
    """Each run of samples of a track in a fragment: its header, and where it begins and ends.

    `fragment` is the `traf` box and `previous` where its data begins unless it says so.
    """
    base, size, header = previous, 0, None
    for box in boxes(file, fragment.start, fragment.end):
        if box.kind == b"tfhd":
            flags = int.from_bytes(read_at(file, box.start + 1, 3), "big")
            header, size = box, defaults.get(track_of(file, box.start), 0)
            at = box.start + 8
            if flags & _BASE:
                base, at = int.from_bytes(read_at(file, at, 8), "big"), at + 8
            at += (4 if flags & _DESCRIPTION else 0) + (4 if flags & _DURATION else 0)
            if flags & _SIZE:
                size = int.from_bytes(read_at(file, at, 4), "big")
    end = base
    for box in boxes(file, fragment.start, fragment.end):
        if box.kind == b"trun":
            start, length = _run(file, box, base, end, size)
            end = start + length
            require(start >= 0)
            yield header, min(start, size_of(file)), min(end, size_of(file))


def is_relative(file: Readable, start: int) -> bool:
    """Whether data is counted from the fragment's beginning, by a `tfhd` box with this payload."""
    return bool(int.from_bytes(read_at(file, start + 1, 3), "big") & _BASE_IS_FRAGMENT)


def _run(file: Readable, box: Any, base: int, end: int, size: int) -> tuple[int, int]:
    flags = int.from_bytes(read_at(file, box.start + 1, 3), "big")
    count = int.from_bytes(read_at(file, box.start + 4, 4), "big")
    require(count <= MAX_SAMPLES)
    at, start = box.start + 8, end
    if flags & _AT:
        start, at = base + int.from_bytes(read_at(file, at, 4), "big", signed=True), at + 4
    at += 4 if flags & _FIRST_FLAGS else 0
    width = sum(length for flag, length in _OF_SAMPLE if flags & flag)
    if not flags & _SIZE_OF_SAMPLE:
        return start, count * size
    skipped = sum(length for flag, length in _OF_SAMPLE if flags & flag and flag < _SIZE_OF_SAMPLE)
    rows = read_at(file, at, count * width)
    return start, sum(
        int.from_bytes(rows[row + skipped : row + skipped + 4], "big") for row in range(0, len(rows), width)
    )
