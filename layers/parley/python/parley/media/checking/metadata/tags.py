"""Tags of recordings: ID3, APE and Lyrics3 around MPEG audio and AAC, and the blocks of FLAC.

Nothing of them is needed to hear the sound. ID3 tags stand between frames too, where recordings were put together.
"""

import re
from collections.abc import Iterator

from parley.media.checking.metadata.byte_reading import Malformed, Readable, is_blank, read_at, require, size_of
from parley.media.checking.metadata.edits import Edit, blank, cut

_ID3, _ID3_HEADER = b"ID3", 10
_TAG = re.compile(rb"ID3[\2-\4]\0[\0\x10\x20\x40\x80\xc0][\0-\x7f]{4}(?=[A-Z][A-Z0-9]{2})")
_SCANNED_BYTES = 1024 * 1024
_ID3V1, _ID3V1_BYTES = b"TAG", 128
_ID3V1_MORE, _ID3V1_MORE_BYTES = b"TAG+", 227
_APE, _APE_FOOTER = b"APETAGEX", 32
_LYRICS, _LYRICS_FOOTER = b"LYRICS200", 15
_LYRICS_BEGIN, _LYRICS_END, _MAX_LYRICS = b"LYRICSBEGIN", b"LYRICSEND", 5120
_MAX_TAGS = 16
_FLAC_KEPT = frozenset({0, 3})
"""What the stream is, and where to seek."""
_FLAC_PADDING = 1
_MAX_BLOCKS = 10_000


def edits_for(file: Readable) -> list[Edit]:
    """Cut the tags before the first frame and after the last."""
    size = size_of(file)
    first = _end_of_front(file, size)
    last = _start_of_back(file, first, size)
    around = [cut(start, end) for start, end in ((0, first), (last, size)) if end > start]
    return around + [cut(start, end) for start, end in _within(file, first, last)]


def _within(file: Readable, first: int, last: int) -> Iterator[tuple[int, int]]:
    """The ID3 tags between the frames and behind the last."""
    position = first
    while position < last:
        block = read_at(file, position, min(_SCANNED_BYTES, last - position))
        match = _TAG.search(block)
        if match is None:
            overlap = _ID3_HEADER + 3
            position += len(block) - (overlap if len(block) > overlap and position + len(block) < last else 0)
            continue
        start = position + match.start()
        position = min(last, start + _id3_length(match[0]))
        yield start, position


def _id3_length(header: bytes) -> int:
    length = sum((byte & 0x7F) << shift for byte, shift in zip(header[6:10], (21, 14, 7, 0), strict=True))
    return _ID3_HEADER + length + (_ID3_HEADER if header[5] & 0x10 else 0)


def _end_of_front(file: Readable, size: int) -> int:
    position = 0
    for _ in range(_MAX_TAGS):
        if size - position < _ID3_HEADER:
            break
        header = read_at(file, position, _ID3_HEADER)
        if header.startswith(_ID3):
            position = min(size, position + _id3_length(header))
        elif header.startswith(_APE) and size - position >= _APE_FOOTER:
            length = int.from_bytes(read_at(file, position + 12, 4), "little")
            position = min(size, position + _APE_FOOTER + length)
        else:
            break
    return position


def _start_of_back(file: Readable, first: int, size: int) -> int:
    last = size
    for _ in range(_MAX_TAGS):
        length = _length_of_last(file, first, last)
        if not length:
            break
        last = max(first, last - length)
    return last


def _length_of_last(file: Readable, first: int, last: int) -> int:
    """How long the tag is that ends at `last`; 0 where none does."""
    ending = read_at(file, max(first, last - _ID3V1_MORE_BYTES), min(last - first, _ID3V1_MORE_BYTES))
    if ending[-_ID3V1_BYTES:].startswith(_ID3V1) and len(ending) >= _ID3V1_BYTES:
        return _ID3V1_BYTES
    if ending.startswith(_ID3V1_MORE):
        return _ID3V1_MORE_BYTES
    if ending[-_APE_FOOTER:].startswith(_APE):
        footer = ending[-_APE_FOOTER:]
        header = _APE_FOOTER if footer[23] & 0x80 else 0
        return int.from_bytes(footer[12:16], "little") + header
    if ending.endswith(_LYRICS_END):
        said = read_at(file, max(first, last - _MAX_LYRICS), min(last - first, _MAX_LYRICS))
        begin = said.rfind(_LYRICS_BEGIN)
        return len(said) - begin if begin >= 0 else 0
    if ending.endswith(_LYRICS) and ending[-_LYRICS_FOOTER:-9].isdigit():
        return int(ending[-_LYRICS_FOOTER:-9]) + _LYRICS_FOOTER
    return 0


def edits_for_flac(file: Readable) -> list[Edit]:
    """Comments, pictures and what programs add become padding; tags around the stream are cut off."""
    size = size_of(file)
    first = _end_of_front(file, size)
    require(read_at(file, first, 4) == b"fLaC")
    last = _start_of_back(file, first, size)
    around = [cut(start, end) for start, end in ((0, first), (last, size)) if end > start]
    blocks, frames = _flac_blocks(file, first + 4, last)
    return around + blocks + [cut(start, end) for start, end in _within(file, frames, last)]


def _flac_blocks(file: Readable, position: int, size: int) -> tuple[list[Edit], int]:
    """What empties the blocks, and where the frames begin."""
    edits: list[Edit] = []
    for _ in range(_MAX_BLOCKS):
        header = read_at(file, position, 4)
        kind, start = header[0] & 0x7F, position + 4
        end = start + int.from_bytes(header[1:], "big")
        require(end <= size)
        if kind not in _FLAC_KEPT and not (kind == _FLAC_PADDING and is_blank(file, start, end)):
            edits.append(Edit(position, 1, bytes([header[0] & 0x80 | _FLAC_PADDING])))
            if end > start:
                edits.append(blank(start, end))
        if header[0] & 0x80:
            return edits, end
        position = end
    raise Malformed
