"""What a muted user writes is not pushed, as long as the mute holds."""

import pytest

from parley import clock
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace
from tests.support.people.phones import Phones


@pytest.fixture
def carol(acme: Workspace) -> Person:
    return acme.person("carol")


def test_nothing_of_a_muted_user_is_pushed_until_the_mute_ends(
    acme: Workspace, alice: Person, bob: Person, carol: Person, phones: Phones, moving_clock: MovingClock
) -> None:
    group = alice.open_group(bob, carol)
    token = phones.give(carol)
    until = clock.to_rfc3339(clock.to_datetime(clock.now_ms() + 60_000))
    assert carol.put("/v1/users/bob/mute", {"until": until}).status == 200
    bob.send(group, "muted", mentions=["carol"])
    assert phones.push(acme.tenant_id) == []
    alice.send(group, "of another")
    assert [each.token for each in phones.push(acme.tenant_id)] == [token]
    moving_clock.pass_seconds(61)
    bob.send(group, "again")
    assert [each.token for each in phones.push(acme.tenant_id)] == [token]


def test_no_reply_edit_or_poll_of_a_muted_user_is_pushed(
    acme: Workspace, alice: Person, bob: Person, carol: Person, phones: Phones
) -> None:
    group = alice.open_group(bob, carol)
    root = carol.send(group, "root")["id"]
    token = phones.give(carol)
    carol.put("/v1/users/bob/mute", {})
    mine = bob.send(group, "muted")["id"]
    assert bob.send(group, "a reply", parent_id=root, mentions=["carol"]).status == 201
    assert bob.put(f"/v1/messages/{mine}", {"text": "@carol", "mentions": ["carol"]}).status == 200
    poll = {"question": "Lunch?", "options": [{"text": "Pizza"}, {"text": "Soup"}]}
    assert bob.post("/v1/messages", {"conversation_id": group, "poll": poll}).status == 201
    assert phones.push(acme.tenant_id) == []
    assert alice.send(group, "another reply", parent_id=root).status == 201
    assert [each.token for each in phones.push(acme.tenant_id)] == [token], "the muted alone are"


def test_who_is_muted_is_pushed_to_as_before_and_so_is_everybody_else(
    acme: Workspace, alice: Person, bob: Person, carol: Person, phones: Phones
) -> None:
    group = alice.open_group(bob, carol)
    tokens = {phones.give(bob), phones.give(alice)}
    carol.put("/v1/users/bob/mute", {})
    carol.send(group, "of who has muted")
    assert {each.token for each in phones.push(acme.tenant_id)} == tokens
    bob.send(group, "of whom carol has muted")
    assert len(phones.push(acme.tenant_id)) == 1
