"""PNG: only chunks that say how the picture looks stay, and nothing after its end."""

import zlib

from parley.media.checking.metadata.byte_reading import Readable, read_at, require, size_of
from parley.media.checking.metadata.edits import Edit, cut
from parley.media.checking.metadata.orientation import tiff_with

_SIGNATURE_LENGTH = 8
_OVERHEAD = 12
_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT acTL fcTL fdAT".split()
)


def edits_for(file: Readable, orientation: int) -> list[Edit]:
    """What removes the metadata; an `eXIf` chunk with the orientation comes after the header."""
    edits: list[Edit] = []
    size, position = size_of(file), _SIGNATURE_LENGTH
    while position < size:
        header = read_at(file, position, 8)
        end = position + _OVERHEAD + int.from_bytes(header[:4], "big")
        require(end <= size)
        kind = header[4:]
        if kind not in _KEPT:
            edits.append(cut(position, end))
        if kind == b"IHDR":
            edits += _oriented(end, orientation)
        if kind == b"IEND" and end < size:
            edits.append(cut(end, size))
        position = size if kind == b"IEND" else end
    return edits


def _oriented(at: int, orientation: int) -> list[Edit]:
    tiff = tiff_with(orientation)
    if not tiff:
        return []
    body = b"eXIf" + tiff
    return [Edit(at, 0, len(tiff).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big"))]
