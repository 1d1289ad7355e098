"""An HTTP proxy before the engine that fails as told: what an engine that is down, slow or busy looks like."""

import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Seen:
    """A request on its way to the engine."""

    method: str
    path: str
    body: bytes
    authorization: str | None = None


@dataclass(frozen=True)
class Reply:
    """What the client gets instead of the engine's answer."""

    status: int
    body: bytes = b'{"error": {"type": "injected", "reason": "injected"}, "status": 500}'


class Drop:
    """The connection is closed without an answer."""


@dataclass(frozen=True)
class Delay:
    """The engine's answer comes late."""

    seconds: float


Fault = Reply | Drop | Delay | Callable[[bytes], bytes] | None
"""A function changes the body that goes to the engine; None lets the request through."""


@dataclass
class FaultyProxy:
    """`fault` decides on every request; `seen` are the requests so far."""

    url: str
    fault: Callable[[Seen], Fault] = lambda _: None
    seen: list[Seen] = field(default_factory=list)

    def fail_next(self, *faults: Fault) -> None:
        """These faults, one a request, then none."""
        left = list(faults)
        self.fault = lambda _: left.pop(0) if left else None

    def heal(self) -> None:
        self.fault = lambda _: None


class _Handler(BaseHTTPRequestHandler):
    """Handles one connection of the proxy that is set on its server."""

    protocol_version = "HTTP/1.1"
    server: "_Server"

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        seen = Seen(self.command, self.path, body, self.headers.get("Authorization"))
        self.server.proxy.seen.append(seen)
        fault = self.server.proxy.fault(seen)
        if isinstance(fault, Drop):
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif isinstance(fault, Reply):
            self._reply(fault.status, fault.body)
        else:
            if isinstance(fault, Delay):
                threading.Event().wait(fault.seconds)
            self._reply(*self._forward(fault(body) if callable(fault) else body))

    def _forward(self, body: bytes) -> tuple[int, bytes]:
        headers = {"Content-Type": self.headers.get("Content-Type") or "application/json"}
        request = urllib.request.Request(  # noqa: S310 - the tests' own engine
            self.server.target + self.path, data=body or None, headers=headers, method=self.command
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - the tests' own engine
                return answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read()

    def _reply(self, status: int, body: bytes) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)
        except OSError:  # the client has not waited
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _handle  # noqa: N815 - the names that the base looks for

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's signature
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, proxy: FaultyProxy, target: str) -> None:
        super().__init__((LOOPBACK, 0), _Handler)
        self.proxy, self.target = proxy, target


@contextmanager
def faulty_proxy(target: str) -> Iterator[FaultyProxy]:
    """A proxy before `target`, on a free port of the loopback address."""
    proxy = FaultyProxy("")
    server = _Server(proxy, target)
    proxy.url = f"http://{LOOPBACK}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
