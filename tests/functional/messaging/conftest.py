"""What the tests of messages share: somebody who only belongs, a channel, a clock that they move."""

import pytest

from tests.support.people.people import Person, Workspace


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
