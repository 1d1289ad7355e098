"""What was refused a moment ago, so that who sends it again costs nothing: bounded in number and in seconds.

A key that is not there, a token that its key did not sign, and an address that much was refused from. From such an
address only keys that this process knows are looked at, so whoever shares it with a good token is let in.
"""

import hashlib

from parley import clock
from parley.errors import Unauthenticated
from parley.remembered import Remembered

KEPT_MS = 5_000
ADDRESS_WINDOW_MS = 60_000
MOST_OF_AN_ADDRESS = 60
"""Refusals of one address, in a minute and a process, after which no key is read for it."""

_no_keys: Remembered[str, bool] = Remembered(kept_ms=KEPT_MS)
_no_tokens: Remembered[bytes, bool] = Remembered(kept_ms=KEPT_MS)
_addresses: Remembered[str, tuple[int, int]] = Remembered()
"""How much was refused of an address, and since when it counts."""


def check(kid: str, token: str) -> None:
    """Raise `Unauthenticated` for what was refused within these seconds."""
    if _no_keys.get(kid) or _no_tokens.get(_digest(token)):
        raise Unauthenticated


def check_source(source: str) -> None:
    """Raise `Unauthenticated` for an address of which too much was refused within a minute."""
    if _of_this_minute(source)[0] >= MOST_OF_AN_ADDRESS:
        raise Unauthenticated


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
    _no_keys.set(kid, True)


def remember_token(token: str) -> None:
    _no_tokens.set(_digest(token), True)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
