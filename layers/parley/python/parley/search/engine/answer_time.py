"""How long one answer may take, whatever number of requests to the engine it needs."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

SECONDS = 2.5
"""From the beginning of a search to the end of its last request; the check of its hits comes after."""
LEAST_SECONDS = 0.1
"""With less left no request begins."""

_until: ContextVar[float] = ContextVar("until", default=math.inf)


@contextmanager
def limited() -> Iterator[None]:
    """The requests inside end in time. Also a decorator."""
    token = _until.set(time.monotonic() + SECONDS)
    try:
        yield
    finally:
        _until.reset(token)


def left() -> float:
    """Seconds left for the engine, infinity where nothing limits them."""
    return _until.get() - time.monotonic()
