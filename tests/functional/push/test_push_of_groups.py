"""Who is in a user group that a message mentions is pushed it as if named, where they are in the conversation."""

import pytest

from parley.streams import group_mentions
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace
from tests.support.people.phones import Phones


@pytest.fixture
def carol(acme: Workspace) -> Person:
    return acme.person("carol")


def group_of(acme: Workspace, *people: Person, handle: str = "team") -> str:
    made = acme.server.post("/v1/user-groups", {"handle": handle, "name": "Team"})
    assert made.status == 201, made.text
    if people:
        named = {"user_ids": [each.user_id for each in people]}
        assert acme.server.post(f"/v1/user-groups/{made['id']}/members", named).status == 200
    return str(made["id"])


def pushed(phones: Phones, acme: Workspace) -> list[str]:
    return sorted(each.token for each in phones.push(acme.tenant_id))


def mentions_alone(who: Person) -> None:
    assert who.put("/v1/users/me/notifications", {"level": "mentions"}).status == 200


def edit(author: Person, message_id: str, **change: object) -> None:
    edited = author.put(f"/v1/messages/{message_id}", change)
    assert edited.status == 200, edited.text


def test_who_wants_mentions_alone_is_pushed_what_mentions_their_group(
    acme: Workspace, alice: Person, bob: Person, carol: Person, phones: Phones
) -> None:
    room = alice.open_group(bob, carol)
    tokens = {each.user_id: phones.give(each) for each in (alice, bob, carol)}
    for each in (alice, bob, carol):
        mentions_alone(each)
    team = group_of(acme, alice, bob)
    assert alice.send(room, "hello")["mentioned_groups"] == []
    assert pushed(phones, acme) == []
    assert alice.send(room, "@team hello", mentioned_groups=[team])["mentioned_groups"] == [team]
    assert pushed(phones, acme) == [tokens["bob"]]


def test_who_is_not_in_the_conversation_is_pushed_nothing(
    acme: Workspace, alice: Person, bob: Person, carol: Person, phones: Phones
) -> None:
    phones.give(carol)
    team = group_of(acme, carol, bob)
    room = alice.open_group(bob)
    root = alice.send(room, "@team hello", mentioned_groups=[team])["id"]
    assert bob.send(room, "@team hello", parent_id=root, mentioned_groups=[team]).status == 201
    edit(alice, alice.send(room, "hello")["id"], mentioned_groups=[team])
    assert pushed(phones, acme) == []


def test_in_a_large_conversation_the_members_of_the_group_are_pushed_it(
    acme: Workspace, alice: Person, bob: Person, carol: Person, phones: Phones
) -> None:
    crowd = [acme.person(f"user{number:03}") for number in range(99)]
    dave = acme.person("dave")
    room = alice.open_group(bob, *crowd)
    tokens = {each.user_id: phones.give(each) for each in (bob, crowd[0], crowd[1], dave)}
    team = group_of(acme, bob, dave, handle="team")
    crew = group_of(acme, crowd[0], handle="crew")
    phones.push(acme.tenant_id)
    assert alice.send(room, "hello", mentioned_groups=[team, crew]).status == 201
    assert pushed(phones, acme) == sorted([tokens["bob"], tokens["user000"]])
    assert alice.send(room, "hello").status == 201
    assert pushed(phones, acme) == []


def test_no_more_than_a_bound_are_told_those_of_the_first_group_first(
    acme: Workspace, alice: Person, bob: Person, carol: Person, phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_mentions, "MOST_TOLD", 1)
    room = alice.open_group(bob, carol)
    tokens = {each.user_id: phones.give(each) for each in (bob, carol)}
    for each in (bob, carol):
        mentions_alone(each)
    first, second = group_of(acme, carol, handle="first"), group_of(acme, bob, handle="second")
    alice.send(room, "hello", mentioned_groups=[first, second])
    assert pushed(phones, acme) == [tokens["carol"]]


