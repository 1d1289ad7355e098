"""A group of three, and two moderators whom the tenant's back end acts for."""

import pytest

from tests.functional.realtime.conftest import sockets, stream
from tests.support.people.people import Person, Workspace

__all__ = ["sockets", "stream"]


def moderator(place: Workspace, name: str) -> Person:
    acting = {"X-Acting-User": name}
    return Person(place.tenant_id, "", scope="server", tenant_settings=place.tenant_settings, headers=acting)


@pytest.fixture
def maria(acme: Workspace) -> Person:
    return moderator(acme, "maria")


@pytest.fixture
def nora(acme: Workspace) -> Person:
    return moderator(acme, "nora")


@pytest.fixture
def room(alice: Person, bob: Person, carol: Person) -> str:
    """A group that alice owns; bob and carol are members."""
    return alice.open_group(bob, carol)


@pytest.fixture
def spam(bob: Person, alice: Person, room: str) -> str:
    """Bob's message, which alice has reported."""
    sent = str(bob.send(room, "Cheap watches!")["id"])
    assert alice.post(f"/v1/messages/{sent}/flag", {"reason": "spam"}).status == 201
    return sent
