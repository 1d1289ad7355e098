"""The one thing that a picture's EXIF keeps: which way is up.

EXIF alone says it. Some libraries fall back to XMP, browsers do not.
"""

import struct

from parley.media.checking.metadata.byte_reading import Malformed, Readable, read_at

UPRIGHT = 1
KNOWN_ORIENTATIONS = range(1, 9)
LONGEST_BLOCK = 64 * 1024
_ORIENTATIONS = range(2, 9)
_TAG, _SHORT = 0x0112, 3
_PREFIX = b"Exif\0\0"


def orientation_at(file: Readable, start: int, end: int) -> int:
    """What the EXIF block that lies there says; `UPRIGHT` where it says nothing that a reader knows."""
    try:
        return orientation_in(read_at(file, start, min(end - start, LONGEST_BLOCK)))
    except Malformed:
        return UPRIGHT


def orientation_in(block: bytes) -> int:
    """What an EXIF block says, with its prefix or without."""
    tiff = block.removeprefix(_PREFIX)
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return UPRIGHT
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, first)
        for number in range(count):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * number)
            if tag == _TAG and kind == _SHORT:
                return value if value in _ORIENTATIONS else UPRIGHT
    except struct.error:
        return UPRIGHT
    return UPRIGHT


def tiff_with(orientation: int) -> bytes:
    """An EXIF block that says this orientation alone; none where a picture is upright, or says what no reader knows."""
    if orientation not in _ORIENTATIONS:
        return b""
    entry = struct.pack(">HHIHH", _TAG, _SHORT, 1, orientation, 0)
    return b"MM\0*" + struct.pack(">IH", 8, 1) + entry + bytes(4)
