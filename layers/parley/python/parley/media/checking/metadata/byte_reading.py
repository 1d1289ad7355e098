"""Reading files that nobody vouches for: every length is checked before it is believed."""

from typing import Protocol


class Malformed(Exception):
    """The file is not built as its format says."""


class Readable(Protocol):
    """A file to read anywhere in."""

    def read(self, size: int = -1, /) -> bytes: ...

    def seek(self, offset: int, whence: int = 0, /) -> int: ...


def size_of(file: Readable) -> int:
    return file.seek(0, 2)


def read_at(file: Readable, offset: int, length: int) -> bytes:
    """Exactly these bytes. Raises `Malformed` where the file ends before them."""
    file.seek(offset)
    data = file.read(length)
    if len(data) < length:
        raise Malformed
    return data


def require(condition: bool) -> None:  # noqa: FBT001 - reads as an assertion
    """Raises `Malformed` for a file that is not built as its format says."""
    if not condition:
        raise Malformed


def is_blank(file: Readable, start: int, end: int) -> bool:
    """Whether there are zeros alone, as far as a block reaches."""
    return end - start <= BLANK_BYTES and not any(read_at(file, start, end - start))


BLANK_BYTES = 64 * 1024
