"""POST /v1/conversations/{conversation_id}/unread: the pointer goes back to just before a message."""

import pytest

from parley.messaging.members import receipts
from tests.support.people.people import Person

FEW = 4


def mark(person: Person, room: str, message_id: str) -> tuple[int, int]:
    marked = person.post(f"/v1/conversations/{room}/unread", {"message_id": message_id})
    assert marked.status == 200, marked.text
    assert marked["conversation_id"] == room
    return int(marked["read_seq"]), int(marked["unread_count"])


def unread(person: Person) -> int:
    return int(person.get("/v1/unread")["total"])


def test_a_message_and_what_came_after_it_are_unread_again(alice: Person, bob: Person, general: str) -> None:
    ids = [str(bob.send(general)["id"]) for _ in range(4)]
    alice.post(f"/v1/conversations/{general}/read")
    assert mark(alice, general, ids[1]) == (1, 3)
    assert unread(alice) == 3
    assert alice.get("/v1/conversations")["data"][0]["unread_count"] == 3
    assert alice.post(f"/v1/conversations/{general}/read")["unread_count"] == 0


def test_it_may_go_forward_too(alice: Person, bob: Person, general: str) -> None:
    ids = [str(bob.send(general)["id"]) for _ in range(4)]
    assert unread(alice) == 4
    assert mark(alice, general, ids[3]) == (3, 1)


def test_own_messages_after_it_are_not_unread(alice: Person, bob: Person, general: str) -> None:
    first = str(bob.send(general)["id"])
    mine = str(alice.send(general)["id"])
    root = str(bob.send(general)["id"])
    alice.send(general, "reply", parent_id=root, show_in_conversation=True)
    assert mark(alice, general, first) == (0, 2)
    assert unread(alice) == 2
    alice.delete(f"/v1/messages/{mine}")
    assert unread(alice) == 2
    alice.post(f"/v1/conversations/{general}/read", {"message_id": root})
    assert unread(alice) == 0


def test_what_one_sends_reads_all_again(alice: Person, bob: Person, general: str) -> None:
    first = str(bob.send(general)["id"])
    mark(alice, general, first)
    alice.send(general)
    assert unread(alice) == 0


def test_the_others_see_it_go_back(alice: Person, bob: Person, general: str) -> None:
    first = str(bob.send(general)["id"])
    alice.post(f"/v1/conversations/{general}/read")
    mark(alice, general, first)
    seen = {one["user_id"]: one["read_seq"] for one in bob.get(f"/v1/conversations/{general}/receipts")["data"]}
    assert seen == {"alice": 0, "bob": 1}


@pytest.mark.parametrize("place", ["{}-9", "{}-0", "{}-1-1", "nonsense", "", "elsewhere"])
def test_what_is_no_message_here_is_not_found(alice: Person, bob: Person, general: str, place: str) -> None:
    bob.send(general)
    elsewhere = str(bob.send(alice.open_group(bob))["id"])
    message_id = elsewhere if place == "elsewhere" else place.format(general)
    refused = alice.post(f"/v1/conversations/{general}/unread", {"message_id": message_id})
    assert (refused.status, refused.code) == (404, "message_not_found")
    assert unread(alice) == 2


def test_what_came_before_a_member_is_not_theirs_to_mark(alice: Person, bob: Person, carol: Person) -> None:
    opened = alice.post("/v1/conversations", {"type": "group", "name": "g", "members": ["bob"], "history": "joined"})
    group = str(opened["id"])
    before, _ = bob.send(group)["id"], alice.post(f"/v1/conversations/{group}/members", {"user_ids": ["carol"]})
    after = bob.send(group)["id"]
    refused = carol.post(f"/v1/conversations/{group}/unread", {"message_id": before})
    assert (refused.status, refused.code) == (404, "message_not_found")
    assert mark(carol, group, str(after)) == (1, 1)


def test_one_far_back_is_refused(alice: Person, bob: Person, general: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipts, "MOST_MARKED_UNREAD", FEW)
    ids = [str(bob.send(general)["id"]) for _ in range(FEW + 1)]
    refused = alice.post(f"/v1/conversations/{general}/unread", {"message_id": ids[0]})
    assert (refused.status, refused.code) == (422, "message_too_old")
    assert mark(alice, general, ids[1]) == (1, FEW)


def test_a_key_marks_once_and_answers_again(alice: Person, bob: Person, general: str) -> None:
    body = {"message_id": bob.send(general)["id"]}
    path = f"/v1/conversations/{general}/unread"
    first = alice.post(path, body, key="k")
    alice.post(f"/v1/conversations/{general}/read")
    second = alice.post(path, body, key="k")
    assert first.body == second.body
    assert second.headers["Idempotent-Replayed"] == "true"
    assert unread(alice) == 0


def test_a_send_between_the_reads_and_the_write_is_not_lost(
    alice: Person, bob: Person, general: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, real = str(bob.send(general)["id"]), receipts._own_after

    def send_first(*arguments: object) -> set[int]:
        monkeypatch.setattr(receipts, "_own_after", real)
        found = real(*arguments)  # type: ignore[arg-type]
        alice.send(general)
        return found

    monkeypatch.setattr(receipts, "_own_after", send_first)
    assert mark(alice, general, first) == (0, 1)
    assert unread(alice) == 1