def test_who_has_left_the_group_or_whose_group_is_gone_is_not_named_by_it(
    acme: Workspace, alice: Person, bob: Person, carol: Person, phones: Phones
) -> None:
    room = alice.open_group(bob, carol)
    for each in (bob, carol):
        phones.give(each)
        mentions_alone(each)
    team, gone = group_of(acme, bob, handle="team"), group_of(acme, carol, handle="gone")
    alice.send(room, "hello", mentioned_groups=[team, gone])
    acme.server.post(f"/v1/user-groups/{team}/members/remove", {"user_ids": ["bob"]})
    acme.server.delete(f"/v1/user-groups/{gone}")
    assert pushed(phones, acme) == []
    assert alice.send(room, "hello", mentioned_groups=[team, gone])["mentioned_groups"] == [team]
    assert pushed(phones, acme) == []


def test_mutes_blocks_and_levels_hold_for_what_mentions_a_group(
    acme: Workspace, alice: Person, phones: Phones, moving_clock: MovingClock
) -> None:
    muter, leaver, blocker, deaf, tired, gone = (
        acme.person(name) for name in ("muter", "leaver", "blocker", "deaf", "tired", "gone")
    )
    everybody = (muter, leaver, blocker, deaf, tired, gone)
    room = alice.open_group(*everybody)
    for each in everybody:
        phones.give(each)
    muter.put(f"/v1/conversations/{room}/mute", {})
    blocker.put("/v1/users/alice/block")
    deaf.put("/v1/users/me/notifications", {"level": "none"})
    tired.put("/v1/users/alice/mute", {})
    team = group_of(acme, *everybody)
    acme.server.post("/v1/users/gone/deactivate")
    leaver.delete(f"/v1/conversations/{room}/members/leaver")
    sent = alice.send(room, "@team", mentioned_groups=[team])["id"]
    edit(alice, alice.send(room, "hello", silent=True)["id"], mentioned_groups=[team])
    edit(alice, sent, mentioned_groups=[])
    edit(alice, sent, mentioned_groups=[team])
    assert pushed(phones, acme) == []


def test_an_edit_that_adds_a_group_pushes_to_those_who_were_not_named_before_once(
    acme: Workspace, alice: Person, bob: Person, carol: Person, phones: Phones
) -> None:
    dave, erin = acme.person("dave"), acme.person("erin")
    room = alice.open_group(bob, carol, dave, erin)
    crew = group_of(acme, dave, handle="crew")
    team = group_of(acme, bob, carol, dave, alice, handle="team")
    sent = alice.send(room, "hello", mentions=["bob"], mentioned_groups=[crew])["id"]
    phones.push(acme.tenant_id)
    tokens = {each.user_id: phones.give(each) for each in (alice, bob, carol, dave, erin)}
    edit(alice, sent, text="@team hello", mentioned_groups=[crew, team])
    assert pushed(phones, acme) == [tokens["carol"]]
    edit(alice, sent, text="hello again", mentioned_groups=[crew])
    edit(alice, sent, text="@team hello again", mentioned_groups=[crew, team])
    edit(alice, sent, text="hello @carol", mentions=["bob", "carol"])
    assert pushed(phones, acme) == []


def test_records_that_repeat_or_come_together_push_once(
    acme: Workspace, alice: Person, bob: Person, carol: Person, phones: Phones
) -> None:
    room = alice.open_group(bob, carol)
    mentions_alone(bob)
    phones.give(bob)
    team = group_of(acme, bob)
    phones.stream.take(acme.tenant_id)
    sent = alice.send(room, "hello")["id"]
    edit(alice, sent, text="@team", mentioned_groups=[team])
    edit(alice, sent, text="@team and @bob", mentions=["bob"])
    records = phones.stream.take(acme.tenant_id)
    for batch in (records[::-1], records, records[-1:], records[:1]):
        phones.hand_over(batch)
    assert len(phones.take()) == 1


def test_a_reply_that_mentions_a_group_is_pushed_to_who_has_turned_away_from_the_thread(
    acme: Workspace, alice: Person, bob: Person, carol: Person, phones: Phones
) -> None:
    room = alice.open_group(bob, carol)
    root = alice.send(room, "root")["id"]
    bob.send(room, "a reply", parent_id=root)
    bob.delete(f"/v1/threads/{root}/follow")
    phones.push(acme.tenant_id)
    tokens = {each.user_id: phones.give(each) for each in (bob, carol)}
    team = group_of(acme, bob)
    alice.send(room, "another", parent_id=root)
    assert pushed(phones, acme) == []
    alice.send(room, "@team", parent_id=root, mentioned_groups=[team])
    assert pushed(phones, acme) == [tokens["bob"]]
