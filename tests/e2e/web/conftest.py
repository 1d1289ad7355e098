"""The page in the machine's own Chromium, on the deployed local stack."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser

from infrastructure.local.stack import RunningStack
from tests.support.web.seat import Seat
from tests.support.web.served import World, world

Sit = Callable[..., Seat]


@pytest.fixture
def people(local_stack: RunningStack) -> Iterator[World]:
    with world(local_stack, "Ada", "Ben", "Cleo") as made:
        yield made


@pytest.fixture
def sit(browser: Browser, people: World) -> Iterator[Sit]:
    """`sit("Ada")` opens a browser for a user; no page may have thrown when the test ends."""
    with ExitStack() as at_the_end:

        def take(name: str, **more: Any) -> Seat:
            seat = Seat(browser, people, name, **more)
            at_the_end.callback(seat.close)
            seats.append(seat)
            return seat

        seats: list[Seat] = []
        yield take
        assert not [problem for seat in seats for problem in seat.problems]
