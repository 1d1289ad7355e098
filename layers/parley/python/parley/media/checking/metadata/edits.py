"""Edits of a file that leave all its other bytes as they are, and their application to a stream of any length."""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from parley.media.checking.metadata.byte_reading import PositionedFile

ZEROS = bytes(64 * 1024)


@dataclass(frozen=True, slots=True)
class Edit:
    """The `length` bytes at `offset` become `content` and, after it, `zeros` bytes of zero."""

    offset: int
    length: int
    content: bytes = b""
    zeros: int = 0

    @property
    def end(self) -> int:
        return self.offset + self.length

    def to_json(self) -> list[Any]:
        return [self.offset, self.length, self.content.hex(), self.zeros]

    @classmethod
    def from_json(cls, stored: Sequence[Any]) -> "Edit":
        offset, length, content, zeros = stored
        return cls(offset, length, bytes.fromhex(content), zeros)


def cut(start: int, end: int) -> Edit:
    """Leave these bytes out."""
    return Edit(start, end - start)


def blank(start: int, end: int) -> Edit:
    """Make these bytes zero: what comes after them stays where it is."""
    return Edit(start, end - start, zeros=end - start)


def in_order(edits: Iterable[Edit], size: int) -> list[Edit]:
    """By offset, neighbours joined, for a file of this size. Raises `ValueError` where two edit the same bytes."""
    ordered: list[Edit] = []
    for edit in sorted(edits, key=lambda edit: (edit.offset, edit.length)):
        before = ordered[-1] if ordered else Edit(0, 0)
        if edit.offset < before.end or edit.end > size:
            raise ValueError("edits overlap, or reach beyond the file")
        if ordered and edit.offset == before.end and not (edit.content or before.zeros):
            ordered[-1] = Edit(before.offset, before.length + edit.length, before.content, edit.zeros)
        else:
            ordered.append(edit)
    return ordered


def apply(chunks: Iterable[bytes], edits: Sequence[Edit]) -> Iterator[bytes]:
    """The edited stream; `edits` are in order. Holds no more than a chunk."""
    waiting = deque(edits)
    start = resume = 0
    for chunk in chunks:
        end = start + len(chunk)
        resume = max(resume, start)
        while waiting and waiting[0].offset < end:
            edit = waiting.popleft()
            yield chunk[resume - start : edit.offset - start]
            yield from _replacement(edit)
            resume = edit.end
        yield chunk[max(0, resume - start) :]
        start = end
    for edit in waiting:
        yield from _replacement(edit)


def _replacement(edit: Edit) -> Iterator[bytes]:
    yield edit.content
    for left in range(edit.zeros, 0, -len(ZEROS)):
        yield ZEROS[:left]


class EditedFile(PositionedFile):
    """A file as it reads once it is edited; nothing is copied."""

    def __init__(self, file: Any, size: int, edits: Sequence[Edit]) -> None:
        self._file = file
        self._pieces: list[tuple[int, Edit | None, int]] = []
        length = resume = 0
        for edit in edits:
            if edit.offset > resume:
                self._pieces.append((length, None, resume))
                length += edit.offset - resume
            if edit.content or edit.zeros:
                self._pieces.append((length, edit, 0))
                length += len(edit.content) + edit.zeros
            resume = edit.end
        if resume < size:
            self._pieces.append((length, None, resume))
            length += size - resume
        self._starts = [start for start, _, _ in self._pieces]
        super().__init__(length)

    def _piece(self, position: int, until: int) -> bytes:
        number = bisect_right(self._starts, position) - 1
        start, edit, offset = self._pieces[number]
        end = self._starts[number + 1] if number + 1 < len(self._starts) else self._size
        length, skipped = min(until, end) - position, position - start
        if edit is None:
            self._file.seek(offset + skipped)
            read: bytes = self._file.read(length)
            return read
        piece = edit.content[skipped : skipped + length]
        return piece + bytes(length - len(piece))
