"""POST /v1/conversations/{conversation_id}/read and GET …/receipts."""

import dataclasses

from tests.support.people.people import Person, Workspace


def unread(person: Person) -> int:
    return int(person.get("/v1/unread")["total"])


def test_reading_to_the_end_or_to_a_message(alice: Person, bob: Person, general: str) -> None:
    ids = [bob.send(general)["id"] for _ in range(4)]
    path = f"/v1/conversations/{general}/read"
    read = alice.post(path, {"message_id": ids[1]})
    assert read.status == 200, read.text
    assert read.body == {"conversation_id": general, "read_seq": 2, "unread_count": 2}
    assert unread(alice) == 2
    assert alice.post(path).body == {"conversation_id": general, "read_seq": 4, "unread_count": 0}
    assert unread(alice) == 0


def test_the_pointer_never_goes_back(alice: Person, bob: Person, general: str) -> None:
    ids = [bob.send(general)["id"] for _ in range(3)]
    path = f"/v1/conversations/{general}/read"
    alice.post(path, {"message_id": ids[2]})
    assert alice.post(path, {"message_id": ids[0]})["read_seq"] == 3
    assert alice.get(f"/v1/conversations/{general}")["membership"]["read_seq"] == 3


def test_reading_costs_one_read_and_one_write(alice: Person, bob: Person, general: str) -> None:
    message_id = bob.send(general)["id"]
    path = f"/v1/conversations/{general}/read"
    assert alice.post(path, {"message_id": message_id}).calls.operations == ["GetItem", "UpdateItem"]
    assert alice.post(path).calls.operations == ["GetItem", "UpdateItem"]


def test_what_is_no_message_of_the_conversation_is_not_read(alice: Person, bob: Person, general: str) -> None:
    other = alice.open_group(bob)
    bob.send(general)
    elsewhere = bob.send(other)["id"]
    bob.send(general, "reply", parent_id=f"{general}-1")
    for message_id in (f"{general}-2", elsewhere, f"{general}-1-1", f"{general}-1-7", f"{general}-0", "nonsense"):
        refused = alice.post(f"/v1/conversations/{general}/read", {"message_id": message_id})
        assert (refused.status, refused.code) == (404, "message_not_found")
    assert unread(alice) == 2


def test_a_stranger_learns_nothing_from_message_ids(carol: Person, bob: Person, general: str) -> None:
    message_id = bob.send(general)["id"]
    for asked in (message_id, f"{general}-9", "nonsense"):
        refused = carol.post(f"/v1/conversations/{general}/read", {"message_id": asked})
        assert (refused.status, refused.code) == (404, "conversation_not_found")


def test_a_reply_that_is_shown_is_read_in_its_place(alice: Person, bob: Person, general: str) -> None:
    root = bob.send(general)["id"]
    bob.send(general)
    reply = bob.send(general, "reply", parent_id=root, show_in_conversation=True)["id"]
    bob.send(general)
    assert unread(alice) == 4
    read = alice.post(f"/v1/conversations/{general}/read", {"message_id": reply})
    assert (read["read_seq"], read["unread_count"]) == (3, 1)


def test_a_key_reads_once_and_answers_again(alice: Person, bob: Person, general: str) -> None:
    bob.send(general)
    path = f"/v1/conversations/{general}/read"
    first, second = (alice.post(path, {}, key="k") for _ in range(2))
    assert first.body == second.body
    assert second.headers["Idempotent-Replayed"] == "true"


def test_receipts_show_how_far_each_has_read(acme: Workspace, alice: Person, bob: Person, carol: Person) -> None:
    general = alice.open_group(bob, carol)
    for _ in range(3):
        bob.send(general)
    alice.post(f"/v1/conversations/{general}/read", {"message_id": f"{general}-2"})
    path = f"/v1/conversations/{general}/receipts"
    receipts = {receipt["user_id"]: receipt for receipt in carol.get(path)["data"]}
    assert {user: receipt["read_seq"] for user, receipt in receipts.items()} == {"alice": 2, "bob": 3, "carol": 0}
    fields = {"user_id", "read_seq", "read_at", "delivered_seq", "delivered_at"}
    assert {name for receipt in receipts.values() for name in receipt} == fields
    assert receipts["carol"]["read_at"] is None
    assert receipts["alice"]["read_at"] is not None
    first = carol.get(path, limit=2)
    assert [receipt["user_id"] for receipt in first["data"]] == ["alice", "bob"]
    rest = carol.get(path, limit=2, cursor=first["next_cursor"])
    assert [receipt["user_id"] for receipt in rest["data"]] == ["carol"]


def test_a_tenant_can_hide_receipts(alice: Person, carol: Person, general: str) -> None:
    path = f"/v1/conversations/{general}/receipts"
    settings = {"hide_receipts": True}
    refused = dataclasses.replace(alice, tenant_settings=settings).get(path)
    assert (refused.status, refused.code) == (403, "receipts_hidden")
    stranger = dataclasses.replace(carol, tenant_settings=settings).get(path)
    assert stranger.code == "conversation_not_found"
