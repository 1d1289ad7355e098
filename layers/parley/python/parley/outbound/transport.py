"""One HTTP request to a foreign server: to a checked address, without redirects, within bounded time and size.

A name may give several addresses, of which some do not answer. They are tried in turn until one takes the connection;
the request is sent once, whatever becomes of it.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from urllib.parse import urlsplit

from parley.outbound import addresses
from parley.outbound.addresses import Address, AddressRefused, NameNotFound

SHOWN_CHARACTERS = 512
MOST_ADDRESSES = 4
"""So many addresses of a name are tried, all are checked: a name with hundreds is no list of targets for us."""
HTTPS_PORT, HTTP_PORT = 443, 80


@dataclass(frozen=True, slots=True)
class Limits:
    """How long an attempt may take, in seconds, in all and in its parts, and how much of an answer is read.

    `connect` is for all addresses of a name together. `exchange` is from the connection to the last byte that is read;
    a server that drips its answer gains nothing.
    """

    in_all: float
    resolve: float
    connect: float
    exchange: float
    answer_bytes: int

    @classmethod
    def of(cls, seconds: float, *, answer_bytes: int) -> "Limits":
        """Limits of an attempt whose parts share its time."""
        return cls(seconds, seconds, seconds, seconds, answer_bytes)


DELIVERY = Limits(in_all=16.0, resolve=3.0, connect=3.0, exchange=10.0, answer_bytes=16 * 1024)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt: a `status`, or the `failure` that kept the server from answering with one.

    `body` is as much of the answer as was read, `shown` the beginning of it as text. `headers` are named in lower case.
    """

    status: int | None = None
    failure: str | None = None
    shown: str = ""
    retry_after: int | None = None
    duration_ms: int = 0
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def succeeded(self) -> bool:
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - HTTP's successes


@cache
def tls() -> ssl.SSLContext:
    """TLS 1.2 or later, certificates and names verified."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def post(url: str, body: bytes, headers: Mapping[str, str], limits: Limits | None = None) -> Outcome:
    """Send a body and say what came of it; nothing is raised for what the endpoint does. `limits`: `DELIVERY`'s."""
    return _send("POST", url, body, headers, limits or DELIVERY)


def get(url: str, headers: Mapping[str, str], limits: Limits) -> Outcome:
    """Ask for a document and say what came of it; nothing is raised for what the server does."""
    return _send("GET", url, None, headers, limits)


def _send(method: str, url: str, body: bytes | None, headers: Mapping[str, str], limits: Limits) -> Outcome:
    started = time.monotonic()
    try:
        answered = _exchange(method, url, body, headers, limits, started + limits.in_all)
    except AddressRefused:
        answered = Outcome(failure="address_refused")
    except NameNotFound:
        answered = Outcome(failure="name_not_found")
    except ssl.SSLError:
        answered = Outcome(failure="tls_failed")
    except TimeoutError:
        answered = Outcome(failure="timed_out")
    except (OSError, http.client.HTTPException):
        late = time.monotonic() - started >= min(limits.exchange, limits.in_all)
        answered = Outcome(failure="timed_out" if late else "connection_failed")
    return replace(answered, duration_ms=int((time.monotonic() - started) * 1000))


def _exchange(
    method: str, url: str, body: bytes | None, headers: Mapping[str, str], limits: Limits, deadline: float
) -> Outcome:
    parts = urlsplit(url)
    secure, host = parts.scheme == "https", parts.hostname or ""
    port = parts.port or (HTTPS_PORT if secure else HTTP_PORT)
    checked = addresses.resolve(host, port, within=limits.resolve)
    here = addresses.allows_loopback() and all(addresses.unmapped(address).is_loopback for address in checked)
    if not secure and not here:
        raise AddressRefused
    opened = _connect(checked[:MOST_ADDRESSES], port, time.monotonic() + _left(limits.connect, deadline))
    if secure:
        opened = tls().wrap_socket(opened, server_hostname=host, do_handshake_on_connect=False)
    connection = http.client.HTTPConnection(host, port)
    connection.sock = opened
    exchange = min(limits.exchange, deadline - time.monotonic())
    watchdog = threading.Timer(exchange, _cut, (opened,))
    watchdog.daemon = True
    watchdog.start()
    try:
        opened.settimeout(_left(limits.exchange, deadline))
        if isinstance(opened, ssl.SSLSocket):
            opened.do_handshake()
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection.request(method, path, body, {"Host": parts.netloc, "Connection": "close", **headers})
        response = connection.getresponse()
        read = response.read(limits.answer_bytes)
        return Outcome(
            status=response.status,
            shown=read.decode(errors="replace")[:SHOWN_CHARACTERS],
            retry_after=_seconds(response.headers.get("Retry-After")),
            body=read,
            headers={name.lower(): value for name, value in response.headers.items()},
        )
    finally:
        watchdog.cancel()
        connection.close()
        opened.close()


def _connect(checked: Sequence[Address], port: int, deadline: float) -> socket.socket:
    """A connection to the first of these addresses that takes one.

    Each gets an equal share of the time that is left, so one that is silent leaves time for the next. Raises what the
    last one raised.
    """
    for tried, address in enumerate(checked, start=1):
        share = (deadline - time.monotonic()) / (len(checked) - tried + 1)
        try:
            return socket.create_connection((str(address), port), timeout=_left(share, deadline))
        except OSError:
            if tried == len(checked):
                raise
    raise NameNotFound


def _left(limit: float, deadline: float) -> float:
    """How long a part of an attempt may take; raises `TimeoutError` where all of its time is used up."""
    left = min(limit, deadline - time.monotonic())
    if left <= 0:
        raise TimeoutError
    return left


def _cut(opened: socket.socket) -> None:
    """End the connection under whoever waits on it; a TLS socket's own `shutdown` would race with its reader."""
    with suppress(OSError):
        socket.socket.shutdown(opened, socket.SHUT_RDWR)


def _seconds(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdecimal() and len(value) < 7 else None  # noqa: PLR2004
