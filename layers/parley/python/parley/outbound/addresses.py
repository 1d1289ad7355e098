"""Which addresses webhooks may be sent to: none but public ones, whatever IPv6 form an address comes in.

A tenant chooses the name, so the name may lead anywhere, and to somewhere else each time it is asked. It is asked once
for an attempt, every address that it gives must be public, and the connection goes to an address that was checked.
"""

import socket
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTime
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from parley.errors import InvalidWebhookUrl
from parley.settings import settings

Address = IPv4Address | IPv6Address

RESOLVE_SECONDS = 3.0
MAX_URL_LENGTH = 512
_EMBEDDING = (
    (IPv6Network("64:ff9b::/96"), 0),
    (IPv6Network("64:ff9b:1::/48"), 0),
    (IPv6Network("2002::/16"), 80),
    (IPv6Network("::/96"), 0),
)
"""Networks whose addresses hold an IPv4 address, so many bits from the right: NAT64, 6to4, IPv4-compatible."""
_RELAYS = (IPv6Network("fec0::/10"), IPv6Network("5f00::/16"))


class AddressRefused(Exception):
    """The endpoint's name leads to an address that webhooks are not sent to."""


class NameNotFound(Exception):
    """The endpoint's name leads nowhere now."""


def check_url(url: str, *, longest: int = MAX_URL_LENGTH) -> None:
    """Refuse what can never be an endpoint. Raises `InvalidWebhookUrl`.

    A name is not resolved here: what it gives now is not what it gives when a delivery is due.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise InvalidWebhookUrl("This is not a URL") from None
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > longest:
        raise InvalidWebhookUrl(f"A URL has at most {longest} visible ASCII characters")
    if not host or port == 0 or "@" in parts.netloc or parts.fragment:
        raise InvalidWebhookUrl("A URL names a host, and neither a user nor a fragment")
    literal = _literal(host)
    loopback = host == "localhost" or (literal is not None and unmapped(literal).is_loopback)
    if loopback and allows_loopback():
        if parts.scheme not in {"http", "https"}:
            raise InvalidWebhookUrl
    elif parts.scheme != "https" or loopback or (literal is not None and not is_public(literal)):
        raise InvalidWebhookUrl


def allows_loopback() -> bool:
    """Whether the machine itself may be called: in the local stage, where the tenant's server runs beside Parley."""
    return settings().stage == "local"


def resolve(host: str, port: int, *, within: float = RESOLVE_SECONDS) -> list[Address]:
    """The addresses to connect to, all that the name gives and all checked; `within` so many seconds.

    Raises `AddressRefused` where any is not public: a name that gives both is after something. Raises `NameNotFound`.
    """
    literal = _literal(host)
    found = [literal] if literal is not None else ask_system(host, port, within)
    if not found:
        raise NameNotFound
    for address in found:
        if not (is_public(address) or (allows_loopback() and unmapped(address).is_loopback)):
            raise AddressRefused
    return found


def ask_system(host: str, port: int, within: float = RESOLVE_SECONDS) -> list[Address]:
    """What the system's resolver says, in its order but IPv4 first: functions have no way out by IPv6 of their own.

    The system gives no bound on its time, so it is asked in a thread that is not waited for longer than that.
    """
    asked = _resolvers().submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        found = asked.result(timeout=within)
    except (OSError, NotInTime, UnicodeError):
        asked.cancel()
        raise NameNotFound from None
    addresses = dict.fromkeys(ip_address(str(entry[4][0]).partition("%")[0]) for entry in found)
    return sorted(addresses, key=lambda address: address.version)


@cache
def _resolvers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=16, thread_name_prefix="resolve")


def unmapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 form stands for; else the address itself."""
    while isinstance(address, IPv6Address):
        inner = _embedded(address)
        if inner is None:
            return address
        address = inner
    return address


def _embedded(address: IPv6Address) -> Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    for network, shift in _EMBEDDING:
        if address in network and not (shift == 0 and int(address) in {0, 1}):
            return IPv4Address((int(address) >> shift) & 0xFFFFFFFF)
    return None


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet's, in every form that it may stand for."""
    if isinstance(address, IPv6Address) and address.teredo is not None:
        return False
    inner = unmapped(address)
    refused = (
        inner.is_private
        or inner.is_loopback
        or inner.is_link_local
        or inner.is_multicast
        or inner.is_reserved
        or inner.is_unspecified
        or any(inner in network for network in _RELAYS if isinstance(inner, IPv6Address))
    )
    return inner.is_global and not refused


def _literal(host: str) -> Address | None:
    """The address that a host is written as.

    Shorthands such as `127.1` or `0x7f000001` are names to us; the system's resolver makes addresses of them, which
    are checked like any other.
    """
    try:
        return ip_address(host)
    except ValueError:
        return None
