"""An S3 object as a file that can be read anywhere: Range requests on a signed URL, a few blocks in memory."""

import http.client
import urllib.error
import urllib.request
from collections import OrderedDict

from parley.media.checking.metadata.byte_reading import PositionedFile

BLOCK_BYTES = 1024 * 1024
BLOCKS_KEPT = 16
READ_BUDGET_BYTES = 512 * 1024 * 1024
"""What one inspection may read in all: enough to find the end of a recording, not to stream a film."""
ATTEMPTS = 3
TIMEOUT_SECONDS = 20


class Unreadable(Exception):
    """S3 did not give the object, or gave another than the one to be inspected."""


class RangeFile(PositionedFile):
    """The object at `url`, while its ETag is `etag`. `unreadable` tells a failed read from a broken file."""

    def __init__(self, url: str, etag: str, size: int) -> None:
        super().__init__(size)
        self._url, self._etag = url, etag
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self._left = READ_BUDGET_BYTES
        self.unreadable = False

    def _piece(self, position: int, until: int) -> bytes:
        number, offset = divmod(position, BLOCK_BYTES)
        return self._block(number)[offset : offset + until - position]

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
