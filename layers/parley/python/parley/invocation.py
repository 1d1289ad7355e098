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


class _Deadlines:
    """When what is under way has to end: of an invocation, and of a part of it."""

    def __init__(self) -> None:
        self._ends: tuple[float, ...] = ()

    def next(self) -> float:
        return min(self._ends, default=math.inf)

    @contextmanager
    def until(self, moment: float) -> Iterator[None]:
        """Add a deadline, and take it away again, whatever came or went beside it."""
        self._ends = (*self._ends, moment)
        try:
            yield
        finally:
            at = self._ends.index(moment)
            self._ends = self._ends[:at] + self._ends[at + 1 :]


_deadlines = _Deadlines()


def remaining_seconds() -> float:
    """Seconds until the invocation is cut off; without end where none is under way."""
    return _deadlines.next() - time.monotonic()


@contextmanager
def under_way(context: Context) -> Iterator[None]:
    """An invocation that is cut off when its context says."""
    with within(context.get_remaining_time_in_millis() / 1000):
        yield


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """A part of the invocation that may take so many seconds, as far as what tries again goes."""
    with _deadlines.until(time.monotonic() + seconds):
        yield
