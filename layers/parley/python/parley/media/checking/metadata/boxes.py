"""ISO base media: films (MP4, QuickTime, 3GP) and pictures (AVIF, HEIC) that are built of boxes.

What shows the file stays, by name: all other boxes become `free` and zeros, dates become zero. Nothing moves, since the
boxes are full of offsets.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from parley.media.checking.metadata import fragments
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
    b"stbl": frozenset(
        b"stsd stts ctts cslg stsc stsz stz2 stco co64 stss stsh stps padb stdp sdtp sbgp sgpd subs saiz saio".split()
    ),
    b"mvex": frozenset(b"mehd trex leva".split()),
    b"moof": frozenset(b"mfhd traf pssh".split()),
    b"traf": frozenset(b"tfhd tfdt trun sdtp sbgp sgpd subs saiz saio senc".split()),
    b"mfra": frozenset(b"tfra mfro".split()),
    b"udta": frozenset({b"ludt", b"tsel"}),
}
"""What stays in each box. Of user data that is how loud a track is, and which of several is played."""
_DATED = frozenset({b"mvhd", b"tkhd", b"mdhd"})
_SHOWN = frozenset({b"vide", b"soun", b"auxv", b"pict", b"subt", b"sbtl", b"text", b"clcp", b"hint"})
"""Tracks that are seen, heard or read; others record places and sensors beside them."""
_PICTURES, _TEXTS = b"vide", frozenset({b"text", b"sbtl", b"subt", b"clcp"})
_PLACE = re.compile(
    rb"(?:gps|latitude|longitude|rtk)\W{0,3}(?:\w{1,4}\W{1,3})?[-+]?\d+\.\d|home\s*\(\s*(?:[nsew]\W|-?\d+\.\d)"
    rb"|\d{1,3}\.\d{4,},\s*-?\d{1,3}\.\d{4,}",
    re.IGNORECASE,
)
"""What drones write as subtitles of a film: where they were."""
_LOOKED_AT, _LOOKED_AT_BYTES = 16, 4096
_HANDLER = 24
_COMPRESSOR = slice(50, 82)
"""Where a sample entry of pictures names what made them."""


@dataclass(frozen=True, slots=True)
class Box:
    """`start` is where its payload begins."""

    kind: bytes
    at: int
    start: int
    end: int


@dataclass(slots=True)
class _Film:
    """What has been learnt of a film's tracks: which are not shown, and how long their samples are."""

    file: Readable
    hidden: set[int] = field(default_factory=set)
    sizes: dict[int, int] = field(default_factory=dict)


def edits_for(file: Readable) -> list[Edit]:
    """What removes the metadata of a film: all that is not needed to play it, tracks of positions too."""
    return list(_below(_Film(file), b"", 0, size_of(file)))


def edits_for_picture(file: Readable) -> list[Edit]:
    """What removes the metadata of a picture: its items of EXIF, XMP and other texts, and what stands beside them."""
    edits: list[Edit] = []
    for box in _boxes(file, 0, size_of(file)):
        if box.kind == b"meta":
            edits += hidden_items(file, box.start, box.end)
        elif box.kind == b"moov":
            edits += _below(_Film(file), box.kind, box.start, box.end)
        elif box.kind not in _KEPT[b""] | {b"mini"}:
            edits += _hidden(file, box)
    return edits


def _below(film: _Film, parent: bytes, start: int, end: int) -> Iterator[Edit]:
    """The edits among the boxes that lie in one."""
    file = film.file
    for box in _boxes(file, start, end):
        if box.kind not in _KEPT[parent] or (parent == b"" and box.kind == b"meta"):
            yield from _hidden(file, box)
        elif box.kind in _DATED:
            yield from _undated(file, box)
        elif box.kind == b"hdlr":
            yield from _unnamed(file, box)
        elif box.kind == b"trak":
            yield from _track(film, box)
        elif box.kind == b"moof":
            yield from _fragment(film, box)
        elif box.kind == b"trex":
            film.sizes[fragments.track_of(file, box.start)] = fragments.default_size(file, box.start)
        elif box.kind in _KEPT:
            yield from _below(film, box.kind, box.start, box.end)


def _track(film: _Film, track: Box) -> Iterator[Edit]:
    file, handler = film.file, _handler(film.file, track)
    if handler in _SHOWN and not (handler in _TEXTS and _tells_places(file, track)):
        if handler == _PICTURES:
            for box in _at(file, track, b"mdia", b"minf", b"stbl", b"stsd"):
                yield from _unmade(file, box)
        yield from _below(film, track.kind, track.start, track.end)
        return
    film.hidden |= {fragments.track_in(file, each.start) for each in _at(file, track, b"tkhd")}
    yield from (blank(first, last) for first, last in chunks_of(file, track.start, track.end, _boxes))
    yield from _hidden(file, track)


def _fragment(film: _Film, fragment: Box) -> Iterator[Edit]:
    """The edits in a fragment: samples of tracks that are not shown go with their boxes."""
    file, previous = film.file, fragment.at
    for box in _boxes(file, fragment.start, fragment.end):
        if box.kind != b"traf":
            if box.kind not in _KEPT[b"moof"]:
                yield from _hidden(file, box)
            continue
        (header,) = islice(_at(file, box, b"tfhd"), 1)
        base = fragment.at if fragments.is_relative(file, header.start) else previous
        runs = [(start, end) for _, start, end in fragments.runs_of(file, box, base, _boxes, film.sizes)]
        previous = runs[-1][1] if runs else previous
        if fragments.track_of(file, header.start) in film.hidden:
            yield from (blank(start, end) for start, end in runs if end > start)
            yield from _hidden(file, box)
        else:
            yield from _below(film, b"traf", box.start, box.end)


def _at(file: Readable, box: Box, kind: bytes, *further: bytes) -> Iterator[Box]:
    """The boxes of a kind in one, or those that lie further in, kind by kind."""
    for each in _boxes(file, box.start, box.end):
        if each.kind == kind:
            yield from _at(file, each, *further) if further else [each]


def _handler(file: Readable, track: Box) -> bytes:
    """What a track is; one that does not say is left to the player."""
    for box in _at(file, track, b"mdia", b"hdlr"):
        return read_at(file, box.start + 8, 4)
    return _PICTURES


def _tells_places(file: Readable, track: Box) -> bool:
    """Whether the first of a track's texts say where something is."""
    chunks = islice(chunks_of(file, track.start, track.end, _boxes), _LOOKED_AT)
    return any(
        _PLACE.search(read_at(file, first, min(last - first, _LOOKED_AT_BYTES))) is not None for first, last in chunks
    )


def _unmade(file: Readable, box: Box) -> Iterator[Edit]:
    """Entries of pictures name their encoder or camera, in a field of 32 bytes."""
    for entry in _boxes(file, box.start + 8, box.end):
        start, end = entry.at + _COMPRESSOR.start, entry.at + _COMPRESSOR.stop
        if end <= entry.end and not is_blank(file, start, end):
            yield blank(start, end)


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
