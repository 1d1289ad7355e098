"""The items of an AVIF or HEIC picture: EXIF and XMP lie among the pictures' data, where a table says."""

from collections.abc import Iterator

from parley.media.checking.metadata.byte_reading import Readable, read_at, require
from parley.media.checking.metadata.edits import Edit, blank

MAX_TABLE_BYTES = 4 * 1024 * 1024
_EMPTY_EXIF = bytes(4) + b"MM\0*\0\0\0\x08" + bytes(6)
"""Where the TIFF header is, and one without tags: readers find EXIF, and nothing in it."""
_PICTURES = frozenset(b"hvc1 hev1 lhv1 av01 avc1 vvc1 evc1 jpeg j2k1 unci mski grid iovl iden tmap rrgb".split())
"""Items that are pictures, or are put together of some. Others say something about them."""
_BOXES = frozenset(b"hdlr pitm iinf iloc iprp iref idat dinf grpl ipro pymd free".split())
_PROPERTIES = frozenset(
    b"ispe pasp colr pixi rloc auxC clap irot imir lsel rref hvcC lhvC av1C avcC vvcC evcC jpgC a1op a1lx tols clli "
    b"mdcv cclv amve reve ndwt j2kH cmpd uncC iscl free".split()
)
"""How an item looks. Others describe it, or say when it was made."""
_IN_FILE, _IN_TABLE = 0, 1


class _Bytes:
    """Reads numbers one after the other. Raises `Refused` at the end."""

    def __init__(self, data: bytes) -> None:
        self.data, self.position = data, 0

    def take(self, length: int) -> bytes:
        taken = self.data[self.position : self.position + length]
        require(len(taken) == length)
        self.position += length
        return taken

    def number(self, length: int) -> int:
        return int.from_bytes(self.take(length), "big")


def hidden_items(file: Readable, start: int, end: int) -> Iterator[Edit]:
    """Blank the metadata that a `meta` box with this payload lists. How a picture is turned is no item: it stays."""
    require(end - start <= MAX_TABLE_BYTES)
    table = read_at(file, start, end - start)
    boxes: dict[bytes, tuple[int, int]] = {}
    for kind, (first, last) in _boxes(table, 4):
        boxes.setdefault(kind, (first, last))
        if kind not in _BOXES:
            yield from _hidden(start, first, last)
    yield from _described(table, start, boxes)
    if b"iinf" not in boxes or b"iloc" not in boxes:
        return
    kinds = _kinds(table[slice(*boxes[b"iinf"])])
    inside = start + boxes[b"idat"][0] if b"idat" in boxes else 0
    for item, method, extents in _locations(table[slice(*boxes[b"iloc"])]):
        if kinds.get(item, b"av01") in _PICTURES:
            continue
        require(method in {_IN_FILE, _IN_TABLE})
        shift = inside if method == _IN_TABLE else 0
        content = _EMPTY_EXIF if kinds[item] == b"Exif" else b""
        for offset, length in extents:
            at = shift + offset
            if length >= len(content):
                yield Edit(at, length, content, length - len(content))
            elif length:
                yield blank(at, at + length)
            content = b""


def _described(table: bytes, start: int, boxes: dict[bytes, tuple[int, int]]) -> Iterator[Edit]:
    """Properties that are no picture's: their places are counted, so they stay, empty."""
    if b"iprp" not in boxes:
        return
    first, last = boxes[b"iprp"]
    for kind, (begin, end) in _boxes(table[:last], first):
        if kind == b"ipco":
            for name, (at, after) in _boxes(table[:end], begin):
                if name not in _PROPERTIES:
                    yield from _hidden(start, at, after)


def _hidden(start: int, first: int, last: int) -> Iterator[Edit]:
    """The box with this payload, counted in the table that begins at `start`."""
    yield Edit(start + first - 4, 4, b"free")
    if last > first:
        yield blank(start + first, start + last)


def _boxes(table: bytes, start: int) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """Kinds, and where payloads begin and end."""
    while start + 8 <= len(table):
        length = int.from_bytes(table[start : start + 4], "big")
        require(8 <= length <= len(table) - start)  # noqa: PLR2004 - its header
        yield table[start + 4 : start + 8], (start + 8, start + length)
        start += length


def _kinds(payload: bytes) -> dict[int, bytes]:
    """The type of each item, by its id (`iinf`)."""
    first = 8 if payload[:1] not in {b"\0", b""} else 6
    kinds = {}
    for kind, place in _boxes(payload, first):
        entry = _Bytes(payload[slice(*place)])
        version = entry.number(1)
        entry.take(3)
        if kind == b"infe" and version >= 2:  # noqa: PLR2004 - the first with types
            item = entry.number(2 if version == 2 else 4)  # noqa: PLR2004
            entry.take(2)
            kinds[item] = entry.take(4)
    return kinds


def _locations(payload: bytes) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    """Id, construction method and extents of each item (`iloc`)."""
    table = _Bytes(payload)
    version = table.number(1)
    table.take(3)
    sizes, more = table.number(1), table.number(1)
    offset_size, length_size, base_size, index_size = sizes >> 4, sizes & 15, more >> 4, more & 15
    wide = version == 2  # noqa: PLR2004 - the first with ids of 32 bits
    for _ in range(table.number(4 if wide else 2)):
        item = table.number(4 if wide else 2)
        method = table.number(2) & 15 if version else _IN_FILE
        table.take(2)
        base = table.number(base_size)
        extents = []
        for _ in range(table.number(2)):
            table.take(index_size if version else 0)
            offset = table.number(offset_size)
            extents.append((base + offset, table.number(length_size)))
        yield item, method, extents
