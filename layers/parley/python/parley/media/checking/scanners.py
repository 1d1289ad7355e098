"""Malware scanners: GuardDuty in AWS, a ClamAV daemon where one is configured, none otherwise.

GuardDuty looks at objects by itself and tags them; clamd is sent the bytes. Either way a file leaves quarantine only on
a clean verdict: what a scanner cannot judge (too large, encrypted, failed) is not clean.
"""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from parley.errors import Unavailable
from parley.settings import media_settings

Verdict = Literal["clean", "infected", "unscannable"]

GUARDDUTY_TAG = "GuardDutyMalwareScanStatus"
_GUARDDUTY_VERDICTS: dict[str, Verdict] = {"NO_THREATS_FOUND": "clean", "THREATS_FOUND": "infected"}
_CLAMD_TIMEOUT_SECONDS = 120


def guardduty_verdict(tags: dict[str, str]) -> Verdict | None:
    """What the tags of an object say; None while GuardDuty has not looked."""
    status = tags.get(GUARDDUTY_TAG)
    return None if status is None else _GUARDDUTY_VERDICTS.get(status, "unscannable")


class ClamdScan:
    """One file on its way to clamd, by its INSTREAM command: each chunk with its length before it."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._refused = False
        connection.sendall(b"zINSTREAM\0")

    def feed(self, chunk: bytes) -> None:
        """Send a chunk. clamd hangs up on a stream longer than its limit; its answer then says why."""
        if self._refused:
            return
        try:
            self._connection.sendall(struct.pack(">I", len(chunk)) + chunk)
        except (BrokenPipeError, ConnectionResetError):
            self._refused = True

    def verdict(self) -> Verdict:
        """End the stream and wait for the answer, `stream: OK` or `stream: <name> FOUND`."""
        if not self._refused:
            self._connection.sendall(struct.pack(">I", 0))
        answer = b""
        try:
            while received := self._connection.recv(4096):
                answer += received
        except ConnectionResetError:
            return "unscannable"
        if answer.rstrip(b"\0\n").endswith(b" OK"):
            return "clean"
        return "infected" if b" FOUND" in answer else "unscannable"


@contextmanager
def clamd_scan() -> Iterator[ClamdScan]:
    """A connection to the configured daemon. Raises `Unavailable` when it does not answer: the check is repeated."""
    address = media_settings().clamd_address
    try:
        connection = _connect(address)
    except OSError:
        raise Unavailable("The malware scanner does not answer") from None
    with connection:
        connection.settimeout(_CLAMD_TIMEOUT_SECONDS)
        try:
            yield ClamdScan(connection)
        except TimeoutError:
            raise Unavailable("The malware scanner does not answer") from None


def _connect(address: str) -> socket.socket:
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.connect(address)
        return connection
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=5)
