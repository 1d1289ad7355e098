"""PNG: only chunks that say how the picture looks stay, and nothing after its end."""

import zlib
from collections.abc import Iterator

from parley.media.checking.metadata.byte_reading import Readable, read_at, require, size_of
from parley.media.checking.metadata.edits import Edit, cut
from parley.media.checking.metadata.orientation import UPRIGHT, orientation_at, tiff_with

_SIGNATURE_LENGTH = 8
_OVERHEAD = 12
_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD pHYs acTL fcTL fdAT CgBI".split()
)
"""`CgBI` says that Apple's tools have packed a picture for phones: without it no reader understands the rest."""
_LONGEST = {
    **dict.fromkeys((b"gAMA", b"sBIT", b"cICP"), 4),
    **dict.fromkeys((b"cLLI", b"acTL"), 8),
    b"sRGB": 1,
    b"bKGD": 6,
    b"pHYs": 9,
    b"mDCV": 24,
    b"cHRM": 32,
    b"tRNS": 256,
}
"""A longer one is none: readers pass over it."""
_END = b"\0\0\0\0IEND\xaeB`\x82"
_MAX_CHUNKS = 1_000_000


def edits_for(file: Readable) -> list[Edit]:
    """What removes the metadata; an `eXIf` chunk with the orientation comes after the header."""
    edits: list[Edit] = []
    orientation, front, size = UPRIGHT, 0, size_of(file)
    for kind, at, end in _chunks(file, size):
        if kind == b"eXIf":
            orientation = orientation_at(file, at + 8, min(end - 4, size))
        if kind not in _KEPT or end - at - _OVERHEAD > _LONGEST.get(kind, end):
            edits.append(cut(at, min(end, size)))
        if kind == b"IHDR":
            front = end
        if kind == b"IEND" and end < size:
            edits.append(cut(end, size))
        if kind == b"IEND" and end - at > _OVERHEAD:
            edits.append(Edit(at, min(end, size) - at, _END))
    return edits + (_oriented(front, orientation) if front else [])


def orientation_of(file: Readable) -> int:
    size = size_of(file)
    for kind, at, end in _chunks(file, size):
        if kind == b"eXIf":
            return orientation_at(file, at + 8, min(end - 4, size))
    return UPRIGHT


def _chunks(file: Readable, size: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, beginning and end of each, up to the end of the picture; the last may be cut off."""
    position = _SIGNATURE_LENGTH
    for _ in range(_MAX_CHUNKS):
        if position + 8 > size:
            if position < size:
                yield b"", position, size
            return
        header = read_at(file, position, 8)
        end = position + _OVERHEAD + int.from_bytes(header[:4], "big")
        yield header[4:], position, end
        if header[4:] == b"IEND":
            return
        position = end
    require(condition=False)


def _oriented(at: int, orientation: int) -> list[Edit]:
    tiff = tiff_with(orientation)
    if not tiff:
        return []
    body = b"eXIf" + tiff
    return [Edit(at, 0, len(tiff).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big"))]
