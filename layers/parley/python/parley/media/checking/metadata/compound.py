"""Office's older files, and newer ones under a password: what their properties say becomes empty, in place.

A compound file is a file system of sectors: a directory names streams, chains of sectors hold them, and streams below
4 KiB lie in a stream of their own. The properties are two streams; authors stand elsewhere too, where only Office finds
them, so what is left of such a file is `unreadable`.
"""

from dataclasses import dataclass

from parley.media.checking.metadata.byte_reading import Readable, read_at, require, size_of
from parley.media.checking.metadata.edits import Edit

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_SECTORS = 4_000_000
MAX_ENTRIES = 100_000
MAX_PROPERTIES_BYTES = 4 * 1024 * 1024
_END = 0xFFFFFFFA
"""From here on a number is no sector."""
_ENTRY, _SMALL, _CUTOFF, _IN_HEADER = 128, 64, 4096, 109
_STREAM, _ROOT = 2, 5
_PROPERTIES = frozenset({"\x05SummaryInformation", "\x05DocumentSummaryInformation", "Current User"})
_NO_PROPERTIES = b"\xfe\xff" + bytes(22) + (1).to_bytes(4, "little")
"""The header of a set, before the name and place of its section."""
_SECTION = (48).to_bytes(4, "little") + (8).to_bytes(4, "little") + bytes(4)


@dataclass(frozen=True, slots=True)
class _Stream:
    name: str
    kind: int
    first: int
    size: int


class _Compound:
    def __init__(self, file: Readable) -> None:
        self._file, self._size = file, size_of(file)
        header = read_at(file, 0, 512)
        require(header.startswith(SIGNATURE))
        shift = int.from_bytes(header[30:32], "little")
        require(shift in {9, 12})
        self.sector = 1 << shift
        self._table = self._numbers(self._table_sectors(header))
        self.entries = list(self._read_entries(int.from_bytes(header[48:52], "little")))
        self._small_table = self._numbers(self._chain(int.from_bytes(header[60:64], "little")))

    def ranges(self, stream: _Stream) -> list[tuple[int, int]]:
        """Where the bytes of a stream lie in the file."""
        if stream.size >= _CUTOFF:
            places = [(self._at(each), self.sector) for each in self._chain(stream.first)]
        else:
            (root,) = (each for each in self.entries if each.kind == _ROOT)
            inside = [self._at(each) for each in self._chain(root.first)]
            places = []
            for number in self._walk(self._small_table, stream.first):
                sector, offset = divmod(number * _SMALL, self.sector)
                require(sector < len(inside))
                places.append((inside[sector] + offset, _SMALL))
        ranges, left = [], stream.size
        for at, length in places:
            if left <= 0:
                break
            ranges.append((at, min(length, left)))
            left -= length
        require(left <= 0)
        return ranges

    def _table_sectors(self, header: bytes) -> list[int]:
        """The sectors of the allocation table: the first 109 stand in the header, more in a chain."""
        numbers = [int.from_bytes(header[at : at + 4], "little") for at in range(76, 512, 4)]
        following = int.from_bytes(header[68:72], "little")
        seen = 0
        while following < _END:
            seen += 1
            require(seen <= MAX_SECTORS // _IN_HEADER)
            raw = read_at(self._file, self._at(following), self.sector)
            more = [int.from_bytes(raw[at : at + 4], "little") for at in range(0, self.sector, 4)]
            numbers += more[:-1]
            following = more[-1]
        return [each for each in numbers if each < _END]

    def _numbers(self, sectors: list[int]) -> list[int]:
        require(len(sectors) * self.sector // 4 <= MAX_SECTORS)
        raw = b"".join(read_at(self._file, self._at(each), self.sector) for each in sectors)
        return [int.from_bytes(raw[at : at + 4], "little") for at in range(0, len(raw), 4)]

    def _at(self, number: int) -> int:
        return (number + 1) * self.sector

    def _chain(self, first: int) -> list[int]:
        return self._walk(self._table, first)

    def _walk(self, table: list[int], first: int) -> list[int]:
        chain: list[int] = []
        number = first
        while number < _END:
            require(number < len(table) and len(chain) <= len(table))
            chain.append(number)
            number = table[number]
        return chain

    def _read_entries(self, first: int) -> list[_Stream]:
        entries: list[_Stream] = []
        for sector in self._chain(first):
            raw = read_at(self._file, self._at(sector), self.sector)
            for at in range(0, self.sector, _ENTRY):
                each = raw[at : at + _ENTRY]
                length = min(max(int.from_bytes(each[64:66], "little") - 2, 0), 62)
                start, size = int.from_bytes(each[116:120], "little"), int.from_bytes(each[120:124], "little")
                entries.append(_Stream(each[:length].decode("utf-16-le", "replace"), each[66], start, size))
            require(len(entries) <= MAX_ENTRIES)
        return entries


def edits_for(file: Readable) -> list[Edit]:
    """What empties the properties. Raises `Malformed` for a file whose sectors lead nowhere."""
    compound = _Compound(file)
    edits = []
    for stream in compound.entries:
        if stream.kind != _STREAM or stream.name not in _PROPERTIES or not stream.size:
            continue
        require(stream.size <= MAX_PROPERTIES_BYTES)
        ranges = compound.ranges(stream)
        raw = b"".join(read_at(file, at, length) for at, length in ranges)
        content = _emptied(raw)
        done = 0
        for at, length in ranges:
            piece = content[done : done + length]
            if piece != raw[done : done + length]:
                edits.append(Edit(at, length, piece))
            done += length
    return edits


def _emptied(raw: bytes) -> bytes:
    """A set without properties; PowerPoint's last user is a name in a record with lengths, which stay."""
    if raw.startswith(b"\xfe\xff") and len(raw) >= len(_NO_PROPERTIES) + 20 + 8:
        head = _NO_PROPERTIES + raw[28:44] + _SECTION
        return head + bytes(len(raw) - len(head))
    if len(raw) > 28:  # noqa: PLR2004 - a record's header, and what is fixed in it
        length = int.from_bytes(raw[20:22], "little")
        kept = raw[:28] + b" " * length + raw[28 + length : 32 + length]
        return kept[: len(raw)].ljust(len(raw), b"\0")
    return raw
