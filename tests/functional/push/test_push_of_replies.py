"""Replies are pushed to whom they name, to who is answered and to who follows the thread."""

import pytest

from parley.messaging.messages import thread_follows
from parley.push import recipients
from tests.support.people.people import Person, Workspace
from tests.support.people.phones import Phones


def test_a_reply_reaches_whom_it_names_and_who_is_answered(acme: Workspace, alice: Person, phones: Phones) -> None:
    bob, carol, dave = (acme.person(name) for name in ("bob", "carol", "dave"))
    group = alice.open_group(bob, carol, dave)
    for each in (alice, bob, carol, dave):
        phones.give(each)
    root = bob.send(group, "a question")["id"]
    phones.push(acme.tenant_id)
    alice.send(group, "an answer", parent_id=root, mentions=["carol"])
    shown = phones.push(acme.tenant_id)
    assert sorted(each.token.split("-")[2] for each in shown) == ["bob", "carol"]
    assert {each.reference["parent_id"] for each in shown} == {root}
    alice.send(group, "an answer to all", parent_id=root, show_in_conversation=True)
    shown = phones.push(acme.tenant_id)
    assert sorted(each.token.split("-")[2] for each in shown) == ["bob", "carol", "dave"]


def test_a_reply_reaches_who_follows_the_thread_and_has_not_read_it(
    acme: Workspace, alice: Person, phones: Phones
) -> None:
    bob, carol, dave = (acme.person(name) for name in ("bob", "carol", "dave"))
    group = alice.open_group(bob, carol, dave)
    for each in (alice, bob, carol, dave):
        phones.give(each)
    root = bob.send(group, "a question")["id"]
    carol.send(group, "an answer", parent_id=root)
    dave.put(f"/v1/threads/{root}/follow")
    bob.delete(f"/v1/threads/{root}/follow")
    phones.push(acme.tenant_id)
    alice.send(group, "another", parent_id=root)
    assert sorted(each.token.split("-")[2] for each in phones.push(acme.tenant_id)) == ["carol", "dave"]
    alice.send(group, "one for you, Bob", parent_id=root, mentions=["bob"])
    dave.post(f"/v1/threads/{root}/read")
    carol.put(f"/v1/conversations/{group}/notifications", {"level": "mentions"})
    assert sorted(each.token.split("-")[2] for each in phones.push(acme.tenant_id)) == ["bob"]


def test_a_reply_is_pushed_where_its_thread_is_listed(acme: Workspace, alice: Person, phones: Phones) -> None:
    """Hidden until a message, a conversation's threads go on; hidden for good, they neither show nor ring."""
    people = {how: acme.person(how) for how in ("until_message", "always")}
    group = alice.open_group(*people.values())
    tokens = {how: phones.give(person) for how, person in people.items()}
    root = str(alice.send(group)["id"])
    for how, person in people.items():
        person.put(f"/v1/threads/{root}/follow")
        person.put(f"/v1/conversations/{group}/settings", {"hidden": how})
    phones.push(acme.tenant_id)
    alice.send(group, "an answer", parent_id=root)
    assert [each.token for each in phones.push(acme.tenant_id)] == [tokens["until_message"]]
    assert {how: len(person.get("/v1/threads")["data"]) for how, person in people.items()} == {
        "until_message": 1,
        "always": 0,
    }


def test_in_a_large_conversation_a_reply_that_is_shown_there_reaches_who_follows_the_thread_too(
    acme: Workspace, alice: Person, bob: Person, phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipients, "SMALL", 1)
    carol, dave = acme.person("carol"), acme.person("dave")
    group = alice.open_group(bob, carol, dave)
    for each in (alice, bob, carol, dave):
        phones.give(each)
    root = bob.send(group, "a question")["id"]
    carol.put(f"/v1/threads/{root}/follow")
    bob.delete(f"/v1/threads/{root}/follow")
    phones.push(acme.tenant_id)
    alice.send(group, "an answer to all", parent_id=root, show_in_conversation=True)
    assert [each.token.split("-")[2] for each in phones.push(acme.tenant_id)] == ["carol"]


def test_a_thread_with_too_many_followers_pushes_to_whom_a_reply_names(
    acme: Workspace, alice: Person, bob: Person, carol: Person, phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thread_follows, "MOST_TOLD", 1)
    group = alice.open_group(bob, carol)
    for each in (alice, bob, carol):
        phones.give(each)
    root = alice.send(group, "a question")["id"]
    for each in (alice, bob, carol):
        each.put(f"/v1/threads/{root}/follow")
    phones.push(acme.tenant_id)
    bob.send(group, "an answer", parent_id=root)
    assert [each.token.split("-")[2] for each in phones.push(acme.tenant_id)] == ["alice"]
