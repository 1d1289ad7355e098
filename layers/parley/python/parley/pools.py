"""Pools of HTTP/1.1 connections whose requests are one call of the kernel and whose answers are read whole.

Of a small request's CPU time seven eighths were urllib3's and http.client's: headers are added one by one, head and
body are sent apart, the head of an answer passes a parser of e-mails. Their import was a sixth of a cold start, most
of it expressions for addresses. What DynamoDB and the engine need of HTTP is small: bodies with a length, TLS that is
verified, connections that are kept and, where they died meanwhile, replaced.
"""

import math
import select
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

PIECE_BYTES: Final = 64 * 1024
SLACK_SECONDS: Final = 0.05
"""By so much an answer may end later than it was given."""
MOST_HEAD_BYTES: Final = 64 * 1024
_WITHOUT_BODY = frozenset({204, 304})
_FINAL = 200
"""Below it an answer only announces another one."""
_SIZES = b"0123456789abcdefABCDEF"


class RequestFailed(Exception):
    """A request had no answer.

    Unreachable, NotInTime (NotReachedInTime), Untrusted, Broken.
    """


class Unreachable(RequestFailed):
    """There is no such host, or nothing listens there."""


class NotInTime(RequestFailed):
    """The answer did not end in time; what was asked may have been done."""


class NotReachedInTime(NotInTime):
    """No connection was made in time."""


class Untrusted(RequestFailed):
    """The server's certificate is not one that is trusted for its name."""


class Broken(RequestFailed):
    """The connection ended before the answer, or what came was none; what was asked may have been done."""


@dataclass(slots=True)
class Answer:
    """An answer, read to its end. The names of its headers are in lower case."""

    status: int
    headers: dict[str, str]
    data: bytes = b""


class Pool:
    """Connections to one server, at most `size` of them kept for later; over TLS where the address says so, verified
    by `ca_certs`. Threads share it.
    """

    def __init__(self, address: str, *, ca_certs: str, size: int) -> None:
        parts = urlsplit(address)
        self._is_secure = parts.scheme == "https"
        self._server = (parts.hostname or "", parts.port or (443 if self._is_secure else 80))
        self._ca_certs, self._size = ca_certs, size
        self._lock = threading.Lock()
        self._idle: list[socket.socket] = []

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        body: bytes = b"",
        connect_seconds: float,
        seconds: float,
    ) -> Answer:
        """Make one request, which has all headers that the server wants but its length.

        It ends in `seconds`, of which connecting may take `connect_seconds`. Raises `RequestFailed`.
        """
        written = _written(method, path, headers, body)
        ends_at = time.monotonic() + seconds
        connection = self._kept() or self._connect(min(connect_seconds, seconds))
        lasts = False
        try:
            connection.settimeout(waits := _left(ends_at))
            with suppress(ConnectionError):  # the server may have answered before it closed
                connection.sendall(written)
            answer, lasts = read(connection, method=method, ends_at=ends_at, waits=waits)
        except TimeoutError as error:
            raise NotInTime from error
        except OSError as error:
            raise Broken from error
        finally:
            if lasts:
                self._keep(connection)
            else:
                connection.close()
        return answer

    def close(self) -> None:
        """Close the connections that are kept."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _kept(self) -> socket.socket | None:
        """A connection that is kept and lives: on one that has something to say, the server has closed."""
        while True:
            with self._lock:
                if not self._idle:
                    return None
                connection = self._idle.pop()
            waiting = select.poll()
            waiting.register(connection, select.POLLIN)
            if not waiting.poll(0):
                return connection
            connection.close()

    def _keep(self, connection: socket.socket) -> None:
        with self._lock:
            if len(self._idle) < self._size:
                self._idle.append(connection)
                return
        connection.close()

    def _connect(self, seconds: float) -> socket.socket:
        try:
            connection = socket.create_connection(self._server, seconds)
        except TimeoutError as error:
            raise NotReachedInTime from error
        except OSError as error:
            raise Unreachable from error
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not self._is_secure:
            return connection
        try:
            return _trusting(self._ca_certs).wrap_socket(connection, server_hostname=self._server[0])
        except TimeoutError as error:
            connection.close()
            raise NotReachedInTime from error
        except ssl.SSLError as error:
            connection.close()
            raise Untrusted(str(error)) from error
        except OSError as error:
            connection.close()
            raise Broken from error


def _left(ends_at: float) -> float:
    left = ends_at - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


@lru_cache(maxsize=4)
def _trusting(ca_certs: str) -> ssl.SSLContext:
    """What verifies a server's certificate and name. Reading the authorities takes longer than a handshake."""
    return ssl.create_default_context(cafile=ca_certs)


