"""The one thing that a picture's EXIF keeps: which way is up."""

import struct

UPRIGHT = 1
_ORIENTATIONS = range(2, 9)
_TAG, _SHORT = 0x0112, 3


def tiff_with(orientation: int) -> bytes:
    """An EXIF block that says this orientation alone; none where a picture is upright, or says what no reader knows."""
    if orientation not in _ORIENTATIONS:
        return b""
    entry = struct.pack(">HHIHH", _TAG, _SHORT, 1, orientation, 0)
    return b"MM\0*" + struct.pack(">IH", 8, 1) + entry + bytes(4)
