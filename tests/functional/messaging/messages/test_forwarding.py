"""POST /v1/messages/{message_id}/forward: what a message says, in other conversations."""

from typing import Any

import pytest

from tests.support.aws.gateway import Answer
from tests.support.faults.interference import before_call, crash_after
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace


def forward(who: Person, message_id: str, *conversation_ids: str, key: str | None = None, **fields: Any) -> Answer:
    return who.post(
        f"/v1/messages/{message_id}/forward", {"conversation_ids": list(conversation_ids), **fields}, key=key
    )


def texts(who: Person, conversation_id: str) -> list[str]:
    return [each["text"] for each in who.get(f"/v1/conversations/{conversation_id}/messages", order="asc")["data"]]


@pytest.fixture
def other(bob: Person, dave: Person) -> str:
    """Where bob and dave are, and alice is not."""
    return bob.open_group(dave, name="other")


def test_a_copy_says_what_the_message_says(alice: Person, bob: Person, dave: Person, team: str, other: str) -> None:
    direct = str(bob.post("/v1/conversations", {"type": "direct", "members": ["alice"]})["id"])
    place = {"latitude": 1, "longitude": 2, "name": None, "accuracy": None}
    said = alice.send(team, "hello", type="note", mentions=["dave"], custom={"a": 1}, location=place)
    done = forward(bob, said["id"], other, direct)
    assert done.status == 200, done.text
    stranger, known = (each["message"] for each in done["data"])
    assert [each["conversation_id"] for each in (stranger, known)] == [other, direct]
    for copy in (stranger, known):
        assert (copy["author_id"], copy["text"], copy["type"], copy["location"]) == ("bob", "hello", "note", place)
        assert (copy["mentions"], copy["custom"], copy["quoted_message_id"]) == ([], {}, None)
    assert stranger["forwarded_from"] == {"author_id": None, "created_at": said["created_at"]}
    assert known["forwarded_from"] == {"author_id": "alice", "created_at": said["created_at"]}
    assert dave.get(f"/v1/messages/{stranger['id']}")["forwarded_from"] == stranger["forwarded_from"]
    assert forward(bob, said["id"], other, with_custom=True)["data"][0]["message"]["custom"] == {"a": 1}


def test_a_copy_of_a_copy_says_who_said_it_first(alice: Person, bob: Person, team: str, hello: str) -> None:
    both = bob.open_group(alice, name="both")
    first = forward(bob, hello, both)["data"][0]["message"]
    second = forward(alice, first["id"], team)["data"][0]["message"]
    assert second["author_id"] == "alice"
    assert second["forwarded_from"] == first["forwarded_from"]
    assert second["forwarded_from"]["author_id"] == "alice"


def test_a_system_message_is_forwarded_as_a_regular_one(bob: Person, acme: Workspace, team: str, other: str) -> None:
    said = acme.server.send(team, "The shop is closed", type="system")["id"]
    copy = forward(bob, said, other)["data"][0]["message"]
    assert (copy["type"], copy["author_id"], copy["forwarded_from"]["author_id"]) == ("regular", "bob", None)


def test_each_conversation_decides_for_itself(
    alice: Person, bob: Person, mallory: Person, team: str, hello: str, other: str
) -> None:
    archived = bob.open_group(name="archived")
    bob.delete(f"/v1/conversations/{archived}")
    done = forward(bob, hello, other, "0" * 26, archived, mallory.open_group(name="theirs"), team)
    assert [each["status"] for each in done["data"]] == [201, 404, 409, 404, 201]
    codes = [each["problem"] and each["problem"]["code"] for each in done["data"]]
    assert codes == [None, "conversation_not_found", "conversation_archived", "conversation_not_found", None]


def test_only_what_one_sees_is_forwarded(
    alice: Person, bob: Person, carol: Person, mallory: Person, team: str, hello: str, other: str
) -> None:
    for who in (carol, mallory):
        mine = who.open_group(name="mine")
        refused = forward(who, hello, mine)
        assert (refused.status, refused.code) == (404, "message_not_found")
    bob.post(f"/v1/conversations/{team}/clear", {})
    assert forward(bob, hello, other).code == "message_not_found"
    gone = alice.send(team, "gone")["id"]
    alice.delete(f"/v1/messages/{gone}")
    assert forward(bob, gone, other).code == "message_deleted"
    assert texts(bob, other) == []


@pytest.mark.parametrize("wrong", [[], ["0" * 26] * 2, [f"{n:026d}" for n in range(11)], ["nonsense"], "0" * 26])
def test_up_to_ten_conversations_are_named_once_each(bob: Person, hello: str, wrong: object) -> None:
    refused = bob.post(f"/v1/messages/{hello}/forward", {"conversation_ids": wrong})
    assert (refused.status, refused.code) == (422, "validation_failed")


def test_a_copy_stays_when_the_message_is_edited_or_deleted(
    alice: Person, bob: Person, acme: Workspace, hello: str, other: str
) -> None:
    forward(bob, hello, other)
    alice.put(f"/v1/messages/{hello}", {"text": "another"})
    acme.server.delete(f"/v1/messages/{hello}", hard="true")
    assert texts(bob, other) == ["hello"]


def test_a_copy_is_not_edited_and_goes_as_a_message_does(bob: Person, hello: str, other: str) -> None:
    copy = forward(bob, hello, other)["data"][0]["message"]["id"]
    assert bob.put(f"/v1/messages/{copy}", {"text": "alice said so"}).code == "message_forwarded"
    deleted = bob.delete(f"/v1/messages/{copy}")
    assert (deleted["text"], deleted["forwarded_from"]) == ("", None)


def test_a_key_sends_each_copy_once_though_the_message_says_something_else_by_then(
    alice: Person, bob: Person, hello: str, other: str
) -> None:
    first = forward(bob, hello, other, key="k")
    alice.put(f"/v1/messages/{hello}", {"text": "another"})
    second = forward(bob, hello, other, key="k")
    assert second["data"][0]["replayed"]
    assert second["data"][0]["message"]["id"] == first["data"][0]["message"]["id"]
    assert texts(bob, other) == ["hello"]
    changed = forward(bob, hello, other, key="k", with_custom=True)
    assert changed["data"][0]["problem"]["code"] == "idempotency_key_reused"
    assert texts(bob, other) == ["hello"]


@pytest.mark.parametrize("calls", range(0, 30, 3))
def test_a_crash_and_the_repetition_send_each_copy_once(
    bob: Person, hello: str, other: str, moving_clock: MovingClock, calls: int
) -> None:
    third = bob.open_group(name="third")
    with crash_after(calls):
        forward(bob, hello, other, third, key="k")
    done = forward(bob, hello, other, third, key="k")
    assert [each["status"] for each in done["data"]] == [201, 201]
    moving_clock.pass_seconds(10)
    assert (texts(bob, other), texts(bob, third)) == (["hello"], ["hello"])


def test_an_author_who_leaves_at_this_moment_is_named_where_they_were_and_no_copy_is_lost(
    alice: Person, bob: Person, hello: str
) -> None:
    both = bob.open_group(alice, name="both")
    with before_call("PutItem", lambda: alice.delete(f"/v1/conversations/{both}/members/alice")):
        done = forward(bob, hello, both)
    assert done["data"][0]["status"] == 201
