"""How long the invocation under way may still take, for what tries again.

Requests of one Lambda environment come one after the other, so one moment serves.
"""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Context(Protocol):
    """What Lambda hands to a handler beside its event."""

    def get_remaining_time_in_millis(self) -> int: ...


class _Invocation:
    ends_at = math.inf


_invocation = _Invocation()


def remaining_seconds() -> float:
    """Seconds until the invocation is cut off; without end where none is under way."""
    return _invocation.ends_at - time.monotonic()


@contextmanager
def under_way(context: Context) -> Iterator[None]:
    """An invocation that is cut off when its context says."""
    before = _invocation.ends_at
    _invocation.ends_at = time.monotonic() + context.get_remaining_time_in_millis() / 1000
    try:
        yield
    finally:
        _invocation.ends_at = before


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """A part of the invocation that may take so many seconds, as far as what tries again goes."""
    before = _invocation.ends_at
    _invocation.ends_at = min(before, time.monotonic() + seconds)
    try:
        yield
    finally:
        _invocation.ends_at = before
