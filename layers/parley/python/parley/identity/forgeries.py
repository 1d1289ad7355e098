"""What was refused a moment ago, so that who sends it again costs nothing: bounded in number and in seconds.

A key that is not there, a token that its key did not sign, and an address that much was refused from. From such an
address only keys that this process knows are looked at, so whoever shares it with a good token is let in.
"""

import hashlib

from parley import clock
from parley.errors import TokenKeyUnknown, Unauthenticated
from parley.remembered import Remembered

KEPT_MS = 5_000
ADDRESS_WINDOW_MS = 60_000
MOST_OF_AN_ADDRESS = 60
"""Refusals of one address, in a minute and a process, after which no key is read for it."""

_no_keys: Remembered[str, type[Unauthenticated]] = Remembered(kept_ms=KEPT_MS)
_no_tokens: Remembered[bytes, type[Unauthenticated]] = Remembered(kept_ms=KEPT_MS)
_addresses: Remembered[str, tuple[int, int]] = Remembered()
"""How much was refused of an address, and since when it counts."""


def check(kid: str, token: str) -> None:
    """Refuse what was refused within these seconds, for the same reason."""
    if refusal := _no_keys.get(kid) or _no_tokens.get(_digest(token)):
        raise refusal


def check_source(source: str) -> None:
    """Raise `Unauthenticated` for an address of which too much was refused within a minute."""
    if has_too_many(source):
        raise Unauthenticated


def has_too_many(source: str) -> bool:
    """Whether so much was refused of an address within a minute that it is told no reason any more."""
    return _of_this_minute(source)[0] >= MOST_OF_AN_ADDRESS


def count(source: str) -> None:
    """Count a refusal of an address, where the gateway names one."""
    if source:
        refused, since = _of_this_minute(source)
        _addresses.set(source, (refused + 1, since))


def _of_this_minute(source: str) -> tuple[int, int]:
    now = clock.now_ms()
    refused, since = _addresses.get(source) or (0, now)
    return (refused, since) if now - since < ADDRESS_WINDOW_MS else (0, now)


def forget() -> None:
    """Begin as a new process does."""
    _no_keys.clear()
    _no_tokens.clear()
    _addresses.clear()


def remember_key(kid: str) -> None:
    remember(kid, TokenKeyUnknown)


def remember(name: str, refusal: type[Unauthenticated]) -> None:
    """Refuse whatever is checked by this name, for seconds."""
    _no_keys.set(name, refusal)


def remember_token(token: str, refusal: type[Unauthenticated]) -> None:
    _no_tokens.set(_digest(token), refusal)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
