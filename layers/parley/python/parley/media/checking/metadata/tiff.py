"""TIFF: tags that say nothing of the pixels leave their directory, and what they pointed at becomes zeros.

Nothing moves, since a TIFF is full of offsets.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from parley.media.checking.metadata.byte_reading import Readable, read_at, require, size_of
from parley.media.checking.metadata.edits import Edit, blank

MAX_DIRECTORIES = 1000
_ENTRY = 12
_INLINE = 4
_SUB_IMAGES = 330
_DIRECTORIES = frozenset({34665, 34853, 40965})
"""EXIF, GPS and interoperability: their values are directories of their own."""
_DROPPED = _DIRECTORIES | {
    *(270, 271, 272, 305, 306, 315, 316, 33432),  # description, make, model, software, date, artist, host, copyright
    *(700, 33723, 34377, 37724, 50341),  # XMP, IPTC, Photoshop's, print settings
    *(33550, 33922, 34264, 34735, 34736, 34737, 42112, 42113),  # where on Earth a map lies
}
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}


@dataclass(frozen=True, slots=True)
class _Entry:
    tag: int
    raw: bytes
    length: int
    value: int


class _Tiff:
    """A TIFF while it is walked: directories seen, those to write anew, and ranges to blank."""

    def __init__(self, file: Readable) -> None:
        self._file, self._size = file, size_of(file)
        order = read_at(file, 0, 2)
        require(order in {b"II", b"MM"})
        self._order = "<" if order == b"II" else ">"
        self._seen: set[int] = set()
        self.directories: list[Edit] = []
        self.blanks: list[tuple[int, int]] = []

    def walk(self) -> None:
        magic, first = self._unpack("HI", 2)
        require(magic == 42)  # noqa: PLR2004 - not BigTIFF, whose magic number says so
        waiting = [first]
        while waiting:
            waiting += self._clean(waiting.pop())

    def _clean(self, at: int) -> Iterator[int]:
        """Write a directory of the picture anew without what is dropped; the directories to look at next."""
        if at == 0 or not self._is_new(at):
            return
        entries, following = self._read(at)
        kept = [entry for entry in entries if entry.tag not in _DROPPED]
        for entry in entries:
            if entry.tag in _DROPPED:
                self._blank_value(entry)
            elif entry.tag == _SUB_IMAGES:
                yield from self._pointers(entry)
        if len(kept) < len(entries):
            count, after = struct.pack(f"{self._order}H", len(kept)), struct.pack(f"{self._order}I", following)
            content = count + b"".join(entry.raw for entry in kept) + after
            length = 2 + _ENTRY * len(entries) + 4
            self.directories.append(Edit(at, length, content, length - len(content)))
        yield following

    def _blank_value(self, entry: _Entry) -> None:
        if entry.tag in _DIRECTORIES:
            for at in self._pointers(entry):
                self._blank_directory(at)
        if entry.length > _INLINE:
            self._blank(entry.value, entry.length)

    def _blank_directory(self, at: int) -> None:
        if at == 0 or not self._is_new(at):
            return
        entries, _ = self._read(at)
        for entry in entries:
            self._blank_value(entry)
        self._blank(at, 2 + _ENTRY * len(entries) + 4)

    def _blank(self, start: int, length: int) -> None:
        end = min(start + length, self._size)
        if start < end:
            self.blanks.append((start, end))

    def _is_new(self, at: int) -> bool:
        require(len(self._seen) < MAX_DIRECTORIES)
        new = at not in self._seen
        self._seen.add(at)
        return new

    def _read(self, at: int) -> tuple[list[_Entry], int]:
        (count,) = self._unpack("H", at)
        raw = read_at(self._file, at + 2, _ENTRY * count)
        entries = []
        for first in range(0, len(raw), _ENTRY):
            each = raw[first : first + _ENTRY]
            tag, kind, values, value = struct.unpack(f"{self._order}HHII", each)
            entries.append(_Entry(tag, each, _SIZES.get(kind, 1) * values, value))
        (following,) = self._unpack("I", at + 2 + len(raw))
        return entries, following

    def _pointers(self, entry: _Entry) -> list[int]:
        if entry.length <= _INLINE:
            return [entry.value]
        require(entry.length <= _INLINE * MAX_DIRECTORIES)
        return list(self._unpack(f"{entry.length // _INLINE}I", entry.value))

    def _unpack(self, layout: str, at: int) -> tuple[int, ...]:
        layout = self._order + layout
        return struct.unpack(layout, read_at(self._file, at, struct.calcsize(layout)))


def edits_for(file: Readable) -> list[Edit]:
    """What removes the metadata; the orientation is a tag of the picture and stays."""
    tiff = _Tiff(file)
    tiff.walk()
    return tiff.directories + [blank(start, end) for start, end in _joined(tiff.blanks)]


def _joined(ranges: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The ranges without overlaps: directories may share values."""
    current: tuple[int, int] | None = None
    for start, end in sorted(ranges):
        if current is None:
            current = (start, end)
        elif start <= current[1]:
            current = (current[0], max(current[1], end))
        else:
            yield current
            current = (start, end)
    if current is not None:
        yield current
