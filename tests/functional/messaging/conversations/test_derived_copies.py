"""What is copied from a message obeys the message's own rule, and names the message itself."""

from typing import Any

import pytest

from tests.support.people.people import Person


def previews(who: Person, conversation_id: str) -> list[Any]:
    """The newest message as the details and the list show it."""
    listed = [each for each in who.get("/v1/conversations")["data"] if each["id"] == conversation_id]
    return [who.get(f"/v1/conversations/{conversation_id}")["last_message"], *(each["last_message"] for each in listed)]


@pytest.fixture
def late(alice: Person, bob: Person, carol: Person) -> str:
    """A group whose history begins for each with their joining; carol has joined after a message and a reply to it."""
    group = alice.open_group(bob, history="joined")
    root = alice.send(group, "before")["id"]
    bob.send(group, "quiet", parent_id=root)
    assert alice.post(f"/v1/conversations/{group}/members", {"user_ids": ["carol"]}).status == 200
    return group


def test_who_has_not_joined_a_channel_sees_no_text_of_it(alice: Person, bob: Person, news: str) -> None:
    alice.send(news, "for members")
    assert previews(bob, news) == [None]
    bob.post(f"/v1/conversations/{news}/members", {"user_ids": ["bob"]})
    assert [each["text"] for each in previews(bob, news)] == ["for members"] * 2


def test_a_newcomer_sees_no_text_from_before_they_joined(alice: Person, carol: Person, late: str) -> None:
    assert previews(carol, late) == [None, None]
    assert [each["text"] for each in previews(alice, late)] == ["before"] * 2
    alice.send(late, "after")
    assert [each["text"] for each in previews(carol, late)] == ["after"] * 2


def test_when_the_newest_message_is_given_back_a_newcomer_sees_nothing_older(
    alice: Person, carol: Person, late: str
) -> None:
    sent = alice.post("/v1/messages", {"conversation_id": late, "text": "after"}, key="k")
    assert alice.post("/v1/messages", {"conversation_id": late, "text": "after"}, key="k").status == 201
    assert [each["id"] for each in previews(carol, late)] == [sent["id"]] * 2


def test_a_reply_shown_in_the_conversation_is_named_by_its_own_id(alice: Person, bob: Person, general: str) -> None:
    root = alice.send(general, "root")["id"]
    bob.send(general, "quiet", parent_id=root)
    reply = bob.send(general, "shown", parent_id=root, show_in_conversation=True)
    for last in previews(alice, general):
        assert (last["id"], last["parent_id"], last["text"]) == (reply["id"], root, "shown")
        assert alice.get(f"/v1/messages/{last['id']}")["text"] == "shown"
        assert alice.get(f"/v1/conversations/{general}/messages", limit=1)["data"][0]["id"] == last["id"]
    top = alice.send(general, "top")
    assert [(each["id"], each["parent_id"]) for each in previews(bob, general)] == [(top["id"], None)] * 2


def test_a_repeated_or_deleted_reply_keeps_its_name(alice: Person, bob: Person, general: str) -> None:
    root = alice.send(general, "root")["id"]
    body = {"conversation_id": general, "text": "shown", "parent_id": root, "show_in_conversation": True}
    reply = bob.post("/v1/messages", body, key="k")
    assert bob.post("/v1/messages", body, key="k")["id"] == reply["id"]
    assert [each["id"] for each in previews(alice, general)] == [reply["id"]] * 2
    bob.put(f"/v1/messages/{reply['id']}", {"text": "edited"})
    assert [(each["id"], each["text"]) for each in previews(alice, general)] == [(reply["id"], "edited")] * 2
    bob.delete(f"/v1/messages/{reply['id']}")
    assert [(each["id"], each["deleted"]) for each in previews(alice, general)] == [(reply["id"], True)] * 2


def test_a_newcomer_opens_what_is_shown_to_them(alice: Person, bob: Person, carol: Person, late: str) -> None:
    """A reply to what was before they came, shown after: it is theirs to read; its thread is not."""
    root = alice.get(f"/v1/conversations/{late}/messages")["data"][0]["id"]
    reply = bob.send(late, "shown", parent_id=root, show_in_conversation=True)
    assert [each["id"] for each in previews(carol, late)] == [reply["id"]] * 2
    assert carol.get(f"/v1/messages/{reply['id']}")["text"] == "shown"
    assert carol.get(f"/v1/messages/{root}").status == carol.get(f"/v1/messages/{root}/replies").status == 404
    quiet = alice.get(f"/v1/messages/{root}/replies")["data"][0]["id"]
    assert carol.get(f"/v1/messages/{quiet}").status == 404
