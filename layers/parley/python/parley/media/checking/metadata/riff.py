"""WAV, AVI (RIFF), AIFF and CAF: chunks that hold no sound and no film become padding. Nothing moves.

A recorder that cannot go back, or that broke off, leaves lengths of zero or of an earlier moment behind. Players read
on to the end of the file, so what they play is what is kept.
"""

from collections.abc import Iterator
from typing import Literal

from parley.media.checking.metadata.byte_reading import Readable, is_blank, read_at, require, size_of
from parley.media.checking.metadata.edits import Edit, blank

MAX_CHUNKS = 100_000
_KEPT = {
    b"WAVE": frozenset({b"fmt ", b"fact", b"data", b"ds64", b"PEAK"}),
    b"AVI ": frozenset({b"hdrl", b"movi", b"idx1"}),
    b"AVIX": frozenset({b"movi", b"idx1"}),
    b"hdrl": frozenset({b"avih", b"strl", b"odml"}),
    b"strl": frozenset({b"strh", b"strf", b"indx", b"vprp"}),
    b"AIFF": frozenset({b"COMM", b"SSND"}),
    b"AIFC": frozenset({b"COMM", b"SSND", b"FVER"}),
}
"""What stays in each list; in the one of a film's frames all."""
_CAF_KEPT = frozenset({b"desc", b"data", b"pakt", b"kuki", b"chan"})
_LISTS = frozenset({b"LIST", b"RIFF", b"RF64", b"FORM"})
_PADDING = b"JUNK"
_TO_THE_END = 0xFFFFFFFF
_NEVER_EMPTY = _LISTS | {b"data", b"SSND"}


def edits_for(file: Readable) -> list[Edit]:
    """What empties every chunk that is not needed to play a RIFF or AIFF file."""
    order: Literal["little", "big"] = "big" if read_at(file, 0, 4) == b"FORM" else "little"
    return list(_in_list(file, order, b"", 0, size_of(file)))


def _in_list(file: Readable, order: Literal["little", "big"], parent: bytes, position: int, end: int) -> Iterator[Edit]:
    found, wide = 0, _TO_THE_END
    while position + 8 <= end:
        found += 1
        require(found <= MAX_CHUNKS)
        header = read_at(file, position, 8)
        kind, length, start = header[:4], int.from_bytes(header[4:], order), position + 8
        if kind == b"ds64":
            wide = int.from_bytes(read_at(file, start + 8, 8), order)
        elif kind == b"data" and length == _TO_THE_END:
            length = wide  # of a file with lengths of 64 bits
        if length == 0 and kind in _NEVER_EMPTY:
            length = _TO_THE_END
        stop = end if length == _TO_THE_END else min(start + length, end)
        if not parent and position == 0 and read_at(file, stop, min(4, end - stop)) not in _LISTS:
            stop = end  # of a length that is not true
        is_list = kind in _LISTS and stop - start >= 4  # noqa: PLR2004 - its type
        name = read_at(file, start, 4) if is_list else kind
        if parent and name not in _KEPT[parent]:
            yield from _emptied(file, position, kind, start, stop)
        elif is_list and name in _KEPT:
            yield from _in_list(file, order, name, start + 4, stop)
        elif not parent:
            yield from _emptied(file, position, kind, start, stop)
        position = stop + (stop - start) % 2


def _emptied(file: Readable, at: int, kind: bytes, start: int, stop: int) -> Iterator[Edit]:
    if kind != _PADDING:
        yield Edit(at, 4, _PADDING)
    elif is_blank(file, start, stop):
        return
    if stop > start:
        yield blank(start, stop)


def edits_for_caf(file: Readable) -> list[Edit]:
    """The same for CAF, whose lengths have 64 bits and whose padding is `free`."""
    edits: list[Edit] = []
    position, size = 8, size_of(file)
    while position + 12 <= size:
        require(len(edits) <= MAX_CHUNKS)
        header = read_at(file, position, 12)
        length = int.from_bytes(header[4:], "big", signed=True)
        start = position + 12
        stop = size if length < 0 else min(start + length, size)
        if header[:4] not in _CAF_KEPT and not (header[:4] == b"free" and is_blank(file, start, stop)):
            edits.append(Edit(position, 4, b"free"))
            if stop > start:
                edits.append(blank(start, stop))
        position = stop
    return edits
