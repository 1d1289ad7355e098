"""Fetching a document at a public address: through the guarded way out, in bounded time and size.

Each address is checked, that of a redirect like the first, and asked for by HTTPS alone. No cookies, no credentials. An
answer that is compressed unasked is refused, so nothing is ever unpacked.
"""

import time
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from parley.errors import InvalidWebhookUrl
from parley.outbound import addresses, transport
from parley.outbound.transport import Limits, Outcome

RESOLVE_SECONDS, CONNECT_SECONDS = 2.0, 3.0
MOST_REDIRECTS = 3
LONGEST_URL = 2_048
"""Addresses that are signed are long."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PASSING = frozenset({429, 500, 502, 503, 504})
"""Statuses of a server that may answer another time."""
_SAFE = "%/:=&?~#+!$,;'@()*[]"


class NotFetched(Exception):
    """There is no such document to be had; the message is a stable word for why.

    `passing`: the server may give it another time.
    """

    def __init__(self, why: str, *, passing: bool = False) -> None:
        super().__init__(why)
        self.passing = passing


@dataclass(frozen=True, slots=True)
class Document:
    """What was found, and where in the end; `content_type` is what its server says, with its parameters."""

    url: str
    content_type: str
    body: bytes

    @property
    def kind(self) -> str:
        return self.content_type.partition(";")[0].strip().lower()


def fetch(
    url: str,
    *,
    seconds: float,
    most_bytes: int,
    user_agent: str,
    kinds: frozenset[str] = frozenset(),
    whole: bool = True,
) -> Document:
    """The document at an address, its redirects followed: of one of these `kinds`, if any are named.

    Where it need not be `whole`, its first `most_bytes`. Raises `NotFetched`.
    """
    deadline = time.monotonic() + seconds
    accepted = ", ".join(sorted(kinds)) or "*/*"
    headers = {"Accept": accepted, "Accept-Encoding": "identity", "User-Agent": user_agent}
    for _ in range(MOST_REDIRECTS + 1):
        url = checked(url)
        left = max(0.0, deadline - time.monotonic())
        limits = Limits(left, min(RESOLVE_SECONDS, left), min(CONNECT_SECONDS, left), left, most_bytes + 1)
        answered = transport.get(url, headers, limits)
        if answered.failure is not None:
            raise NotFetched(answered.failure, passing=answered.failure in {"timed_out", "connection_failed"})
        location = answered.headers.get("location")
        if answered.status in REDIRECTS and location:
            url = _joined(url, location)
            continue
        if not answered.succeeded:
            raise NotFetched(f"status_{answered.status}", passing=answered.status in PASSING)
        document = _document(url, answered, most_bytes, whole=whole)
        if kinds and document.kind not in kinds:
            raise NotFetched("other_type")
        return document
    raise NotFetched("too_many_redirects")


def _document(url: str, answered: Outcome, most_bytes: int, *, whole: bool) -> Document:
    headers, body = answered.headers, answered.body
    if headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
        raise NotFetched("compressed")
    if whole and len(body) > most_bytes:
        raise NotFetched("too_large")
    length = headers.get("content-length", "")
    if whole and length.isdecimal() and int(length) != len(body):
        raise NotFetched("connection_failed", passing=True)
    return Document(url, headers.get("content-type", ""), body[:most_bytes])


def checked(url: str) -> str:
    """An address as it is asked for: in ASCII, by HTTPS, without its fragment. Raises `NotFetched`."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        port = "" if parts.port is None else f":{parts.port}"
    except (ValueError, UnicodeError):
        raise NotFetched("no_url") from None
    if "@" in parts.netloc:
        raise NotFetched("address_refused")
    netloc = f"[{host}]{port}" if ":" in host else f"{host}{port}"
    path, query = quote(parts.path, safe=_SAFE), quote(parts.query, safe=_SAFE)
    asked = urlunsplit((parts.scheme, netloc, path, query, ""))
    try:
        addresses.check_url(asked, longest=LONGEST_URL)
    except InvalidWebhookUrl:
        if parts.scheme == "http":
            return checked(urlunsplit(("https", netloc.removesuffix(":80"), path, query, "")))
        raise NotFetched("address_refused") from None
    return asked


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise NotFetched("no_url") from None
