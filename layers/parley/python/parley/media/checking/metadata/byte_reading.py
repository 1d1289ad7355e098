"""Reading files that nobody vouches for: every length is checked before it is believed."""

import io
from typing import Any, Protocol


class Malformed(Exception):
    """The file is not built as its format says."""


class Readable(Protocol):
    """A file to read anywhere in."""

    def read(self, size: int = -1, /) -> bytes: ...

    def seek(self, offset: int, whence: int = 0, /) -> int: ...


class PositionedFile(io.RawIOBase):
    """A file of a known size that is read anywhere: who extends it says how to get the next bytes."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size, self._position = size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def read(self, size: int = -1) -> bytes:
        until = self._size if size is None or size < 0 else min(self._size, self._position + size)
        pieces = []
        while self._position < until:
            piece = self._piece(self._position, until)
            if not piece:
                break
            pieces.append(piece)
            self._position += len(piece)
        return b"".join(pieces)

    def _piece(self, position: int, until: int) -> bytes:
        """Some of the bytes between these, beginning with the first; none where the file ends."""
        raise NotImplementedError


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
