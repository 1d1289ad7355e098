"""Who is there: alice owns the team, bob and dave are in it, and bob is shadow-banned."""

from dataclasses import replace

import pytest

from parley.identity.shadow import FOR_GOOD
from tests.support.people.people import Person, Workspace


@pytest.fixture
def dave(acme: Workspace) -> Person:
    return acme.person("dave")


@pytest.fixture
def team(alice: Person, bob: Person, dave: Person) -> str:
    """A group that alice owns, where bob and dave are members."""
    return alice.open_group(bob, dave, name="team")


def shadow_ban(moderator: Person, conversation_id: str, user_id: str = "bob") -> None:
    answer = moderator.put(f"/v1/conversations/{conversation_id}/bans/{user_id}", {"shadow": True})
    assert answer.status == 200, answer.text
    assert answer["shadow"] is True


@pytest.fixture
def banned(alice: Person, bob: Person, team: str) -> Person:
    """bob, of whom nobody in the team is shown anything."""
    shadow_ban(alice, team)
    return bob


@pytest.fixture
def banned_everywhere(acme: Workspace, bob: Person) -> Person:
    """bob, as the authorizer knows him once his tenant has shadow-banned him."""
    assert acme.server.put("/v1/users/bob/shadow-ban", {}).status == 200
    return replace(bob, shadowed_until=FOR_GOOD)
