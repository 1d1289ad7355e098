"""Ogg: the comments of each stream, its second packet, become empty, and so do FLAC's pictures in the packets behind.

Nothing moves; pages get their checksum anew. Streams follow one another where recordings were put together. What stands
between pages goes: readers look for the next one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from parley.media.checking.metadata.byte_reading import Readable, read_at, require, size_of
from parley.media.checking.metadata.edits import Edit, cut

MAX_COMMENT_BYTES = 8 * 1024 * 1024
MAX_PAGES, MAX_STREAMS = 4096, 1000
_PAGE = b"OggS"
_SCANNED_BYTES = 64 * 1024
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
_BLOCK_HEADER, _LAST = 4, 0x80
_PADDING, _SEEK_TABLE, _COMMENT = 1, 3, 4
_KEPT_BLOCKS = frozenset({_PADDING, _SEEK_TABLE})


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


_Piece = tuple[_Page, int, int]
"""A part of a packet: the page, where in the file it begins, and how long it is."""


@dataclass(slots=True)
class _Stream:
    """`packets` are those after the first that hold comments: one, or of FLAC all blocks until the last."""

    first: bytes
    packets: list[list[_Piece]] = field(default_factory=list)
    number: int = 0
    is_done: bool = False

    @property
    def is_flac(self) -> bool:
        return self.first.startswith(_FLAC)


def edits_for(file: Readable) -> list[Edit]:
    """What empties the comments and pictures. Raises `Malformed` where they are longer than anybody's."""
    size, end = size_of(file), 0
    current: dict[int, _Stream] = {}
    streams: list[_Stream] = []
    edits: list[Edit] = []
    of_comments = 0
    require(read_at(file, 0, 4) == _PAGE)
    for page in _pages(file, size):
        if page.at > end:
            edits.append(cut(end, page.at))
        end = page.end
        if page.flags & _FIRST:
            current[page.serial] = _Stream(read_at(file, page.start, min(8, page.end - page.start)))
            streams.append(current[page.serial])
            require(len(streams) <= MAX_STREAMS)
        require(bool(streams) or page.end <= size)
        stream = current.get(page.serial)
        if stream is not None and not stream.is_done:
            of_comments += 1
            require(of_comments <= MAX_PAGES and page.end <= size)
            _note(file, stream, page)
    if end < size:
        edits.append(cut(end, size))
    pieces = [change for stream in streams for change in _changes(file, stream)]
    return edits + list(_edits(file, pieces))


def _note(file: Readable, stream: _Stream, page: _Page) -> None:
    """Follow the packets of a page until the comments have ended."""
    position = piece = page.start
    for length in page.lacing:
        if stream.is_done:
            return
        position += length
        if length < 255:  # noqa: PLR2004 - a packet ends
            _take(stream, (page, piece, position - piece))
            stream.number += 1
            piece = position
            if stream.number > 1:
                _, at, _ = stream.packets[-1][0]
                stream.is_done = not stream.is_flac or bool(read_at(file, at, 1)[0] & _LAST)
    if position > piece:
        _take(stream, (page, piece, position - piece))


def _take(stream: _Stream, piece: _Piece) -> None:
    if stream.number == 0:
        return
    if len(stream.packets) < stream.number:
        stream.packets.append([])
    stream.packets[-1].append(piece)


def _changes(file: Readable, stream: _Stream) -> Iterator[tuple[_Piece, bytes]]:
    """The pieces of comments and pictures, and what they become."""
    for pieces in stream.packets:
        length = sum(size for _, _, size in pieces)
        require(length <= MAX_COMMENT_BYTES)
        packet = _emptied(file, stream, pieces, length)
        done = 0
        for piece in pieces:
            _, at, size = piece
            content = packet[done : done + size]
            done += size
            if packet and read_at(file, at, size) != content:
                yield piece, content


def _emptied(file: Readable, stream: _Stream, pieces: list[_Piece], length: int) -> bytes:
    """A packet without what it says; none for a kind of stream that nobody knows."""
    begin, ending = next((names for name, names in _NAMES.items() if stream.first.startswith(name)), (None, b""))
    if stream.is_flac and length >= _BLOCK_HEADER:
        header = b"".join(read_at(file, at, size) for _, at, size in pieces)[:_BLOCK_HEADER]
        if header[0] & ~_LAST in _KEPT_BLOCKS:
            return b""
        is_comment = header[0] & ~_LAST == _COMMENT
        begin = header if is_comment else bytes([header[0] & _LAST | _PADDING]) + header[1:]
    if begin is None or not length:
        return b""
    return (begin + bytes(8) + ending)[: max(length, len(begin) + 8)].ljust(length, b"\0")


def _edits(file: Readable, changes: list[tuple[_Piece, bytes]]) -> Iterator[Edit]:
    """The changes, and a checksum for each page with any."""
    by_page: dict[int, list[tuple[_Piece, bytes]]] = {}
    for piece, content in changes:
        by_page.setdefault(piece[0].at, []).append((piece, content))
    for of_page in by_page.values():
        page = of_page[0][0][0]
        body = bytearray(read_at(file, page.start, page.end - page.start))
        for (_, at, size), content in of_page:
            body[at - page.start : at - page.start + size] = content
            yield Edit(at, size, content)
        whole = page.header[:22] + bytes(4) + page.header[26:] + page.lacing + bytes(body)
        yield Edit(page.at + 22, 4, _checksum(whole).to_bytes(4, "little"))


def _checksum(page: bytes) -> int:
    value = 0
    for byte in page:
        value = (value << 8 & 0xFFFFFFFF) ^ _CRC[value >> 24 ^ byte]
    return value


def _pages(file: Readable, size: int) -> Iterator[_Page]:
    """Every page; the last may be cut off."""
    position = 0
    while position + _HEADER <= size:
        header = read_at(file, position, _HEADER)
        if header[:4] != _PAGE:
            position = _next_page(file, position, size)
            continue
        length = min(header[26], size - position - _HEADER)
        lacing = read_at(file, position + _HEADER, length)
        page = _Page(position, int.from_bytes(header[14:18], "little"), header[5], lacing, header)
        yield page
        position = page.end


def _next_page(file: Readable, position: int, size: int) -> int:
    while position < size:
        block = read_at(file, position, min(_SCANNED_BYTES, size - position))
        at = block.find(_PAGE)
        if at >= 0:
            return position + at
        position += len(block) - (len(_PAGE) - 1 if position + len(block) < size else 0)
    return size
