"""POST /v1/messages."""

from tests.support.people.people import Person


def test_a_member_sends_and_the_other_reads(alice: Person, bob: Person, general: str) -> None:
    sent = alice.send(general, "hello, bob")
    assert sent.status == 201, sent.text
    assert (sent["seq"], sent["author_id"], sent["text"]) == (1, "alice", "hello, bob")
    assert sent["id"] == f"{general}-1"
    assert sent.headers["ETag"] == '"1"'
    page = bob.get(f"/v1/conversations/{general}/messages")
    assert page.status == 200, page.text
    assert [message["text"] for message in page["data"]] == ["hello, bob"]
    assert page["data"][0] == sent.body


def test_the_same_key_and_body_send_one_message(alice: Person, general: str) -> None:
    body = {"conversation_id": general, "text": "once"}
    first = alice.post("/v1/messages", body, key="k1")
    second = alice.post("/v1/messages", body, key="k1")
    assert (first.status, second.status) == (201, 201)
    assert first.body == second.body
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    alice.send(general, "next")
    page = alice.get(f"/v1/conversations/{general}/messages", order="asc")
    assert [(message["seq"], message["text"]) for message in page["data"]] == [(1, "once"), (3, "next")]
    assert page["void_seqs"] == [2]


def test_a_key_with_another_body_is_refused_and_changes_nothing(alice: Person, general: str) -> None:
    alice.post("/v1/messages", {"conversation_id": general, "text": "one"}, key="k1")
    refused = alice.post("/v1/messages", {"conversation_id": general, "text": "two"}, key="k1")
    assert (refused.status, refused.code) == (422, "idempotency_key_reused")
    page = alice.get(f"/v1/conversations/{general}/messages")
    assert [message["text"] for message in page["data"]] == ["one"]


def test_a_stranger_and_another_tenant_see_the_same_404(carol: Person, mallory: Person, general: str) -> None:
    answers = [person.send(conversation_id) for person in (carol, mallory) for conversation_id in (general, "0" * 26)]
    assert {answer.status for answer in answers} == {404}
    documents = [{name: value for name, value in answer.body.items() if name != "request_id"} for answer in answers]
    assert all(document == documents[0] for document in documents)


def test_a_send_costs_four_writes_and_one_read(alice: Person, general: str) -> None:
    alice.send(general)
    sent = alice.post("/v1/messages", {"conversation_id": general, "text": "x"}, key="k")
    assert sorted(sent.calls.operations) == ["GetItem", "PutItem", "PutItem", "UpdateItem", "UpdateItem", "UpdateItem"]
    assert sent.headers["X-RateLimit-Limit"] == "600"


def test_unknown_fields_and_wrong_types_are_named_by_pointer(alice: Person, general: str) -> None:
    refused = alice.post("/v1/messages", {"conversation_id": general, "text": 5, "colour": "red"})
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert {(error["pointer"], error["code"]) for error in refused["errors"]} == {
        ("/text", "string_type"),
        ("/colour", "unknown_field"),
    }
