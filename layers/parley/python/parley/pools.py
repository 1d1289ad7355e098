"""Pools of HTTP connections whose requests leave in one piece: urllib3's, with less done for each request.

Of a small request's CPU time three quarters are http.client's: it adds headers one by one, calls the kernel for the
head and again for the body, and reads the head of an answer with a parser of e-mails. Pooling, TLS, the verification
of certificates and the sight of connections that died are urllib3's, as its `ConnectionCls` allows.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import BadStatusLine, HTTPException, LineTooLong, RemoteDisconnected
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

PIECE_BYTES: Final = 64 * 1024
MOST_HEAD_BYTES: Final = 64 * 1024
_WITHOUT_BODY = frozenset({204, 304})
_FINAL = 200
"""Below it an answer only announces another one."""
_SIZES = b"0123456789abcdefABCDEF"


class Pool(Protocol):
    """What makes one HTTP request."""

    def urlopen(self, method: str, url: str, **named: Any) -> Any: ...

    def close(self) -> None: ...


@dataclass(slots=True)
class Answer:
    """An answer, read to its end. The names of its headers are in lower case."""

    status: int
    headers: dict[str, str]
    data: bytes = b""
    version_string: str = "HTTP/1.1"
    length_remaining: int = 0
    retries: Any = None
    _connection: Any = None
    _pool: Any = None
    """From `version_string` on: what urllib3 notes on an answer."""


class _Stream:
    """The bytes of one answer, all of which are here by a moment or not at all: no server holds us by trickling."""

    def __init__(self, sock: Any, seconds: float | None) -> None:
        self._sock = sock
        self._ends_at = None if seconds is None else time.monotonic() + seconds
        self._held = bytearray()
        self._asked = False

    def until(self, mark: bytes) -> bytes:
        """What comes before a mark, which is passed over."""
        while (end := self._held.find(mark)) < 0:
            if len(self._held) > MOST_HEAD_BYTES:
                raise LineTooLong("head")
            self._receive()
        found = bytes(self._held[:end])
        del self._held[: end + len(mark)]
        return found

    def exactly(self, size: int) -> bytes:
        while len(self._held) < size:
            self._receive()
        found = bytes(self._held[:size])
        del self._held[:size]
        return found

    def rest(self) -> bytes:
        """All until the server closes."""
        while self._more():
            pass
        return self.exactly(len(self._held))

    @property
    def is_empty(self) -> bool:
        return not self._held

    def _receive(self) -> None:
        if not self._more():
            raise RemoteDisconnected("The connection was closed before the answer had ended")

    def _more(self) -> bool:
        if self._asked and self._ends_at is not None:
            left = self._ends_at - time.monotonic()
            if left <= 0:
                raise TimeoutError("The answer did not end in time")
            self._sock.settimeout(left)
        self._asked = True
        piece = self._sock.recv(PIECE_BYTES)
        self._held += piece
        return bool(piece)


def read(sock: Any, *, method: str = "POST", seconds: float | None = None) -> tuple[Answer, bool]:
    """The answer that a socket gives, and whether the connection serves for another request."""
    stream = _Stream(sock, seconds)
    version, answer = _head(stream)
    headers = answer.headers
    lasts = version != "HTTP/1.0" and headers.get("connection", "").lower() != "close"
    length = headers.get("content-length")
    if method == "HEAD" or answer.status in _WITHOUT_BODY:
        pass
    elif "chunked" in headers.get("transfer-encoding", "").lower():
        answer.data = _chunks(stream)
    elif length is None:
        answer.data, lasts = stream.rest(), False
    elif length.isascii() and length.isdigit():
        answer.data = stream.exactly(int(length))
    else:
        raise HTTPException(f"Content-Length: {length}")
    return answer, lasts and stream.is_empty


def _head(stream: _Stream) -> tuple[str, Answer]:
    while True:
        first, *lines = stream.until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        version, _, rest = first.partition(" ")
        code = rest[:3]
        if not version.startswith("HTTP/1.") or not (code.isascii() and code.isdigit()):
            raise BadStatusLine(first[:80])
        if int(code) >= _FINAL:
            named = (line.partition(":") for line in lines)
            return version, Answer(int(code), {name.strip().lower(): value.strip() for name, _, value in named})


def _chunks(stream: _Stream) -> bytes:
    parts: list[bytes] = []
    while True:
        size = stream.until(b"\r\n").partition(b";")[0].strip()
        if not size or size.strip(_SIZES):
            raise HTTPException("a chunk without its size")
        if int(size, 16) == 0:
            while stream.until(b"\r\n"):
                pass  # trailers
            return b"".join(parts)
        parts.append(stream.exactly(int(size, 16)))
        stream.until(b"\r\n")


class _Lean:
    """Makes a connection of urllib3 send a request at once and read its answer whole."""

    sock: Any
    timeout: Any
    _method = "POST"

    def request(self, method: str, url: str, body: bytes | None = None, headers: Any = None, **_: Any) -> None:
        if self.sock is None:
            self.connect()
        else:
            self.sock.settimeout(self.timeout)
        self._method = method
        self.sock.sendall(_written(method, url, body or b"", headers or {}))

    def getresponse(self) -> Answer:
        self.sock.settimeout(self.timeout)
        answer, lasts = read(self.sock, method=self._method, seconds=self.timeout)
        if not lasts:
            self.close()
        return answer

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]

    def close(self) -> None:
        super().close()  # type: ignore[misc]


def _written(method: str, url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """A request as it is sent. Raises `ValueError` for a header that would be more than one line."""
    lines = [f"{method} {url} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    head = "\r\n".join([*lines, f"content-length: {len(body)}\r\n\r\n"])
    if len(head.splitlines()) != len(lines) + 2:
        raise ValueError("a header of more than one line")
    return head.encode("latin-1") + body


class _Plain(_Lean, HTTPConnection):  # type: ignore[misc]
    """Over TCP."""


class _Secure(_Lean, HTTPSConnection):  # type: ignore[misc]
    """Over TLS."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain  # type: ignore[assignment]


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure  # type: ignore[assignment]


def open_pool(address: str, *, ca_certs: str, size: int) -> Pool:
    """Connections to a server, at most `size` kept; over TLS where the address says so, verified by `ca_certs`.

    Requests name their `host` and what else the server wants: nothing but the length is added.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme == "https":
        return _SecurePool(host, parts.port, maxsize=size, cert_reqs="CERT_REQUIRED", ca_certs=ca_certs)
    return _PlainPool(host, parts.port, maxsize=size)
