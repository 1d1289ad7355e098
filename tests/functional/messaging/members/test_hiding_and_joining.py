"""Leaving a direct conversation, which comes back; where a newcomer's reading begins; whom a message may mention."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.messaging.members import members
from parley.messaging.members.schemas import AddMembers
from parley.messaging.messages.schemas import SendMessage
from parley.messaging.messages.sending import sending
from tests.support.faults.interference import before_call
from tests.support.faults.interleaving import interleave
from tests.support.people.people import Person, new_workspace


@pytest.fixture
def direct(alice: Person, bob: Person) -> str:
    opened = alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]})
    bob.send(str(opened["id"]), "hello")
    return str(opened["id"])


def leave(who: Person, conversation_id: str) -> None:
    assert who.delete(f"/v1/conversations/{conversation_id}/members/{who.user_id}").status == 204


def listed(who: Person) -> list[str]:
    return [each["id"] for each in who.get("/v1/conversations")["data"]]


def test_who_leaves_a_direct_conversation_has_it_back_with_the_next_message(
    alice: Person, bob: Person, direct: str
) -> None:
    leave(alice, direct)
    assert (listed(alice), alice.get("/v1/unread")["total"]) == ([], 0)
    assert alice.get(f"/v1/conversations/{direct}")["settings"]["hidden"] == "until_message"
    assert listed(bob) == [direct]
    sent = bob.send(direct, "are you there?")
    assert sent.status == 201
    assert listed(alice) == [direct]
    assert alice.get(f"/v1/conversations/{direct}")["last_message"]["id"] == sent["id"]
    assert alice.get("/v1/unread")["total"] == 2
    assert alice.get(f"/v1/messages/{sent['id']}")["text"] == "are you there?"


def test_hiding_is_not_reading_and_is_told_to_nobody_else(alice: Person, bob: Person, direct: str) -> None:
    before = bob.get(f"/v1/conversations/{direct}/receipts")["data"]
    leave(alice, direct)
    assert bob.get(f"/v1/conversations/{direct}/receipts")["data"] == before
    assert bob.get(f"/v1/conversations/{direct}")["member_count"] == 2


def test_what_is_no_message_does_not_bring_it_back(alice: Person, bob: Person, direct: str) -> None:
    message_id = alice.send(direct, "mine")["id"]
    leave(alice, direct)
    bob.post(f"/v1/messages/{message_id}/reactions", {"reaction": "👍"})
    bob.put(f"/v1/messages/{message_id}/pin")
    bob.post(f"/v1/conversations/{direct}/read", {})
    assert listed(alice) == []
    alice.send(direct, "again")
    assert listed(alice) == [direct]
    leave(alice, direct)
    assert alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]}).status == 200
    assert listed(alice) == [direct]


def test_a_message_sent_while_a_join_is_made_is_from_before_it(alice: Person, bob: Person, carol: Person) -> None:
    group = alice.open_group(bob, history="joined")
    add = {"user_ids": ["carol"]}
    with before_call("TransactWriteItems", lambda: bob.send(group, "just before")):
        assert alice.post(f"/v1/conversations/{group}/members", add).status == 200
    assert carol.get("/v1/unread")["total"] == 0
    assert carol.get(f"/v1/conversations/{group}/messages")["data"] == []
    bob.send(group, "after")
    assert carol.get("/v1/unread")["total"] == 1
    assert [each["text"] for each in carol.get(f"/v1/conversations/{group}/messages")["data"]] == ["after"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schedule=st.lists(st.integers(0, 1), max_size=16), history=st.sampled_from(["full", "joined"]))
def test_whatever_comes_between_who_joins_counts_what_they_see_after_it(
    tables: None, schedule: list[int], history: str
) -> None:
    acme = new_workspace("acme")
    alice, bob, carol = (acme.person(name) for name in ("alice", "bob", "carol"))
    group = alice.open_group(bob, history=history)
    send = SendMessage(conversation_id=group, text="beside")
    interleave(
        [
            lambda: members.do_add(alice.caller, group, AddMembers(user_ids=["carol"])),
            lambda: sending.do_send(bob.caller, send, idempotency_key=None),
        ],
        schedule,
    )
    bob.send(group, "after")
    seen = [each["text"] for each in carol.get(f"/v1/conversations/{group}/messages")["data"]]
    unread = carol.get("/v1/unread")["total"]
    assert seen[0] == "after"
    assert unread in {1, 2}
    assert history == "full" or len(seen) == unread


def test_mentions_are_of_members(alice: Person, bob: Person, carol: Person, mallory: Person, general: str) -> None:
    wanted = ["bob", "carol", "mallory", "nobody", "bob", "alice"]
    sent = alice.send(general, "hello", mentions=wanted)
    assert (sent.status, sent["mentions"]) == (201, ["bob", "alice"])
    edited = alice.put(f"/v1/messages/{sent['id']}", {"mentions": ["carol", "bob"]})
    assert (edited.status, edited["mentions"]) == (200, ["bob"])
    alice.post(f"/v1/conversations/{general}/members", {"user_ids": ["carol"]})
    assert alice.put(f"/v1/messages/{sent['id']}", {"mentions": ["carol", "bob"]})["mentions"] == ["carol", "bob"]
    assert carol.user_id != mallory.user_id


def test_who_was_mentioned_and_left_stays_mentioned_and_a_stranger_still_may_not_send(
    alice: Person, bob: Person, carol: Person, general: str
) -> None:
    sent = alice.send(general, "hello", mentions=["bob"])
    leave(bob, general)
    assert alice.put(f"/v1/messages/{sent['id']}", {"text": "edited", "mentions": ["bob"]})["mentions"] == ["bob"]
    assert alice.send(general, "hello", mentions=["bob"])["mentions"] == []
    assert carol.send(general, "hello", mentions=["alice"]).code == "conversation_not_found"
