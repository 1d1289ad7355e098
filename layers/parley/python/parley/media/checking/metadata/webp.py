"""WebP: only chunks that say how the picture looks stay, and nothing after its end."""

from parley.media.checking.metadata.byte_reading import Readable, read_at, require, size_of
from parley.media.checking.metadata.edits import Edit, cut
from parley.media.checking.metadata.orientation import UPRIGHT, orientation_at, tiff_with

_FIRST_CHUNK = 12
_HAS_EXIF, _HAS_XMP = 0x08, 0x04
_KEPT = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})


def edits_for(file: Readable) -> list[Edit]:
    """What removes the metadata; a chunk with the orientation goes last, and the headers say what there is.

    Browsers do not heed it, other viewers do: the file looks everywhere as it did.
    """
    size = size_of(file)
    stated = int.from_bytes(read_at(file, 4, 4), "little")
    require(stated + 8 >= _FIRST_CHUNK)
    end = min(stated + 8, size)
    edits: list[Edit] = []
    flags_at, orientation = None, UPRIGHT
    position = _FIRST_CHUNK
    while position + 8 <= end:
        header = read_at(file, position, 8)
        length = int.from_bytes(header[4:], "little")
        after = min(position + 8 + length + length % 2, end)
        if header[:4] == b"EXIF":
            orientation = orientation_at(file, position + 8, after)
        if header[:4] not in _KEPT:
            edits.append(cut(position, after))
        elif header[:4] == b"VP8X" and flags_at is None:
            flags_at = position + 8
        position = after
    tiff = tiff_with(orientation) if flags_at is not None else b""
    last = b"EXIF" + len(tiff).to_bytes(4, "little") + tiff if tiff else b""
    left = stated - sum(edit.length for edit in edits) + len(last)
    if end < size or last:
        edits.append(Edit(end, size - end, last))
    if left != stated:
        edits.append(Edit(4, 4, left.to_bytes(4, "little")))
    return edits + ([] if flags_at is None else _flagged(file, flags_at, has_exif=bool(last)))


def _flagged(file: Readable, at: int, *, has_exif: bool) -> list[Edit]:
    (flags,) = read_at(file, at, 1)
    wanted = flags & ~(_HAS_EXIF | _HAS_XMP) | (_HAS_EXIF if has_exif else 0)
    return [] if wanted == flags else [Edit(at, 1, bytes([wanted]))]
