"""An S3 object as a file that can be read anywhere: Range requests on a signed URL, a few blocks in memory."""

import http.client
import io
import urllib.error
import urllib.request
from collections import OrderedDict
from typing import Any

BLOCK_BYTES = 1024 * 1024
BLOCKS_KEPT = 16
READ_BUDGET_BYTES = 512 * 1024 * 1024
"""What one inspection may read in all: enough to find the end of a recording, not to stream a film."""
ATTEMPTS = 3
TIMEOUT_SECONDS = 20


class Unreadable(Exception):
    """S3 did not give the object, or gave another than the one to be inspected."""


class RangeFile(io.RawIOBase):
    """The object at `url`, while its ETag is `etag`. `unreadable` tells a failed read from a broken file."""

    def __init__(self, url: str, etag: str, size: int) -> None:
        super().__init__()
        self._url, self._etag, self._size = url, etag, size
        self._position = 0
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self._left = READ_BUDGET_BYTES
        self.unreadable = False

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
            number, offset = divmod(self._position, BLOCK_BYTES)
            piece = self._block(number)[offset : offset + until - self._position]
            pieces.append(piece)
            self._position += len(piece)
        return b"".join(pieces)

    def _block(self, number: int) -> bytes:
        block = self._blocks.get(number)
        if block is None:
            first = number * BLOCK_BYTES
            last = min(first + BLOCK_BYTES, self._size) - 1
            block = self._fetch(first, last)
            self._blocks[number] = block
            if len(self._blocks) > BLOCKS_KEPT:
                self._blocks.popitem(last=False)
        self._blocks.move_to_end(number)
        return block

    def _fetch(self, first: int, last: int) -> bytes:
        self._left -= last - first + 1
        if self._left < 0:
            raise OSError("the read budget is spent")
        headers = {"Range": f"bytes={first}-{last}", "If-Match": self._etag}
        request = urllib.request.Request(self._url, headers=headers)  # noqa: S310 - signed by the function
        for _ in range(ATTEMPTS):
            try:
                with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
                    block: bytes = answer.read()
            except (urllib.error.URLError, http.client.HTTPException, OSError):
                continue
            if len(block) == last - first + 1:
                return block
        self.unreadable = True
        raise Unreadable
