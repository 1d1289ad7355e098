"""Clocks of the tests: one that stands still until it is moved, and one that runs and can be moved on."""

from collections.abc import Callable
from dataclasses import dataclass

START_MS = 1_795_424_400_000
"""2026-11-23 09:00 UTC."""


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START_MS

    def __call__(self) -> int:
        return self.now

    def pass_seconds(self, seconds: int) -> None:
        self.now += seconds * 1000


@dataclass
class MovingClock:
    """The real time, and what the test has added to it."""

    offset: int = 0
    when_moved: Callable[[], object] = bool
    """What is to happen whenever time has passed."""

    def pass_seconds(self, seconds: float) -> None:
        self.offset += int(seconds * 1000)
        self.when_moved()
