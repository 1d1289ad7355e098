"""POST /v1/conversations/{conversation_id}/clear: nothing before is shown to whoever cleared it, wherever they look."""

from contextlib import ExitStack
from typing import Any

import pytest

from parley.streams.events import stream_events
from tests.support.dynamodb.change_stream import ChangeStream, changes
from tests.support.dynamodb.meter import metered
from tests.support.faults.interference import before_call
from tests.support.people.listing import listed, preview_of, unread_of
from tests.support.people.people import Person


def clear(who: Person, conversation_id: str, **body: str) -> dict[str, Any]:
    answer = who.post(f"/v1/conversations/{conversation_id}/clear", body)
    assert answer.status == 200, answer.text
    return dict(answer.body)


def seqs(who: Person, conversation_id: str, **query: Any) -> list[int]:
    found = who.get(f"/v1/conversations/{conversation_id}/messages", **query)
    assert found.status == 200, found.text
    return [each["seq"] for each in found["data"]]


def test_nothing_up_to_a_message_is_shown_anywhere(alice: Person, bob: Person, general: str) -> None:
    sent = [bob.send(general, f"number {number}")["id"] for number in range(1, 6)]
    reply = bob.send(general, "a reply", parent_id=sent[0])["id"]
    alice.put(f"/v1/messages/{sent[1]}/pin")
    alice.put(f"/v1/messages/{sent[3]}/pin")
    assert clear(alice, general, message_id=sent[2]) == {
        "conversation_id": general,
        "visible_from": 3,
        "unread_count": 2,
    }
    assert seqs(alice, general) == [5, 4]
    assert seqs(alice, general, order="asc") == [4, 5]
    assert seqs(alice, general, around=sent[4], limit=10) == [5, 4]
    assert seqs(alice, general, before_seq=4) == []
    hidden = [sent[0], sent[2], reply]
    for path in ("", "/replies", "/edits", "/reactions"):
        answers = [alice.get(f"/v1/messages/{each}{path}") for each in hidden]
        assert {(answer.status, answer.code) for answer in answers} == {(404, "message_not_found")}, path
    assert alice.get(f"/v1/conversations/{general}/messages", around=sent[0]).status == 404
    assert [each["id"] for each in alice.get(f"/v1/conversations/{general}/pins")["data"]] == [sent[3]]
    assert alice.post(f"/v1/conversations/{general}/unread", {"message_id": sent[1]}).code == "message_not_found"
    assert alice.send(general, "to an old one", parent_id=sent[0]).code == "parent_not_found"
    assert (unread_of(alice, general), alice.get("/v1/unread")["total"]) == (2, 2)
    assert alice.get(f"/v1/conversations/{general}")["membership"]["visible_from"] == 3


def test_a_shown_reply_to_what_was_cleared_is_pinned_for_whoever_sees_it(
    alice: Person, bob: Person, general: str
) -> None:
    root = bob.send(general, "old")["id"]
    clear(alice, general)
    shown, alone = (
        bob.send(general, "a reply", parent_id=root, show_in_conversation=shown)["id"] for shown in (True, False)
    )
    for message_id in (root, shown, alone):
        assert bob.put(f"/v1/messages/{message_id}/pin").status == 403
        assert alice.put(f"/v1/messages/{message_id}/pin").status == (200 if message_id == shown else 404)
    path = f"/v1/conversations/{general}/pins"
    assert [[each["id"] for each in who.get(path)["data"]] for who in (alice, bob)] == [[shown], [shown]]
    clear(alice, general)
    assert [[each["id"] for each in who.get(path)["data"]] for who in (alice, bob)] == [[], [shown]]


def test_the_others_see_it_as_before_and_are_not_told(alice: Person, bob: Person, general: str) -> None:
    sent = [bob.send(general)["id"], alice.send(general)["id"]]
    bob.send(general)
    path = f"/v1/conversations/{general}"
    before = [bob.get(f"{path}/messages").body, bob.get(f"{path}/receipts").body, bob.get(path).body]
    stream = ChangeStream()
    clear(alice, general)
    assert [bob.get(f"{path}/messages").body, bob.get(f"{path}/receipts").body, bob.get(path).body] == before
    told = [event for change in changes(stream.take()) for event in stream_events(change)]
    assert [(each.type, each.private, each.owner, each.changed) for each in told] == [
        ("member.updated", True, "alice", ("visible_from",))
    ]
    assert bob.get(f"/v1/messages/{sent[1]}").status == 200


