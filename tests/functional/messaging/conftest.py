"""What the tests of messages share: somebody who only belongs, a channel, a clock that they move."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest

from parley import clock
from tests.support.people.people import Person, Workspace
from tests.support.people.world import Clock


@pytest.fixture
def dave(acme: Workspace) -> Person:
    return acme.person("dave")


@pytest.fixture
def team(alice: Person, bob: Person, dave: Person) -> str:
    """A group that alice owns, where bob and dave are members."""
    return alice.open_group(bob, dave, name="team")


@pytest.fixture
def news(alice: Person) -> str:
    """A channel that nobody but alice has joined."""
    opened = alice.post("/v1/conversations", {"type": "channel", "name": "news"})
    assert opened.status == 201, opened.text
    return str(opened["id"])


@pytest.fixture
def hello(alice: Person, team: str) -> str:
    """The id of alice's first message to the team."""
    return str(alice.send(team, "hello")["id"])


@pytest.fixture
def moved_clock() -> Iterator[Clock]:
    """Time stands still until the test moves it."""
    moved = Clock()
    with patch.object(clock, "now_ms", moved):
        yield moved