class _Stream:
    """The bytes of one answer, all of which are here by a moment or not at all: no server holds us by trickling.

    Most answers are one piece, so what is held is that piece and how far it has been taken.
    """

    def __init__(self, sock: Any, ends_at: float, waits: float) -> None:
        self._sock, self._ends_at, self._waits = sock, ends_at, waits
        self._held, self._at = b"", 0

    def until(self, mark: bytes) -> bytes:
        """What comes before a mark, which is passed over."""
        while (end := self._held.find(mark, self._at)) < 0:
            if len(self._held) - self._at > MOST_HEAD_BYTES:
                raise Broken("a head without end")
            self._receive()
        found = self._held[self._at : end]
        self._at = end + len(mark)
        return found

    def exactly(self, size: int) -> bytes:
        if len(self._held) - self._at < size:
            self._gather(size)
        end = self._at + size
        found = self._held[self._at : end]
        self._at = end
        return found

    def rest(self) -> bytes:
        """All until the server closes."""
        pieces = [self._held[self._at :]]
        while piece := self._piece():
            pieces.append(piece)
        self._held, self._at = b"", 0
        return b"".join(pieces)

    @property
    def is_empty(self) -> bool:
        return self._at == len(self._held)

    def _gather(self, size: int) -> None:
        """Hold so many bytes, put together once: an answer of a megabyte is many pieces."""
        pieces = [self._held[self._at :]]
        missing = size - len(pieces[0])
        while missing > 0:
            pieces.append(self._some())
            missing -= len(pieces[-1])
        self._held, self._at = b"".join(pieces), 0

    def _receive(self) -> None:
        self._held, self._at = self._held[self._at :] + self._some(), 0

    def _some(self) -> bytes:
        piece = self._piece()
        if not piece:
            raise Broken("closed before the answer had ended")
        return piece

    def _piece(self) -> bytes:
        left = _left(self._ends_at)
        if self._waits - left > SLACK_SECONDS:  # a call of the kernel, for which most answers are too fast
            self._sock.settimeout(left)
            self._waits = left
        piece: bytes = self._sock.recv(PIECE_BYTES)
        return piece


def read(sock: Any, *, method: str, ends_at: float, waits: float = math.inf) -> tuple[Answer, bool]:
    """The answer that a socket gives by a moment, and whether the connection serves for another request.

    `waits` is for how long the socket waits for a piece as it is.
    """
    stream = _Stream(sock, ends_at, waits)
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
        raise Broken(f"Content-Length: {length}")
    return answer, lasts and stream.is_empty


def _head(stream: _Stream) -> tuple[str, Answer]:
    while True:
        first, *lines = stream.until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        version, _, rest = first.partition(" ")
        code = rest[:3]
        if not version.startswith("HTTP/1.") or not (code.isascii() and code.isdigit()):
            raise Broken(first[:80])
        if int(code) >= _FINAL:
            headers: dict[str, str] = {}
            for line in lines:
                name, _, value = line.partition(":")
                headers[name.strip().lower()] = value.strip()
            return version, Answer(int(code), headers)


def _chunks(stream: _Stream) -> bytes:
    parts: list[bytes] = []
    while True:
        size = stream.until(b"\r\n").partition(b";")[0].strip()
        if not size or size.strip(_SIZES):
            raise Broken("a chunk without its size")
        if int(size, 16) == 0:
            while stream.until(b"\r\n"):
                pass  # trailers
            return b"".join(parts)
        parts.append(stream.exactly(int(size, 16)))
        stream.until(b"\r\n")


def _written(method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """A request as it is sent. Raises `ValueError` for a header that would be more than one line."""
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    head = "\r\n".join([*lines, f"content-length: {len(body)}\r\n\r\n"])
    if len(head.splitlines()) != len(lines) + 2:
        raise ValueError("a header of more than one line")
    return head.encode("latin-1") + body