def test_to_the_end_and_what_comes_after_is_shown(alice: Person, bob: Person, general: str) -> None:
    for _ in range(3):
        bob.send(general)
    assert clear(alice, general)["unread_count"] == 0
    assert seqs(alice, general) == []
    assert (listed(alice, general)["last_message"], alice.get("/v1/unread")["total"]) == (None, 0)
    bob.send(general, "after")
    assert (seqs(alice, general), preview_of(alice, general)["text"], unread_of(alice, general)) == ([4], "after", 1)


def test_again_and_back_change_nothing(alice: Person, bob: Person, general: str) -> None:
    sent = [bob.send(general)["id"] for _ in range(3)]
    first, stream = clear(alice, general, message_id=sent[1]), ChangeStream()
    with metered() as cost:
        assert clear(alice, general, message_id=sent[1]) == first
    assert (cost.reads, cost.writes) == (1, 1), "a condition that does not hold is a write too"
    assert clear(alice, general, message_id=sent[0]) == first
    assert stream.take() == []
    again = [
        alice.post(f"/v1/conversations/{general}/clear", {"message_id": sent[2]}, key="one").body for _ in range(2)
    ]
    assert again[0] == again[1] == {**first, "visible_from": 3, "unread_count": 0}


def test_what_is_no_message_of_the_conversation_clears_nothing(alice: Person, bob: Person, general: str) -> None:
    other = alice.open_group(bob, name="other")
    foreign = bob.send(other)["id"]
    bob.send(general)
    for message_id in (foreign, f"{general}-9", "nothing"):
        refused = alice.post(f"/v1/conversations/{general}/clear", {"message_id": message_id})
        assert (refused.status, refused.code) == (404, "message_not_found")
    assert seqs(alice, general) == [1]


def test_clearing_an_empty_conversation(alice: Person, general: str) -> None:
    assert clear(alice, general) == {"conversation_id": general, "visible_from": 0, "unread_count": 0}


def test_who_comes_back_sees_what_the_conversation_shows_newcomers(alice: Person, bob: Person, general: str) -> None:
    alice.send(general)
    clear(bob, general)
    bob.delete(f"/v1/conversations/{general}/members/bob")
    alice.post(f"/v1/conversations/{general}/members", {"user_ids": ["bob"]})
    assert seqs(bob, general) == [1]


@pytest.mark.parametrize("history", ["full", "joined"])
@pytest.mark.parametrize("reads", [False, True])
def test_a_join_that_is_being_made_shows_nothing_that_was_cleared(
    alice: Person, bob: Person, carol: Person, history: str, *, reads: bool
) -> None:
    """A message comes before the commit, so the newcomer's numbers are moved after it: they clear just before that."""
    group = alice.open_group(bob, history=history)
    cleared: list[int] = []

    def send_more_and_clear() -> None:
        bob.send(group)
        cleared.append(clear(carol, group)["visible_from"])
        if reads:
            carol.post(f"/v1/conversations/{group}/read")

    with ExitStack() as stack:

        def send() -> None:
            bob.send(group)
            stack.enter_context(before_call("UpdateItem", send_more_and_clear))

        stack.enter_context(before_call("TransactWriteItems", send))
        assert alice.post(f"/v1/conversations/{group}/members", {"user_ids": ["carol"]}).status == 200
    assert cleared == [2]
    assert carol.get(f"/v1/conversations/{group}")["membership"]["visible_from"] == 2
    assert (seqs(carol, group), carol.get("/v1/unread")["total"]) == ([], 0)


def test_a_join_that_is_being_made_shows_nothing_from_before_it_whatever_is_cleared(
    alice: Person, bob: Person, carol: Person
) -> None:
    """Where history is hidden: they clear less than what was sent before the commit, since ids can be guessed."""
    group = alice.open_group(bob, history="joined")
    with ExitStack() as stack:

        def send() -> None:
            first = bob.send(group)["id"]
            bob.send(group)
            stack.enter_context(before_call("UpdateItem", lambda: clear(carol, group, message_id=first)))

        stack.enter_context(before_call("TransactWriteItems", send))
        assert alice.post(f"/v1/conversations/{group}/members", {"user_ids": ["carol"]}).status == 200
    assert (seqs(carol, group), carol.get("/v1/unread")["total"]) == ([], 0)
