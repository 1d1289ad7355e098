"""ISO base media: films (MP4, QuickTime) and pictures (AVIF, HEIC) that are built of boxes.

Nothing moves, since the boxes are full of offsets: one that is to go becomes `free` and zeros.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from parley.media.checking.metadata.byte_reading import Readable, read_at, require, size_of
from parley.media.checking.metadata.edits import Edit, blank
from parley.media.checking.metadata.heif_items import hidden_items

MAX_BOXES = 100_000
_UUID_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_HARMLESS = frozenset(
    {b"name", b"titl", b"chpl", b"tsel", b"kind", b"ludt", b"hnti", b"hinf", b"\xa9nam", b"\xa9ART", b"\xa9alb"}
)
"""User data that says nothing of where and when: titles, chapters, loudness, hints."""
_APPLE_KEYS = b"mdta"


@dataclass(frozen=True, slots=True)
class Box:
    """`start` is where its payload begins."""

    kind: bytes
    at: int
    start: int
    end: int


def edits_for(file: Readable) -> list[Edit]:
    """What removes the metadata: of a film its user data and Apple's keys, of a picture EXIF and XMP.

    Tags that a player shows of a recording (title, artist, cover) stay. A track of positions beside the pictures, as
    action cameras record, stays as well: it is content, and its samples lie between the others'.
    """
    return list(_edits(file))


def _edits(file: Readable) -> Iterator[Edit]:
    for box in _boxes(file, 0, size_of(file)):
        if box.kind == b"moov":
            yield from _in_movie(file, box)
        elif box.kind == b"meta":
            yield from hidden_items(file, box.start, box.end)
        elif box.kind == b"uuid" and _file_has(file, box.start, _UUID_XMP):
            yield from _hidden(box)


def _in_movie(file: Readable, movie: Box) -> Iterator[Edit]:
    for box in _boxes(file, movie.start, movie.end):
        if box.kind == b"udta":
            yield from _in_user_data(file, box)
        elif box.kind in {b"meta", b"gps ", b"uuid"}:
            yield from _hidden(box)
        elif box.kind == b"trak":
            for inner in _boxes(file, box.start, box.end):
                if inner.kind == b"udta":
                    yield from _in_user_data(file, inner)
                elif inner.kind in {b"meta", b"uuid"}:
                    yield from _hidden(inner)


def _in_user_data(file: Readable, user_data: Box) -> Iterator[Edit]:
    for box in _boxes(file, user_data.start, user_data.end):
        is_tags = box.kind == b"meta" and _APPLE_KEYS not in read_at(file, box.start, min(64, box.end - box.start))
        if box.kind not in _HARMLESS and not is_tags:
            yield from _hidden(box)


def _hidden(box: Box) -> Iterator[Edit]:
    yield Edit(box.at + 4, 4, b"free")
    if box.end > box.start:
        yield blank(box.start, box.end)


def _file_has(file: Readable, at: int, prefix: bytes) -> bool:
    file.seek(at)
    return file.read(len(prefix)) == prefix


def _boxes(file: Readable, start: int, end: int) -> Iterator[Box]:
    """The boxes of a range; QuickTime ends some lists with four zeros, and an outer box may be cut short."""
    found = 0
    while start + 8 <= end:
        found += 1
        require(found <= MAX_BOXES)
        header = read_at(file, start, 8)
        length, payload = int.from_bytes(header[:4], "big"), start + 8
        if length == 1:
            length, payload = int.from_bytes(read_at(file, start + 8, 8), "big"), start + 16
        elif length == 0:
            length = end - start
        require(length >= payload - start)
        yield Box(header[4:], start, payload, min(start + length, end))
        start += length
