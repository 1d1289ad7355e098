"""The file on the disk, held to what it was: it may be changed, cut or replaced at any moment while it is sent."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from parley_client.errors import ParleyError

CHUNK_BYTES = 64 * 1024


class FileChanged(ParleyError):
    """The file is not the one whose upload began: begin a new upload."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was at one moment, by its size and the time of its last change."""

    path: Path
    size: int
    modified_ns: int

    @classmethod
    def of(cls, path: str | Path) -> Self:
        found = Path(path).stat()
        return cls(Path(path), found.st_size, found.st_mtime_ns)

    def check_unchanged(self) -> None:
        """Raises `FileChanged` if the file has been written to since, or is gone."""
        try:
            same = self.of(self.path) == self
        except OSError as error:
            raise FileChanged(f"{self.path} cannot be read any more") from error
        if not same:
            raise FileChanged(f"{self.path} has changed while it was being uploaded")

    def read(self, first: int = 0, length: int | None = None) -> Iterator[bytes]:
        """These bytes, 64 KiB at a time; raises `FileChanged` where there are fewer, or the disk does not give them."""
        left = self.size - first if length is None else length
        try:
            with self.path.open("rb") as file:
                file.seek(first)
                while left > 0 and (chunk := file.read(min(CHUNK_BYTES, left))):
                    left -= len(chunk)
                    yield chunk
        except OSError as error:
            raise FileChanged(f"{self.path} cannot be read any more") from error
        if left > 0:
            raise FileChanged(f"{self.path} has become shorter")

    def sha256(self, first: int = 0, length: int | None = None) -> str:
        """The checksum of these bytes, in hex."""
        digest = hashlib.sha256()
        for chunk in self.read(first, length):
            digest.update(chunk)
        return digest.hexdigest()
