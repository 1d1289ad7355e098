"""TIFF and BigTIFF: only tags that say how the pixels look stay, and what they lead to; all else becomes zeros.

Nothing moves, since a TIFF is full of offsets. Editors leave behind what they replaced, and makers' notes have values
outside of their own: so all goes that no kept tag leads to, where every tag says how long its data is.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from parley.media.checking.metadata.byte_reading import Malformed, Readable, is_blank, read_at, require, size_of
from parley.media.checking.metadata.edits import Edit, blank
from parley.media.checking.metadata.orientation import UPRIGHT

MAX_DIRECTORIES = 1000
MAX_ENTRIES = 4096
_SUB_IMAGES = 330
_PHOTOMETRIC, _DNG = 262, 50706
_RAW = frozenset({32803, 34892})
"""How a sensor's pixels are stored: through its filter, or before they are developed."""
_ORIENTATION = 274
_DATA = ((273, 279), (324, 325), (513, 514))
"""Strips, tiles, a JPEG: where they begin, and how long they are."""
_WITHOUT_LENGTH = frozenset({519, 520, 521})
MAX_PIECES = 200_000
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _SAMPLES = 256, 257, 258, 259, 277
_DIRECTORIES = frozenset({34665, 34853, 40965})
"""EXIF, GPS and interoperability: their values are directories of their own."""
_KEPT = frozenset(
    {
        *(254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 274, 277, 278, 279, 280, 281, 282, 283, 284),
        *(286, 287, 290, 291, 292, 293, 296, 297, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 326, 327, 328, 330),
        *(332, 334, 336, 338, 339, 340, 341, 347),  # inks, further samples, their format, tables of JPEG
        *(512, 513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531, 532),  # old JPEG, YCbCr
        *(32995, 32996, 32997, 34675, 50674),  # mattes, colour profile, parameters of LERC
    }
)
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}


@dataclass(frozen=True, slots=True)
class _Layout:
    """How wide a directory's count, an entry and an offset are."""

    count: str
    entry: str
    offset: str

    @property
    def width(self) -> int:
        return struct.calcsize(f"<{self.offset}")


_CLASSIC, _BIG = _Layout("H", "HHII", "I"), _Layout("Q", "HHQQ", "Q")


@dataclass(frozen=True, slots=True)
class _Entry:
    tag: int
    raw: bytes
    length: int
    value: int
    kind: int


