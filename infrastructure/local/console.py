"""Progress on the terminal: each step with the time that it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

STARTED = time.monotonic()


@contextmanager
def step(what: str) -> Iterator[None]:
    """Show that `what` is being done, and afterwards how long it took."""
    started = time.monotonic()
    live = sys.stdout.isatty()
    if live:
        print(f"  … {what}", end="\r", flush=True)
    yield
    print(f"  ✓ {what} ({time.monotonic() - started:.1f} s)", flush=True)


def note(what: str) -> None:
    print(f"    {what}", flush=True)


def total_seconds() -> float:
    return time.monotonic() - STARTED
