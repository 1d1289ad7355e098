"""ISO base media: films (MP4, QuickTime, 3GP) and pictures (AVIF, HEIC) that are built of boxes.

What shows the file stays, by name: all other boxes become `free` and zeros, dates become zero. Nothing moves, since the
boxes are full of offsets.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from parley.media.checking.metadata.byte_reading import Readable, is_blank, read_at, require, size_of
from parley.media.checking.metadata.edits import Edit, blank
from parley.media.checking.metadata.heif_items import hidden_items
from parley.media.checking.metadata.samples import chunks_of

MAX_BOXES = 100_000
_PADDING = frozenset({b"free", b"skip", b"wide"})
_KEPT = {
    b"": frozenset(b"ftyp styp moov mdat moof mfra sidx ssix pdin meta".split()),
    b"moov": frozenset(b"mvhd trak mvex pssh udta iods ctab cmov rmra clip".split()),
    b"trak": frozenset(b"tkhd tref trgr edts mdia load tapt matt clip imap udta".split()),
    b"mdia": frozenset(b"mdhd hdlr minf elng".split()),
    b"minf": frozenset(b"vmhd smhd hmhd sthd nmhd gmhd hdlr dinf stbl".split()),
    b"udta": frozenset({b"ludt", b"tsel"}),
}
"""What stays in each box. Of user data that is how loud a track is, and which of several is played."""
_DATED = frozenset({b"mvhd", b"tkhd", b"mdhd"})
_SHOWN = frozenset({b"vide", b"soun", b"auxv", b"pict", b"subt", b"sbtl", b"text", b"clcp", b"hint"})
"""Tracks that are seen, heard or read; others record places and sensors beside them."""
_HANDLER = 24


@dataclass(frozen=True, slots=True)
class Box:
    """`start` is where its payload begins."""

    kind: bytes
    at: int
    start: int
    end: int


def edits_for(file: Readable) -> list[Edit]:
    """What removes the metadata of a film: all that is not needed to play it, tracks of positions too."""
    return list(_below(file, b"", 0, size_of(file)))


def edits_for_picture(file: Readable) -> list[Edit]:
    """What removes the metadata of a picture: its items of EXIF, XMP and other texts, and what stands beside them."""
    edits: list[Edit] = []
    for box in _boxes(file, 0, size_of(file)):
        if box.kind == b"meta":
            edits += hidden_items(file, box.start, box.end)
        elif box.kind == b"moov":
            edits += _below(file, box.kind, box.start, box.end)
        elif box.kind not in _KEPT[b""] | {b"mini"}:
            edits += _hidden(file, box)
    return edits


def _below(file: Readable, parent: bytes, start: int, end: int) -> Iterator[Edit]:
    """The edits among the boxes that lie in one."""
    for box in _boxes(file, start, end):
        if box.kind not in _KEPT[parent] or (parent == b"" and box.kind == b"meta"):
            yield from _hidden(file, box)
        elif box.kind in _DATED:
            yield from _undated(file, box)
        elif box.kind == b"hdlr":
            yield from _unnamed(file, box)
        elif box.kind == b"trak" and not _is_shown(file, box):
            yield from (blank(first, last) for first, last in chunks_of(file, box.start, box.end, _boxes))
            yield from _hidden(file, box)
        elif box.kind in _KEPT:
            yield from _below(file, box.kind, box.start, box.end)


def _is_shown(file: Readable, track: Box) -> bool:
    """Whether a track is one to play, by its handler. One without is left to the player."""
    for media in _boxes(file, track.start, track.end):
        if media.kind == b"mdia":
            for box in _boxes(file, media.start, media.end):
                if box.kind == b"hdlr":
                    return read_at(file, box.start + 8, 4) in _SHOWN
    return True


def _undated(file: Readable, box: Box) -> Iterator[Edit]:
    """Creation and modification follow the version and flags, in 32 or 64 bits each."""
    length = 16 if read_at(file, box.start, 1) == b"\1" else 8
    require(box.end - box.start >= 4 + length)
    if any(read_at(file, box.start + 4, length)):
        yield blank(box.start + 4, box.start + 4 + length)


def _unnamed(file: Readable, box: Box) -> Iterator[Edit]:
    """A handler's name is free text, after 24 bytes."""
    if box.end - box.start > _HANDLER and not is_blank(file, box.start + _HANDLER, box.end):
        yield blank(box.start + _HANDLER, box.end)


def _hidden(file: Readable, box: Box) -> Iterator[Edit]:
    if box.kind in _PADDING and is_blank(file, box.start, box.end):
        return
    if box.kind not in _PADDING:
        yield Edit(box.at + 4, 4, b"free")
    if box.end > box.start:
        yield blank(box.start, box.end)


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