class _Tiff:
    """A TIFF while it is walked: directories seen, those to write anew, and ranges to blank."""

    def __init__(self, file: Readable) -> None:
        self._file, self._size = file, size_of(file)
        order = read_at(file, 0, 2)
        require(order in {b"II", b"MM"})
        self._order = "<" if order == b"II" else ">"
        (magic,) = self._unpack("H", 2)
        require(magic in {42, 43} and read_at(file, 8, 2) != b"CR")  # of Canon's raw photos
        self._layout = _CLASSIC if magic == 42 else _BIG  # noqa: PLR2004 - the number that names TIFF
        (self._first,) = self._unpack(self._layout.offset, 4 if self._layout is _CLASSIC else 8)
        self._seen: set[int] = set()
        self.directories: list[Edit] = []
        self.blanks: list[tuple[int, int]] = []
        self._kept = [(0, 8 if self._layout is _CLASSIC else 16)]
        self._is_measured = True

    def walk(self) -> None:
        waiting = [self._first]
        while waiting:
            waiting += self._clean(waiting.pop())
        if self._is_measured:
            self.blanks += self._unused()

    def _unused(self) -> Iterator[tuple[int, int]]:
        """What no kept tag leads to."""
        end = 0
        for start, after in [*_joined(self._kept), (self._size, self._size)]:
            if start > end and not is_blank(self._file, end, min(start, self._size)):
                yield end, min(start, self._size)
            end = max(end, after)

    def _keep(self, entries: list[_Entry]) -> None:
        """Note where the values of these tags lie, and the pixels that they tell of."""
        by_tag = {entry.tag: entry for entry in entries}
        self._kept += [(each.value, each.value + each.length) for each in entries if each.length > self._layout.width]
        for places, lengths in _DATA:
            if places in by_tag:
                self._kept += self._pieces(by_tag[places], by_tag.get(lengths))
        if _WITHOUT_LENGTH & by_tag.keys() or self._is_short(by_tag):
            self._is_measured = False

    def _is_short(self, by_tag: dict[int, _Entry]) -> bool:
        """Whether pixels that are not compressed need more than their lengths say: then readers reckon themselves."""

        def first(tag: int, default: int) -> int:
            return next(iter(self._numbers(by_tag[tag])), default) if tag in by_tag else default

        lengths = [self._numbers(by_tag[tag]) for _, tag in _DATA if tag in by_tag]
        bits = first(_WIDTH, 0) * first(_HEIGHT, 0) * first(_BITS, 1) * first(_SAMPLES, 1)
        return first(_COMPRESSION, 1) == 1 and sum(map(sum, lengths)) * 8 < bits

    def _pieces(self, places: _Entry, lengths: _Entry | None) -> list[tuple[int, int]]:
        """Strips or tiles. Some writers say no length, or none that is true: then nobody knows what is unused."""
        starts, sizes = self._numbers(places), self._numbers(lengths) if lengths else []
        if len(starts) != len(sizes) or not starts or not all(sizes):
            self._is_measured = False
            return []
        return [(start, start + size) for start, size in zip(starts, sizes, strict=True)]

    def orientation(self) -> int:
        for entry in self._read(self._first)[0]:
            if entry.tag == _ORIENTATION:
                value = struct.unpack_from(f"{self._order}H", entry.raw, len(entry.raw) - self._layout.width)[0]
                return int(value)
        return UPRIGHT

    def _clean(self, at: int) -> Iterator[int]:
        """Write a directory of the picture anew with what is kept; the directories to look at next."""
        if at == 0 or not self._is_new(at):
            return
        entries, following = self._read(at)
        require(not any(self._is_raw(entry) for entry in entries))
        kept = [entry for entry in entries if entry.tag in _KEPT]
        self._keep(kept)
        self._kept.append((at, at + self._width_of(entries)))
        for entry in entries:
            if entry.tag not in _KEPT:
                self._blank_value(entry)
            elif entry.tag == _SUB_IMAGES:
                yield from self._pointers(entry)
        if len(kept) < len(entries):
            layout = self._layout
            count = struct.pack(f"{self._order}{layout.count}", len(kept))
            after = struct.pack(f"{self._order}{layout.offset}", following)
            content = count + b"".join(entry.raw for entry in kept) + after
            length = len(content) + sum(len(entry.raw) for entry in entries if entry.tag not in _KEPT)
            self.directories.append(Edit(at, length, content, length - len(content)))
        yield following

    def _is_raw(self, entry: _Entry) -> bool:
        """Whether this is a camera's raw photo, whose pixels only its maker's notes explain."""
        if entry.tag != _PHOTOMETRIC:
            return entry.tag == _DNG
        (value,) = struct.unpack_from(f"{self._order}H", entry.raw, len(entry.raw) - self._layout.width)
        return value in _RAW

    def _blank_value(self, entry: _Entry) -> None:
        if entry.tag in _DIRECTORIES:
            for at in self._pointers(entry):
                self._blank_directory(at)
        if entry.length > self._layout.width:
            self._blank(entry.value, entry.length)

    def _blank_directory(self, at: int) -> None:
        if at == 0 or not self._is_new(at):
            return
        try:
            entries, _ = self._read(at)
        except Malformed:
            return  # nothing that a reader finds
        for entry in entries:
            self._blank_value(entry)
        self._blank(at, self._width_of(entries))

    def _width_of(self, entries: list[_Entry]) -> int:
        layout = f"={self._layout.count}{self._layout.offset}"
        return struct.calcsize(layout) + sum(len(entry.raw) for entry in entries)

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
        layout = self._layout
        (count,) = self._unpack(layout.count, at)
        require(count <= MAX_ENTRIES)
        width = struct.calcsize(f"={layout.entry}")
        first = at + struct.calcsize(f"={layout.count}")
        raw = read_at(self._file, first, width * count)
        entries = []
        for start in range(0, len(raw), width):
            each = raw[start : start + width]
            tag, kind, values, value = struct.unpack(self._order + layout.entry, each)
            entries.append(_Entry(tag, each, _SIZES.get(kind, 1) * values, value, kind))
        (following,) = self._unpack(layout.offset, first + len(raw))
        return entries, following

    def _pointers(self, entry: _Entry) -> list[int]:
        require(entry.length <= self._layout.width or entry.length // _SIZES.get(entry.kind, 4) <= MAX_DIRECTORIES)
        return self._numbers(entry) if _SIZES.get(entry.kind, 4) >= 4 else []  # noqa: PLR2004 - an offset's width

    def _numbers(self, entry: _Entry) -> list[int]:
        """The whole numbers of a tag."""
        each = _SIZES.get(entry.kind, 4)
        letter = {2: "H", 4: "I", 8: "Q"}.get(each)
        if letter is None:
            return []
        count = entry.length // each
        if entry.length <= self._layout.width:
            return list(
                struct.unpack_from(f"{self._order}{count}{letter}", entry.raw, len(entry.raw) - self._layout.width)
            )
        require(count <= MAX_PIECES)
        return list(self._unpack(f"{count}{letter}", entry.value))

    def _unpack(self, layout: str, at: int) -> tuple[int, ...]:
        layout = self._order + layout
        return struct.unpack(layout, read_at(self._file, at, struct.calcsize(layout)))


def edits_for(file: Readable) -> list[Edit]:
    """What removes the metadata; the orientation is a tag of the picture and stays."""
    tiff = _Tiff(file)
    tiff.walk()
    return tiff.directories + [blank(start, end) for start, end in _joined(tiff.blanks)]


def orientation_of(file: Readable) -> int:
    return _Tiff(file).orientation()


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
