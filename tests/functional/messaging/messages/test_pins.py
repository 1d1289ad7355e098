"""PUT and DELETE /v1/messages/{id}/pin, GET /v1/conversations/{id}/pins."""

import pytest

from parley.ids import MessageAddress
from parley.messaging.messages.reading import Place
from parley.settings import settings
from parley.tables import dynamodb
from parley.tables.expressions import Update
from tests.support.faults.interference import before_call, crash_after
from tests.support.people.listing import pages_of
from tests.support.people.people import Person


def pinned(who: Person, conversation_id: str) -> list[str]:
    return [one["text"] for page in pages_of(who, f"/v1/conversations/{conversation_id}/pins") for one in page["data"]]


def test_an_admin_pins_and_everyone_sees_it(alice: Person, bob: Person, team: str, hello: str) -> None:
    other = bob.send(team, "other")["id"]
    for message_id in (hello, other):
        answer = alice.put(f"/v1/messages/{message_id}/pin")
        assert answer.status == 200, answer.text
        assert answer["pinned_by"] == "alice"
        assert answer["pinned_at"] is not None
    assert pinned(bob, team) == ["other", "hello"]
    assert bob.get(f"/v1/messages/{hello}")["pinned_by"] == "alice"
    assert alice.delete(f"/v1/messages/{other}/pin").status == 204
    assert pinned(bob, team) == ["hello"]
    assert bob.get(f"/v1/messages/{other}")["pinned_at"] is None


def test_repeating_changes_nothing(alice: Person, team: str, hello: str) -> None:
    first = alice.put(f"/v1/messages/{hello}/pin")
    assert alice.put(f"/v1/messages/{hello}/pin").body == first.body
    assert pinned(alice, team) == ["hello"]
    assert [alice.delete(f"/v1/messages/{hello}/pin").status for _ in range(2)] == [204, 204]
    assert pinned(alice, team) == []
    assert [alice.put(f"/v1/messages/{hello}/pin").status for _ in range(2)] == [200, 200]


def test_a_member_of_a_group_or_channel_does_not_pin(alice: Person, bob: Person, team: str, news: str) -> None:
    bob.post(f"/v1/conversations/{news}/members", {"user_ids": ["bob"]})
    for conversation_id in (team, news):
        message_id = bob.send(conversation_id, "pin me")["id"]
        for method in ("PUT", "DELETE"):
            refused = bob.request(method, f"/v1/messages/{message_id}/pin")
            assert (refused.status, refused.code) == (403, "insufficient_role")
        assert pinned(alice, conversation_id) == []


def test_either_of_two_pins(alice: Person, bob: Person) -> None:
    direct = alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]})["id"]
    message_id = alice.send(direct, "ours")["id"]
    assert bob.put(f"/v1/messages/{message_id}/pin").status == 200
    assert pinned(alice, direct) == ["ours"]
    assert alice.delete(f"/v1/messages/{message_id}/pin").status == 204


def test_a_reply_is_pinned_too(alice: Person, bob: Person, team: str, hello: str) -> None:
    reply = bob.send(team, "a reply", parent_id=hello)["id"]
    assert alice.put(f"/v1/messages/{reply}/pin").status == 200
    assert pinned(bob, team) == ["a reply"]


def test_a_conversation_takes_50_pins_however_many_pin_at_once(alice: Person, team: str) -> None:
    ids = [alice.send(team, f"message {number}")["id"] for number in range(52)]
    for message_id in ids[:49]:
        assert alice.put(f"/v1/messages/{message_id}/pin").status == 200
    with before_call("TransactWriteItems", lambda: alice.put(f"/v1/messages/{ids[49]}/pin")):
        refused = alice.put(f"/v1/messages/{ids[50]}/pin")
    assert (refused.status, refused.code) == (409, "too_many_pins")
    assert alice.get(f"/v1/messages/{ids[50]}")["pinned_at"] is None
    assert len(pinned(alice, team)) == 50
    assert [len(page["data"]) for page in pages_of(alice, f"/v1/conversations/{team}/pins", limit=20)] == [20, 20, 10]
    assert alice.put(f"/v1/messages/{ids[0]}/pin").status == 200
    assert alice.delete(f"/v1/messages/{ids[0]}").status == 200
    assert alice.put(f"/v1/messages/{ids[51]}/pin").status == 200


def test_a_delete_that_died_before_it_unpinned_takes_no_place_for_good(alice: Person, team: str) -> None:
    ids = [alice.send(team, f"message {number}")["id"] for number in range(51)]
    for message_id in ids[:50]:
        alice.put(f"/v1/messages/{message_id}/pin")
    with crash_after(3) as tried:
        alice.delete(f"/v1/messages/{ids[0]}")
    assert tried == ["BatchGetItem", "UpdateItem", "UpdateItem", "UpdateItem"]
    assert len(pinned(alice, team)) == 49
    assert alice.put(f"/v1/messages/{ids[50]}/pin").status == 200
    assert len(pinned(alice, team)) == 50


def test_a_delete_that_overtakes_a_pin_wins(alice: Person, team: str, hello: str) -> None:
    with before_call("TransactWriteItems", lambda: bury(alice, hello)):
        refused = alice.put(f"/v1/messages/{hello}/pin")
    assert (refused.status, refused.code) == (409, "message_deleted")
    assert pinned(alice, team) == []


def bury(who: Person, message_id: str) -> None:
    """What a delete does first, with what the route of the pin may call."""
    address = MessageAddress.parse(message_id)
    assert address is not None
    at = Place(who.tenant_id, address).message
    dynamodb.update(settings().chat_table, at, Update().set(deleted_at=1))


def test_who_came_later_does_not_see_older_pins(alice: Person, bob: Person, carol: Person) -> None:
    private = alice.open_group(bob, history="joined")
    alice.put(f"/v1/messages/{alice.send(private, 'old')['id']}/pin")
    alice.post(f"/v1/conversations/{private}/members", {"user_ids": ["carol"]})
    alice.put(f"/v1/messages/{alice.send(private, 'new')['id']}/pin")
    assert pinned(carol, private) == ["new"]
    assert pinned(bob, private) == ["new", "old"]


@pytest.mark.parametrize("who", ["carol", "mallory"])
def test_pins_are_hidden_from_strangers(
    carol: Person, mallory: Person, alice: Person, team: str, hello: str, who: str
) -> None:
    alice.put(f"/v1/messages/{hello}/pin")
    refused = {"carol": carol, "mallory": mallory}[who].get(f"/v1/conversations/{team}/pins")
    assert (refused.status, refused.code) == (404, "conversation_not_found")


def test_a_bad_cursor_of_pins_is_refused(alice: Person, team: str, hello: str) -> None:
    alice.put(f"/v1/messages/{hello}/pin")
    for cursor in ("x", "eyJ9", "W10", "WyIxIiwxXQ"):
        assert alice.get(f"/v1/conversations/{team}/pins", cursor=cursor).code == "invalid_cursor"
