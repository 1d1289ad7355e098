"""Ogg: the comments of each stream, its second packet, become empty. Nothing moves; pages get their checksum anew."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from parley.media.checking.metadata.byte_reading import Readable, read_at, require, size_of
from parley.media.checking.metadata.edits import Edit

MAX_COMMENT_BYTES = 8 * 1024 * 1024
MAX_PAGES = 4096
_HEADER = 27
_FIRST = 2
_NAMES = {
    b"\x01vorbis": (b"\x03vorbis", b"\1"),
    b"OpusHead": (b"OpusTags", b""),
    b"\x80theora": (b"\x81theora", b""),
    b"Speex   ": (b"", b""),
}
"""By the beginning of a stream's first packet: how its comments begin, and what ends them."""
_FLAC = b"\x7fFLAC"


def _table() -> list[int]:
    table = []
    for number in range(256):
        value = number << 24
        for _ in range(8):
            value = (value << 1 ^ 0x04C11DB7 if value & 0x80000000 else value << 1) & 0xFFFFFFFF
        table.append(value)
    return table


_CRC = _table()


@dataclass(slots=True)
class _Page:
    at: int
    serial: int
    flags: int
    lacing: bytes
    header: bytes

    @property
    def start(self) -> int:
        return self.at + _HEADER + len(self.lacing)

    @property
    def end(self) -> int:
        return self.start + sum(self.lacing)


@dataclass(slots=True)
class _Stream:
    """`pieces` are the parts of its comments, by page: where in the file each begins, and how long it is."""

    first: bytes
    packets: int = 0
    pieces: list[tuple[_Page, int, int]] = field(default_factory=list)


def edits_for(file: Readable) -> list[Edit]:
    """What empties the comments. Raises `Malformed` where they are longer than anybody's."""
    streams: dict[int, _Stream] = {}
    for number, page in enumerate(_pages(file, size_of(file))):
        require(number < MAX_PAGES)
        if page.flags & _FIRST:
            streams[page.serial] = _Stream(read_at(file, page.start, min(8, page.end - page.start)))
        if page.serial in streams:
            _note(streams[page.serial], page)
        if not page.flags & _FIRST and all(stream.packets > 1 for stream in streams.values()):
            break
    edits: list[Edit] = []
    for stream in streams.values():
        edits += _emptied(file, stream)
    return edits


def _note(stream: _Stream, page: _Page) -> None:
    """Follow the packets of a page until the comments have ended."""
    position = piece = page.start
    for length in page.lacing:
        position += length
        if length < 255:  # noqa: PLR2004 - a packet ends
            if stream.packets == 1:
                stream.pieces.append((page, piece, position - piece))
            stream.packets += 1
            piece = position
            if stream.packets > 1:
                return
    if stream.packets == 1 and position > piece:
        stream.pieces.append((page, piece, position - piece))


def _emptied(file: Readable, stream: _Stream) -> Iterator[Edit]:
    length = sum(piece for _, _, piece in stream.pieces)
    require(length <= MAX_COMMENT_BYTES)
    if not length:
        return
    begin, ending = next((names for name, names in _NAMES.items() if stream.first.startswith(name)), (None, b""))
    if stream.first.startswith(_FLAC):
        _, at, _ = stream.pieces[0]
        begin = read_at(file, at, 4)
    if begin is None:
        return
    packet = begin + bytes(8) + ending
    packet += bytes(max(0, length - len(packet)))
    done = 0
    for page, at, size in stream.pieces:
        content = packet[done : done + size]
        done += size
        if read_at(file, at, size) == content:
            continue
        body = bytearray(read_at(file, page.start, page.end - page.start))
        body[at - page.start : at - page.start + size] = content
        whole = page.header[:22] + bytes(4) + page.header[26:] + page.lacing + bytes(body)
        yield Edit(page.at + 22, 4, _checksum(whole).to_bytes(4, "little"))
        yield Edit(at, size, content)


def _checksum(page: bytes) -> int:
    value = 0
    for byte in page:
        value = (value << 8 & 0xFFFFFFFF) ^ _CRC[value >> 24 ^ byte]
    return value


def _pages(file: Readable, size: int) -> Iterator[_Page]:
    position = 0
    while position + _HEADER <= size:
        header = read_at(file, position, _HEADER)
        require(header[:4] == b"OggS")
        lacing = read_at(file, position + _HEADER, header[26])
        page = _Page(position, int.from_bytes(header[14:18], "little"), header[5], lacing, header)
        require(page.end <= size)
        yield page
        position = page.end
