"""One HTTP request to a tenant's server: to a checked address, without redirects, within bounded time and size."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from parley.webhooks import addresses
from parley.webhooks.addresses import AddressRefused, NameNotFound

CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 10.0
"""From the connection to the last byte that is read; a server that drips its answer gains nothing."""
ANSWER_LIMIT_BYTES = 16 * 1024
SHOWN_CHARACTERS = 512
HTTPS_PORT, HTTP_PORT = 443, 80


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt: a `status`, or the `failure` that kept the server from answering with one.

    `refused` means that the endpoint's address is not one that webhooks are sent to.
    """

    status: int | None = None
    failure: str | None = None
    shown: str = ""
    retry_after: int | None = None
    duration_ms: int = 0

    @property
    def succeeded(self) -> bool:
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - HTTP's successes


@cache
def tls() -> ssl.SSLContext:
    """TLS 1.2 or later, certificates and names verified."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
    """Send a body and say what came of it; nothing is raised for what the endpoint does."""
    started = time.monotonic()
    try:
        answered = _post(url, body, headers)
    except AddressRefused:
        answered = Outcome(failure="address_refused")
    except NameNotFound:
        answered = Outcome(failure="name_not_found")
    except ssl.SSLError:
        answered = Outcome(failure="tls_failed")
    except TimeoutError:
        answered = Outcome(failure="timed_out")
    except (OSError, http.client.HTTPException):
        late = time.monotonic() - started >= TOTAL_SECONDS
        answered = Outcome(failure="timed_out" if late else "connection_failed")
    duration = int((time.monotonic() - started) * 1000)
    return Outcome(answered.status, answered.failure, answered.shown, answered.retry_after, duration)


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
    parts = urlsplit(url)
    secure, host = parts.scheme == "https", parts.hostname or ""
    port = parts.port or (HTTPS_PORT if secure else HTTP_PORT)
    address = addresses.resolve(host, port)
    if not secure and not (addresses.allows_loopback() and addresses.unmapped(address).is_loopback):
        raise AddressRefused
    opened = socket.create_connection((str(address), port), timeout=CONNECT_SECONDS)
    if secure:
        opened = tls().wrap_socket(opened, server_hostname=host, do_handshake_on_connect=False)
    opened.settimeout(TOTAL_SECONDS)
    watchdog = threading.Timer(TOTAL_SECONDS, _cut, (opened,))
    watchdog.daemon = True
    watchdog.start()
    connection = http.client.HTTPConnection(host, port)
    connection.sock = opened
    try:
        if isinstance(opened, ssl.SSLSocket):
            opened.do_handshake()
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection.request("POST", path, body, {"Host": parts.netloc, "Connection": "close", **headers})
        response = connection.getresponse()
        shown = response.read(ANSWER_LIMIT_BYTES)
        return Outcome(
            status=response.status,
            shown=shown.decode(errors="replace")[:SHOWN_CHARACTERS],
            retry_after=_seconds(response.headers.get("Retry-After")),
        )
    finally:
        watchdog.cancel()
        connection.close()
        opened.close()


def _cut(opened: socket.socket) -> None:
    """End the connection under whoever waits on it; a TLS socket's own `shutdown` would race with its reader."""
    with suppress(OSError):
        socket.socket.shutdown(opened, socket.SHUT_RDWR)


def _seconds(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdecimal() and len(value) < 7 else None  # noqa: PLR2004
