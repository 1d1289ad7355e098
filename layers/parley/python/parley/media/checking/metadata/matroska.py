"""Matroska and WebM: elements that are not needed to play become void, in place.

Tags, attachments and chapters go, and what the header says of title, date and programs.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from parley.media.checking.metadata.byte_reading import Readable, is_blank, read_at, require, size_of
from parley.media.checking.metadata.edits import Edit, blank

MAX_ELEMENTS = 500_000
_EBML, _SEGMENT, _CLUSTER, _INFO, _TRACKS, _TRACK = 0x1A45DFA3, 0x18538067, 0x1F43B675, 0x1549A966, 0x1654AE6B, 0xAE
_SEEK_HEAD, _CUES, _VOID, _CRC = 0x114D9B74, 0x1C53BB6B, 0xEC, 0xBF
_PROGRAMS = frozenset({0x4D80, 0x5741})
"""Which programs wrote the file: the format wants them there."""
_KEPT = {
    _SEGMENT: frozenset({_SEEK_HEAD, _INFO, _TRACKS, _CLUSTER, _CUES}),
    _INFO: frozenset({0x2AD7B1, 0x4489, *_PROGRAMS}),
    _TRACKS: frozenset({_TRACK}),
}
_NAME = 0x536E
_LEVEL_ONE = _KEPT[_SEGMENT] | {0x1254C367, 0x1941A469, 0x1043A770}


@dataclass(frozen=True, slots=True)
class _Element:
    kind: int
    at: int
    start: int
    end: int
    is_open: bool
    """Its length is unknown: it reaches to the next one of its level."""


class _Walk:
    def __init__(self, file: Readable) -> None:
        self._file, self._left = file, MAX_ELEMENTS

    def edits(self, start: int, end: int) -> Iterator[Edit]:
        """Of the top level: the header, and the segment."""
        for element in self._elements(start, end):
            if element.kind == _SEGMENT:
                yield from self._within(element)
            elif element.kind != _EBML:
                yield from self._void(element)

    def _within(self, parent: _Element) -> Iterator[Edit]:
        for element in self._elements(parent.start, parent.end):
            if element.kind not in _KEPT[parent.kind]:
                yield from self._void(element)
            elif element.kind in _PROGRAMS:
                if not is_blank(self._file, element.start, element.end):
                    yield blank(element.start, element.end)
            elif element.kind == _TRACK:
                for inner in self._elements(element.start, element.end):
                    if inner.kind in {_NAME, _CRC}:
                        yield from self._void(inner)
            elif element.kind in _KEPT:
                yield from self._within(element)

    def _void(self, element: _Element) -> Iterator[Edit]:
        if element.kind == _VOID and is_blank(self._file, element.start, element.end):
            return
        require(not element.is_open)
        length = element.end - element.at
        require(length >= 2)  # noqa: PLR2004 - its own header
        is_short = length < 9  # noqa: PLR2004 - its length takes one byte, else eight
        header = bytes([_VOID]) + (
            bytes([0x80 | length - 2]) if is_short else ((1 << 56) + length - 9).to_bytes(8, "big")
        )
        yield Edit(element.at, length, header, length - len(header))

    def _elements(self, position: int, end: int) -> Iterator[_Element]:
        while position < end:
            self._left -= 1
            require(self._left >= 0)
            kind, start = self._number(position, end, keep_marker=True)
            if kind == 0:
                return
            length, start = self._number(start, end, keep_marker=False)
            is_open = length < 0
            stop = self._end_of_open(kind, start, end) if is_open else min(start + length, end)
            yield _Element(kind, position, start, stop, is_open)
            position = stop

    def _end_of_open(self, kind: int, position: int, end: int) -> int:
        """A cluster of a recording that was streamed ends where the next element of its level begins."""
        if kind != _CLUSTER:
            return end
        while position < end:
            self._left -= 1
            require(self._left >= 0)
            inner, start = self._number(position, end, keep_marker=True)
            if inner in _LEVEL_ONE or inner == 0:
                return position
            length, start = self._number(start, end, keep_marker=False)
            require(length >= 0)
            position = start + length
        return end

    def _number(self, position: int, end: int, *, keep_marker: bool) -> tuple[int, int]:
        """A number of one to eight bytes, -1 for a length that is unknown, 0 for zeros; and where it ends."""
        data = read_at(self._file, position, min(8, end - position))
        require(len(data) > 0)
        length = 9 - data[0].bit_length()
        if length > 8:  # noqa: PLR2004 - zeros
            return 0, end
        require(length <= len(data))
        value = int.from_bytes(data[:length], "big")
        if keep_marker:
            return value, position + length
        value -= 1 << 7 * length
        return (-1 if value == (1 << 7 * length) - 1 else value), position + length


def edits_for(file: Readable) -> list[Edit]:
    """What removes the metadata."""
    return list(_Walk(file).edits(0, size_of(file)))
