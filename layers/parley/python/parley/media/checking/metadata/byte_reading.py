"""Reading files that nobody vouches for: every length is checked before it is believed."""

from typing import Protocol

from parley.media.checking.sandbox import Refused


class Readable(Protocol):
    """A file to read anywhere in."""

    def read(self, size: int = -1, /) -> bytes: ...

    def seek(self, offset: int, whence: int = 0, /) -> int: ...


def size_of(file: Readable) -> int:
    return file.seek(0, 2)


def read_at(file: Readable, offset: int, length: int) -> bytes:
    """Exactly these bytes. Raises `Refused` where the file ends before them."""
    file.seek(offset)
    data = file.read(length)
    if len(data) < length:
        raise Refused("undecodable")
    return data


def require(condition: bool) -> None:  # noqa: FBT001 - reads as an assertion
    """Raises `Refused` for a file that is not built as its format says."""
    if not condition:
        raise Refused("undecodable")
