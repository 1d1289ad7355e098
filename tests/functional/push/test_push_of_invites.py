"""An invite is pushed to who is invited and away, once, as long as it holds."""

import pytest

from tests.support.dynamodb.change_stream import kinesis_event
from tests.support.people.people import Person, Workspace
from tests.support.people.phones import Phones


@pytest.fixture
def carol(acme: Workspace) -> Person:
    return acme.person("carol", "Carol")


def push_all(phones: Phones, tenant_id: str) -> list[tuple[str, str | None]]:
    phones.invoke(kinesis_event(phones.stream.take(tenant_id)))
    return [(each.title, each.body) for each in phones.take()]


def invite(who: Person, room: str, user_id: str) -> None:
    assert who.post(f"/v1/conversations/{room}/invites", {"user_ids": [user_id]}).status == 200


def test_the_invited_are_told_once(alice: Person, bob: Person, carol: Person, phones: Phones) -> None:
    room = alice.open_group(bob, name="Garden")
    tokens = {phones.give(carol, "fcm", "one"), phones.give(carol, "apns", "two")}
    phones.give(bob)
    invite(alice, room, "carol")
    payloads = phones.stream.take(alice.tenant_id)
    for _ in range(2):
        phones.invoke(kinesis_event(payloads))
    pushed = phones.take()
    assert {each.token for each in pushed} == tokens
    assert len(pushed) == 2
    for each in pushed:
        assert (each.title, each.body) == ("Garden", "Alice invites you")
        assert each.reference == {"type": "invite.created", "conversation_id": room, "author_id": "alice"}
    invite(alice, room, "carol")
    assert push_all(phones, alice.tenant_id) == [], "an invite that holds longer is none that is new"


@pytest.mark.parametrize("how", ["taken back", "muted", "not wanted", "joined"])
def test_who_is_not_to_be_told_is_not(alice: Person, carol: Person, bob: Person, phones: Phones, how: str) -> None:
    room = alice.open_group(bob, name="Garden")
    phones.give(carol)
    if how == "muted":
        assert carol.put("/v1/users/alice/mute", {}).status == 200
    if how == "not wanted":
        assert carol.put("/v1/users/me/notifications", {"level": "none"}).status == 200
    invite(alice, room, "carol")
    if how == "taken back":
        alice.delete(f"/v1/conversations/{room}/invites/carol")
    if how == "joined":
        assert carol.post(f"/v1/conversations/{room}/invites/accept").status == 200
    assert push_all(phones, alice.tenant_id) == []


def test_a_tenant_that_shows_nothing_names_nobody(
    acme: Workspace, alice: Person, bob: Person, carol: Person, phones: Phones
) -> None:
    room = alice.open_group(bob, name="Garden")
    phones.give(carol)
    invite(alice, room, "carol")
    ((title, body),) = push_all(phones, alice.tenant_id)
    assert (title, body) == ("Garden", "Alice invites you")
