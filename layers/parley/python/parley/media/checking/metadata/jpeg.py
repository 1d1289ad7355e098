"""JPEG: segments that say nothing of the picture's pixels go, and whatever follows its end.

Kept are JFIF's header without its small picture, the colour profile and Adobe's colour transform. After the end lie
further pictures with EXIF of their own (previews, gain maps) and, of some phones, a film. What decoders step over
(bytes between segments, a picture that breaks off) is no reason to stop: the first goes, the second is left as it ends.
"""

import re
from dataclasses import dataclass, field

from parley.media.checking.metadata.byte_reading import Readable, read_at, require, size_of
from parley.media.checking.metadata.edits import Edit, cut
from parley.media.checking.metadata.orientation import UPRIGHT, orientation_at, tiff_with

BLOCK_BYTES = 1024 * 1024
_SOI, _EOI, _SOS, _COMMENT, _JFIF, _APP1 = b"\xff\xd8", 0xD9, 0xDA, 0xFE, 0xE0, 0xE1
_APPLICATIONS = range(0xE0, 0xF0)
_KEPT = {_JFIF: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_LONGEST = {_JFIF: 14, 0xEE: 12}
"""How many bytes of these tell how the picture looks; behind JFIF's comes a small picture of it."""
_THUMBNAIL_AT = 12
_EXIF = b"Exif\0\0"
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers without a segment."""
_MARKER = re.compile(rb"\xff+[^\x00\xff]")
_MARKER_IN_SCAN = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")


@dataclass(slots=True)
class _Found:
    edits: list[Edit] = field(default_factory=list)
    front: int = 2
    orientation: int | None = None


def edits_for(file: Readable) -> list[Edit]:
    """What removes the metadata; an EXIF segment with the orientation comes where it belongs, at the front."""
    found = _walk(file)
    tiff = tiff_with(found.orientation or UPRIGHT)
    if tiff:
        segment = _EXIF + tiff
        found.edits.append(Edit(found.front, 0, b"\xff\xe1" + (len(segment) + 2).to_bytes(2, "big") + segment))
    return found.edits


def orientation_of(file: Readable) -> int:
    return _walk(file).orientation or UPRIGHT


def _walk(file: Readable) -> _Found:
    found = _Found()
    size = size_of(file)
    require(read_at(file, 0, 2) == _SOI)
    position, scanning = 2, False
    while position < size:
        at, marker = _next_marker(file, position, size, _MARKER_IN_SCAN if scanning else _MARKER)
        if at > position and not scanning:
            found.edits.append(cut(position, at))
        if marker is None:
            break
        if marker == _EOI:
            if at + 2 < size:
                found.edits.append(cut(at + 2, size))
            break
        position = at + 2
        if marker not in _ALONE:
            scanning = marker == _SOS
            position = _segment(file, found, at, marker, size)
    return found


def _segment(file: Readable, found: _Found, at: int, marker: int, size: int) -> int:
    """Look at a segment; where it ends, the file's end for one that is cut off."""
    if size - at < 4:  # noqa: PLR2004 - marker and length
        return size
    length = int.from_bytes(read_at(file, at + 2, 2), "big")
    end = min(at + 2 + max(length, 2), size)
    start = min(at + 4, end)
    if marker == _APP1 and found.orientation is None and _begins(file, start, end, _EXIF):
        found.orientation = orientation_at(file, start, end)
    if _is_metadata(file, marker, start, end):
        found.edits.append(cut(at, end))
        return end
    if end - start > _LONGEST.get(marker, end):
        found.edits.append(_shortened(file, marker, at, end))
    if marker == _JFIF and at == found.front:
        found.front = end
    return end


def _shortened(file: Readable, marker: int, at: int, end: int) -> Edit:
    length = _LONGEST[marker]
    said = read_at(file, at + 4, length)
    content = said[:_THUMBNAIL_AT] + bytes(length - _THUMBNAIL_AT)
    return Edit(at, end - at, b"\xff" + bytes([marker]) + (length + 2).to_bytes(2, "big") + content)


def _is_metadata(file: Readable, marker: int, start: int, end: int) -> bool:
    if marker == _COMMENT:
        return True
    if marker not in _APPLICATIONS:
        return False
    prefix = _KEPT.get(marker)
    return prefix is None or not _begins(file, start, end, prefix)


def _begins(file: Readable, start: int, end: int, prefix: bytes) -> bool:
    return end - start >= len(prefix) and read_at(file, start, len(prefix)) == prefix


def _next_marker(file: Readable, position: int, size: int, wanted: re.Pattern[bytes]) -> tuple[int, int | None]:
    """Where the next marker begins, and which it is; the file's end and None where there is none."""
    while position < size:
        block = read_at(file, position, min(BLOCK_BYTES, size - position))
        match = wanted.search(block)
        if match:
            return position + match.end() - 2, block[match.end() - 1]
        position += len(block) if position + len(block) == size else len(block) - 1
    return size, None
