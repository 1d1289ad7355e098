r"""RTF: what it says about its author, its making and its revisions goes; names of reviewers become nobody's.

A document is made of groups in braces; the control word at a group's beginning says what it is.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from parley.media.checking.metadata import jpeg, png
from parley.media.checking.metadata.byte_reading import Malformed, Readable, read_at, require, size_of
from parley.media.checking.metadata.edits import Edit, apply, cut, in_order

MAX_FILE_BYTES = 64 * 1024 * 1024
_GONE_NAMES = """
    info userprops generator rsidtbl xmlnstbl docvar template atnauthor atnid atntime atndate password passwordhash
    datastore protusertbl private wgrffmtfilter
"""
_GONE = frozenset(_GONE_NAMES.encode().split())
"""Groups that say something about the document, and draw nothing."""
_REVISERS, _PICTURE = b"revtbl", b"pict"
_TOKEN = re.compile(rb"\\bin(\d+) ?|\\[\\{}]|[{}]|\\(?:revdttm|revdttmdel|crdate|srdate)-?\d+ ?")
_NAME = re.compile(rb"\s*(?:\\\*\s*)?\\([a-z]+)")
_NOBODY = b"{Unknown;}"
_DIGITS = re.compile(rb"(?:\\[a-z]+-?\d* ?|\})([0-9a-fA-F\s]+)\Z")
_PICTURES = ((b"\xff\xd8\xff", jpeg.edits_for), (b"\x89PNG", png.edits_for))


@dataclass(slots=True)
class _Group:
    """`at` is where its brace is; the names of those in `_GONE` go as a whole."""

    name: bytes
    at: int


def edits_for(file: Readable) -> list[Edit]:
    """What removes the metadata. Raises `Malformed` where braces do not match, or for a file that is too large."""
    size = size_of(file)
    require(size <= MAX_FILE_BYTES)
    return list(_edits(read_at(file, 0, size)))


def _edits(data: bytes) -> Iterator[Edit]:
    groups: list[_Group] = []
    gone = position = 0
    while token := _TOKEN.search(data, position):
        position = token.end()
        if token[1] is not None:
            position += int(token[1])  # bytes of a picture
        elif token[0] == b"{":
            name = _NAME.match(data, position)
            groups.append(_Group(name[1] if name else b"", token.start()))
            gone += groups[-1].name in _GONE
        elif token[0] == b"}":
            require(bool(groups))
            group = groups.pop()
            gone -= group.name in _GONE
            if not gone:
                yield from _of_group(data, group, token.end(), inside=groups[-1].name if groups else b"")
            if not groups:
                break
        elif len(token[0]) > 2 and not gone:  # noqa: PLR2004 - an escaped character
            yield cut(token.start(), token.end())
    require(not groups)
    if data[position:].strip(b"\r\n \t\0"):
        yield cut(position, len(data))


def _of_group(data: bytes, group: _Group, end: int, *, inside: bytes) -> Iterator[Edit]:
    if group.name in _GONE:
        yield cut(group.at, end)
    elif inside == _REVISERS and data[group.at : end] != _NOBODY:
        yield Edit(group.at, end - group.at, _NOBODY)
    elif group.name == _PICTURE:
        yield from _of_picture(data, group.at, end - 1)


def _of_picture(data: bytes, start: int, end: int) -> Iterator[Edit]:
    """Photos are written in hexadecimal digits, as they came from the camera."""
    digits = _DIGITS.search(data, start, end)
    try:
        picture = bytes.fromhex(digits[1].decode()) if digits else b""
        for signature, edits_of in _PICTURES:
            if picture.startswith(signature) and digits:
                edits = in_order(edits_of(io.BytesIO(picture)), len(picture))
                if edits:
                    body = b"".join(apply([picture], edits)).hex().encode()
                    yield Edit(digits.start(1), end - digits.start(1), body)
    except (ValueError, IndexError, Malformed):
        return  # nothing that a reader draws
