"""Phones and a clock, for the tests of push notifications."""

from collections.abc import Iterator

import pytest

from parley.push.applications import tenants
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Workspace
from tests.support.people.phones import Phones, using_phones


@pytest.fixture
def phones(tables: None, acme: Workspace) -> Iterator[Phones]:
    with using_phones() as phones:
        yield phones


@pytest.fixture
def moving_clock(moving_clock: MovingClock) -> MovingClock:
    """Tenants are read again once time has passed."""
    moving_clock.when_moved = tenants.forget
    return moving_clock
