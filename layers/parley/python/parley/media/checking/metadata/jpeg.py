"""JPEG: segments that say nothing of the picture's pixels go, and whatever follows its end.

Kept are JFIF's header, the colour profile and Adobe's colour transform. After the end lie further pictures with EXIF of
their own (previews, gain maps) and, of some phones, a film.
"""

import re

from parley.media.checking.metadata.byte_reading import Readable, read_at, require, size_of
from parley.media.checking.metadata.edits import Edit, cut
from parley.media.checking.metadata.orientation import tiff_with

BLOCK_BYTES = 1024 * 1024
_SOI, _EOI, _SOS, _COMMENT, _JFIF = b"\xff\xd8", 0xD9, 0xDA, 0xFE, 0xE0
_APPLICATIONS = range(0xE0, 0xF0)
_KEPT = {_JFIF: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a segment."""
_MARKER_IN_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")


def edits_for(file: Readable, orientation: int) -> list[Edit]:
    """What removes the metadata; an EXIF segment with the orientation comes where it belongs, at the front."""
    edits: list[Edit] = []
    size = size_of(file)
    require(read_at(file, 0, 2) == _SOI)
    position = front = 2
    while position < size:
        first, marker = read_at(file, position, 2)
        require(first == 0xFF and marker != 0)  # noqa: PLR2004 - how a marker begins
        if marker == 0xFF:  # noqa: PLR2004 - fill
            position += 1
            continue
        if marker == _EOI:
            if position + 2 < size:
                edits.append(cut(position + 2, size))
            break
        if marker in _ALONE:
            position += 2
            continue
        length = int.from_bytes(read_at(file, position + 2, 2), "big")
        end = position + 2 + length
        require(length >= 2 and end <= size)  # noqa: PLR2004 - the length counts itself
        if _is_metadata(file, marker, position + 4, length - 2):
            edits.append(cut(position, end))
        elif marker == _JFIF and position == front:
            front = end
        position = _end_of_scan(file, end, size) if marker == _SOS else end
    tiff = tiff_with(orientation)
    if tiff:
        segment = b"Exif\0\0" + tiff
        edits.append(Edit(front, 0, b"\xff\xe1" + (len(segment) + 2).to_bytes(2, "big") + segment))
    return edits


def _is_metadata(file: Readable, marker: int, start: int, length: int) -> bool:
    if marker == _COMMENT:
        return True
    if marker not in _APPLICATIONS:
        return False
    prefix = _KEPT.get(marker)
    return prefix is None or length < len(prefix) or read_at(file, start, len(prefix)) != prefix


def _end_of_scan(file: Readable, position: int, size: int) -> int:
    """Where the next marker after entropy-coded data is; the file's end where there is none."""
    while position < size:
        block = read_at(file, position, min(BLOCK_BYTES, size - position))
        found = _MARKER_IN_SCAN.search(block)
        if found:
            return position + found.start()
        position += len(block) if position + len(block) == size else len(block) - 1
    return size
