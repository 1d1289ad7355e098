"""GIF: comments and what programs add (XMP among it) go, except how often an animation repeats and its colours."""

from parley.media.checking.metadata.byte_reading import Readable, read_at, size_of
from parley.media.checking.metadata.edits import Edit, cut

_HEADER = 13
_LONGEST_BLOCK_HEADER = 10
_IMAGE, _EXTENSION, _TRAILER = 0x2C, 0x21, 0x3B
_CONTROL, _APPLICATION = 0xF9, 0xFF
_LOOPS = frozenset({b"NETSCAPE2.0", b"ANIMEXTS1.0"})
_KEPT_APPLICATIONS = _LOOPS | {b"ICCRGBG1012"}


def edits_for(file: Readable) -> list[Edit]:
    """What removes the metadata, and whatever follows the end."""
    edits: list[Edit] = []
    size = size_of(file)
    position = _HEADER + _table_length(read_at(file, 10, 1)[0])
    while position < size:
        (kind,) = read_at(file, position, 1)
        if kind == _TRAILER:
            if position + 1 < size:
                edits.append(cut(position + 1, size))
            break
        if position + _LONGEST_BLOCK_HEADER > size:
            break  # cut off
        if kind == _IMAGE:
            position += 10 + _table_length(read_at(file, position + 9, 1)[0]) + 1
            position = _end_of_blocks(file, position, size)
        elif kind == _EXTENSION:
            (label,) = read_at(file, position + 1, 1)
            end = _end_of_blocks(file, position + 2, size)
            if not _is_kept(file, label, position + 2):
                edits.append(cut(position, end))
            else:
                edits += _shortened(file, label, position, end)
            position = end
        else:
            position += 1  # decoders skip what stands between blocks
    return edits


def _table_length(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _end_of_blocks(file: Readable, position: int, size: int) -> int:
    """Where a chain of sub-blocks ends: at the empty one, or where a truncated file does."""
    while position < size:
        (length,) = read_at(file, position, 1)
        position += 1 + length
        if length == 0:
            return position
    return size


def _shortened(file: Readable, label: int, at: int, end: int) -> list[Edit]:
    """What is kept of an extension that says more than its kind does: how a frame is shown, how often they repeat."""
    if label == _CONTROL:
        first, length = at + 3, 4
    elif read_at(file, at + 3, 11) in _LOOPS:
        first, length = at + 15, 3
    else:
        return []
    after = first + length
    if end <= after + 1:
        return []
    content = read_at(file, at, first - 1 - at) + bytes([length]) + read_at(file, first, length) + b"\0"
    return [Edit(at, end - at, content)]


def _is_kept(file: Readable, label: int, at: int) -> bool:
    if label == _APPLICATION:
        (length,) = read_at(file, at, 1)
        return read_at(file, at + 1, length) in _KEPT_APPLICATIONS
    return label == _CONTROL
