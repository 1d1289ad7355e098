"""Phones and a clock, for the tests of push notifications."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from parley import clock
from parley.push.applications import tenants
from tests.support.people.people import Workspace
from tests.support.people.phones import Phones, using_phones


@pytest.fixture
def phones(tables: None, acme: Workspace) -> Iterator[Phones]:
    with using_phones() as phones:
        yield phones


@dataclass
class MovingClock:
    """The real time, and what the test has added to it."""

    offset: int = 0

    def pass_seconds(self, seconds: float) -> None:
        self.offset += int(seconds * 1000)
        tenants.forget()


@pytest.fixture
def moving_clock(monkeypatch: pytest.MonkeyPatch) -> MovingClock:
    moved, real = MovingClock(), clock.now_ms
    monkeypatch.setattr(clock, "now_ms", lambda: real() + moved.offset)
    return moved
