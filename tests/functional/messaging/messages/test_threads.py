"""Thread replies: POST /v1/messages with a parent, GET /v1/messages/{id}/replies."""

import pytest

from tests.support.faults.interference import crash_after
from tests.support.people.clocks import Clock
from tests.support.people.listing import pages_of, preview_of, unread_of
from tests.support.people.people import Person


def test_replies_have_a_sequence_of_their_own_and_count_on_the_root(
    alice: Person, bob: Person, team: str, hello: str
) -> None:
    replies = [bob.send(team, text, parent_id=hello) for text in ("one", "two")]
    assert [(reply.status, reply["seq"], reply["parent_id"]) for reply in replies] == [(201, 1, hello), (201, 2, hello)]
    root = alice.get(f"/v1/messages/{hello}")
    assert (root["reply_count"], root["last_reply_at"]) == (2, replies[1]["created_at"])
    (listed,) = alice.get(f"/v1/conversations/{team}/messages")["data"]
    assert listed == root.body


def test_replies_are_no_unread_messages_unless_they_are_shown(
    alice: Person, bob: Person, dave: Person, team: str, hello: str
) -> None:
    alice.send(team, "quiet", parent_id=hello)
    assert unread_of(dave, team) == 1
    assert preview_of(dave, team)["text"] == "hello"
    shown = alice.send(team, "loud", parent_id=hello, show_in_conversation=True)
    assert unread_of(dave, team) == 2
    assert preview_of(dave, team)["text"] == "loud"
    newest = bob.get(f"/v1/conversations/{team}/messages")["data"][0]
    assert (newest["id"], newest["seq"], newest["text"], newest["show_in_conversation"]) == (
        shown["id"],
        2,
        "loud",
        True,
    )


def test_a_shown_reply_shows_its_edits_and_reactions_in_both_places(
    alice: Person, bob: Person, team: str, hello: str
) -> None:
    reply = bob.send(team, "typo", parent_id=hello, show_in_conversation=True)["id"]
    bob.put(f"/v1/messages/{reply}", {"text": "right"})
    alice.post(f"/v1/messages/{reply}/reactions", {"reaction": "👍"})
    in_conversation = alice.get(f"/v1/conversations/{team}/messages")["data"][0]
    (in_thread,) = alice.get(f"/v1/messages/{hello}/replies")["data"]
    for place in (in_conversation, in_thread):
        assert (place["text"], place["reactions"]) == ("right", {"👍": {"count": 1, "mine": True}})


def test_a_page_of_replies_begins_with_the_oldest(alice: Person, bob: Person, team: str, hello: str) -> None:
    for number in range(1, 8):
        bob.send(team, f"reply {number}", parent_id=hello)
    path = f"/v1/messages/{hello}/replies"
    ascending = [[reply["seq"] for reply in page["data"]] for page in pages_of(alice, path, limit=3)]
    assert ascending == [[1, 2, 3], [4, 5, 6], [7]]
    descending = [[reply["seq"] for reply in page["data"]] for page in pages_of(alice, path, limit=3, order="desc")]
    assert descending == [[7, 6, 5], [4, 3, 2], [1]]


def test_a_message_without_replies_has_an_empty_page(alice: Person, hello: str) -> None:
    page = alice.get(f"/v1/messages/{hello}/replies")
    assert (page.status, page["data"], page["next_cursor"]) == (200, [], None)


def test_the_replies_of_a_deleted_root_stay(alice: Person, bob: Person, team: str, hello: str) -> None:
    bob.send(team, "still here", parent_id=hello)
    alice.delete(f"/v1/messages/{hello}")
    assert [one["text"] for one in alice.get(f"/v1/messages/{hello}/replies")["data"]] == ["still here"]
    refused = bob.send(team, "too late", parent_id=hello)
    assert (refused.status, refused.code) == (422, "parent_not_found")


def test_a_reply_hangs_on_a_message_of_the_same_conversation_one_level_deep(
    alice: Person, bob: Person, team: str, hello: str
) -> None:
    reply = bob.send(team, "one", parent_id=hello)["id"]
    shown = bob.send(team, "two", parent_id=hello, show_in_conversation=True)
    elsewhere = alice.send(alice.open_group(bob), "other")["id"]
    for parent in (reply, elsewhere, f"{team}-99", f"{team}-2", "nonsense", ""):
        refused = bob.send(team, "deep", parent_id=parent)
        assert (refused.status, refused.code) == (422, "parent_not_found"), parent
    assert shown["show_in_conversation"] is True
    assert alice.get(f"/v1/messages/{hello}")["reply_count"] == 2


def test_who_came_later_does_not_reply_to_what_was_before(alice: Person, bob: Person, carol: Person) -> None:
    private = alice.open_group(bob, history="joined")
    old = alice.send(private, "before")["id"]
    alice.post(f"/v1/conversations/{private}/members", {"user_ids": ["carol"]})
    assert carol.send(private, "me too", parent_id=old).code == "parent_not_found"


def test_an_archived_conversation_takes_no_replies(alice: Person, team: str, hello: str) -> None:
    alice.delete(f"/v1/conversations/{team}")
    assert alice.send(team, "late", parent_id=hello).code == "conversation_archived"


@pytest.mark.parametrize("shown", [False, True])
@pytest.mark.parametrize("calls", range(4, 12))
def test_a_reply_whose_sender_died_leaves_the_count_right_once_its_number_settles(
    moved_clock: Clock, alice: Person, bob: Person, team: str, calls: int, *, shown: bool
) -> None:
    root = alice.send(team, "root")["id"]
    with crash_after(calls):
        bob.send(team, "lost", parent_id=root, show_in_conversation=shown)
    moved_clock.pass_seconds(6)
    replies = [one for page in pages_of(alice, f"/v1/messages/{root}/replies") for one in page["data"]]
    alice.get(f"/v1/conversations/{team}/messages")
    if replies:
        assert [one["text"] for one in replies] == ["lost"]
    else:
        assert alice.get(f"/v1/messages/{root}")["reply_count"] == 0
    in_conversation = alice.get(f"/v1/conversations/{team}/messages")["data"]
    assert unread_of(alice, team) == len(in_conversation) - 1
