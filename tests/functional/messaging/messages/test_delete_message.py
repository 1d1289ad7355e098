"""DELETE /v1/messages/{id}, soft and hard."""

import boto3
import pytest

from parley.errors import MessageDeleted
from parley.messaging.messages import deleting
from parley.messaging.messages.schemas import SendMessage
from parley.messaging.messages.sending import sending
from parley.settings import settings
from parley.tables import dynamodb, keys
from tests.support.dynamodb.meter import metered
from tests.support.faults.dynamodb_faults import faulty
from tests.support.faults.interference import before_call, crash_after
from tests.support.people.listing import preview_of, unread_of
from tests.support.people.people import Person, Workspace


def stored(who: Person, conversation_id: str) -> str:
    """Everything that the tables hold of a conversation, its threads and its sends, as text."""
    found = [
        item
        for table in (settings().chat_table, settings().control_table)
        for page in boto3.client("dynamodb").get_paginator("scan").paginate(TableName=table)
        for item in page["Items"]
        if item["pk"]["S"].startswith(keys.conversation(who.tenant_id, conversation_id))
        or item["pk"]["S"].startswith(f"T#{who.tenant_id}#I#")
    ]
    return str(found)


def test_the_author_leaves_a_tombstone(alice: Person, bob: Person, team: str) -> None:
    message_id = bob.send(team, "a secret", mentions=["alice"], custom={"x": "private"})["id"]
    deleted = bob.delete(f"/v1/messages/{message_id}")
    assert deleted.status == 200, deleted.text
    assert (deleted["text"], deleted["mentions"], deleted["custom"], deleted["version"]) == ("", [], {}, 2)
    assert deleted["deleted_at"] is not None
    assert deleted.body.items() <= alice.get(f"/v1/messages/{message_id}").body.items()
    (shown,) = alice.get(f"/v1/conversations/{team}/messages")["data"]
    assert shown["deleted_at"] == deleted["deleted_at"]
    assert "a secret" not in stored(alice, team)
    assert "private" not in stored(alice, team)


def test_an_admin_deletes_what_others_wrote_and_a_member_does_not(
    alice: Person, bob: Person, dave: Person, team: str
) -> None:
    message_id = bob.send(team, "mine")["id"]
    refused = dave.delete(f"/v1/messages/{message_id}")
    assert (refused.status, refused.code) == (403, "insufficient_role")
    assert alice.get(f"/v1/messages/{message_id}")["text"] == "mine"
    assert alice.put(f"/v1/conversations/{team}/members/dave/role", {"role": "admin"}).status == 200
    assert dave.delete(f"/v1/messages/{message_id}").status == 200


def test_the_other_of_two_does_not_delete(alice: Person, bob: Person) -> None:
    direct = alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]})["id"]
    message_id = alice.send(direct, "mine")["id"]
    assert bob.delete(f"/v1/messages/{message_id}").code == "insufficient_role"


def test_repeating_a_delete_is_answered_alike_and_writes_nothing(alice: Person, hello: str) -> None:
    first = alice.delete(f"/v1/messages/{hello}")
    second = alice.delete(f"/v1/messages/{hello}")
    assert (second.status, second.body) == (200, first.body)
    assert second.calls.operations == ["BatchGetItem"]


def test_a_deleted_message_counts_for_nobody_as_unread(alice: Person, bob: Person, team: str) -> None:
    ids = [alice.send(team, text)["id"] for text in ("one", "two", "three")]
    assert unread_of(bob, team) == 3
    alice.delete(f"/v1/messages/{ids[1]}")
    assert unread_of(bob, team) == 2
    alice.delete(f"/v1/messages/{ids[1]}")
    assert unread_of(bob, team) == 2


def test_the_preview_of_a_deleted_newest_message_is_blank(alice: Person, bob: Person, team: str) -> None:
    older = alice.send(team, "older")["id"]
    newest = alice.send(team, "newest")["id"]
    alice.delete(f"/v1/messages/{older}")
    assert preview_of(bob, team)["text"] == "newest"
    alice.delete(f"/v1/messages/{newest}")
    shown = preview_of(bob, team)
    assert (shown["id"], shown["text"], shown["deleted"]) == (newest, "", True)
    assert "newest" not in stored(alice, team)


@pytest.mark.parametrize("calls", range(4))
def test_a_crash_of_a_delete_is_repaired_by_repeating_it(alice: Person, bob: Person, team: str, calls: int) -> None:
    message_id = alice.send(team, "newest")["id"]
    with crash_after(calls):
        alice.delete(f"/v1/messages/{message_id}")
    assert alice.delete(f"/v1/messages/{message_id}").status == 200
    assert unread_of(bob, team) == 0
    assert preview_of(bob, team)["deleted"] is True
    alice.send(team, "next")
    assert unread_of(bob, team) == 1


@pytest.mark.parametrize("calls", range(4))
def test_a_crash_of_a_delete_is_repaired_by_reading(alice: Person, bob: Person, team: str, calls: int) -> None:
    message_id = alice.send(team, "newest")["id"]
    with crash_after(calls):
        alice.delete(f"/v1/messages/{message_id}")
    (shown,) = bob.get(f"/v1/conversations/{team}/messages")["data"]
    assert unread_of(bob, team) == (0 if shown["deleted_at"] else 1)
    assert preview_of(bob, team)["deleted"] is (shown["deleted_at"] is not None)


def test_two_deletes_at_once_count_once(alice: Person, bob: Person, team: str) -> None:
    ids = [bob.send(team, text)["id"] for text in ("one", "two")]
    with before_call("UpdateItem", lambda: bob.delete(f"/v1/messages/{ids[0]}")):
        assert alice.delete(f"/v1/messages/{ids[0]}").status == 200
    assert unread_of(alice, team) == 1


def test_a_delete_costs_one_and_a_half_reads_and_two_writes(alice: Person, team: str) -> None:
    ids = [alice.send(team, text)["id"] for text in ("older", "newest")]
    for message_id in ids:
        with metered() as cost:
            alice.delete(f"/v1/messages/{message_id}")
        assert (cost.reads, cost.writes) == (1.5, 2)


def test_deleting_a_reply_lowers_the_count_once(alice: Person, bob: Person, team: str, hello: str) -> None:
    replies = [bob.send(team, text, parent_id=hello)["id"] for text in ("one", "two")]
    for _ in range(2):
        assert bob.delete(f"/v1/messages/{replies[1]}").status == 200
        assert alice.get(f"/v1/messages/{hello}")["reply_count"] == 1
    page = alice.get(f"/v1/messages/{hello}/replies")
    assert [(reply["text"], reply["deleted_at"] is None) for reply in page["data"]] == [("one", True), ("", False)]


@pytest.mark.parametrize("calls", range(8))
def test_a_crash_of_the_delete_of_a_shown_reply_is_repaired(
    alice: Person, bob: Person, team: str, hello: str, calls: int
) -> None:
    reply = bob.send(team, "shown", parent_id=hello, show_in_conversation=True)["id"]
    assert unread_of(alice, team) == 1
    with crash_after(calls):
        bob.delete(f"/v1/messages/{reply}")
    assert bob.delete(f"/v1/messages/{reply}").status == 200
    assert alice.get(f"/v1/messages/{hello}")["reply_count"] == 0
    assert unread_of(alice, team) == 0
    shown = preview_of(alice, team)
    assert (shown["text"], shown["deleted"]) == ("", True)
    listed = alice.get(f"/v1/conversations/{team}/messages")["data"][0]
    assert (listed["id"], listed["text"], listed["deleted_at"] is None) == (reply, "", False)


def test_a_deleted_message_is_pinned_no_longer(alice: Person, team: str, hello: str) -> None:
    alice.put(f"/v1/messages/{hello}/pin")
    assert alice.delete(f"/v1/messages/{hello}")["pinned_at"] is None
    assert alice.get(f"/v1/conversations/{team}/pins")["data"] == []
    assert hello.rsplit("-", 1)[1] not in stored(alice, team).partition("'p:")[2][:5]


def test_a_replay_of_a_deleted_send_is_its_first_answer_and_resurrects_nothing(alice: Person, team: str) -> None:
    body = {"conversation_id": team, "text": "once"}
    first = alice.post("/v1/messages", body, key="k")
    alice.delete(f"/v1/messages/{first['id']}")
    again = alice.post("/v1/messages", body, key="k")
    assert (again.status, again["id"]) == (201, first["id"])
    assert alice.get(f"/v1/messages/{first['id']}")["deleted_at"] is not None
    assert [one["text"] for one in alice.get(f"/v1/conversations/{team}/messages")["data"]] == [""]


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_only_a_server_token_erases(alice: Person, bob: Person, hello: str, who: str) -> None:
    refused = {"alice": alice, "bob": bob}[who].delete(f"/v1/messages/{hello}", hard="true")
    assert (refused.status, refused.code) == (403, "server_token_required")
    assert alice.get(f"/v1/messages/{hello}")["text"] == "hello"


def test_another_tenants_back_end_erases_nothing(alice: Person, globex: Workspace, hello: str) -> None:
    assert globex.server.delete(f"/v1/messages/{hello}", hard="true").code == "message_not_found"
    assert globex.server.delete(f"/v1/messages/{hello}").code == "message_not_found"
    assert globex.server.delete("/v1/messages/nothing", hard="true").code == "message_not_found"
    assert alice.get(f"/v1/messages/{hello}")["text"] == "hello"


def rich_message(alice: Person, bob: Person, team: str) -> str:
    """A message with all that may hang on one, said under a key."""
    body = {"conversation_id": team, "text": "first words", "custom": {"x": "first custom"}}
    message_id = str(alice.post("/v1/messages", body, key="the-key")["id"])
    alice.put(f"/v1/messages/{message_id}", {"text": "second words"})
    bob.post(f"/v1/messages/{message_id}/reactions", {"reaction": "🦄"})
    alice.put(f"/v1/messages/{message_id}/pin")
    bob.send(team, "a reply", parent_id=message_id)
    return message_id


def test_the_back_end_erases_all_of_a_message(acme: Workspace, alice: Person, bob: Person, team: str) -> None:
    message_id = rich_message(alice, bob, team)
    for _ in range(2):
        assert acme.server.delete(f"/v1/messages/{message_id}", hard="true").status == 204
        assert alice.get(f"/v1/messages/{message_id}").code == "message_not_found"
        left = stored(alice, team)
        for gone in ("first words", "second words", "first custom", "🦄", "the-key", "p:1", "alice-said"):
            assert gone not in left, gone
        page = alice.get(f"/v1/conversations/{team}/messages")
        assert (page["data"], page["void_seqs"]) == ([], [1])
        assert unread_of(bob, team) == 0
    replies = alice.get(f"/v1/messages/{message_id}/replies")
    assert [reply["text"] for reply in replies["data"]] == ["a reply"]


@pytest.mark.parametrize("calls", range(14))
def test_a_crash_of_an_erasure_is_repaired_by_repeating_it(
    acme: Workspace, alice: Person, bob: Person, team: str, calls: int
) -> None:
    message_id = rich_message(alice, bob, team)
    with crash_after(calls):
        acme.server.delete(f"/v1/messages/{message_id}", hard="true")
    assert acme.server.delete(f"/v1/messages/{message_id}", hard="true").status == 204
    left = stored(alice, team)
    for gone in ("first words", "second words", "first custom", "🦄", "the-key", "p:1"):
        assert gone not in left, gone
    assert unread_of(bob, team) == 0


def test_a_late_repetition_of_the_send_does_not_resurrect_what_was_erased(
    acme: Workspace, alice: Person, team: str
) -> None:
    """The repetition has learnt the first one's number when the message is erased: it finds the place taken."""
    body = SendMessage(conversation_id=team, text="first words")
    message_id = sending.do_send(alice.caller, body, idempotency_key="k").message.id
    puts: list[str] = []

    def erase_before_the_message_is_put(_: int, operation: str) -> None:
        if operation == "PutItem":
            puts.append(operation)
            if len(puts) == 2:
                deleting.do_erase(acme.server.caller, message_id, if_match=None)

    with faulty(erase_before_the_message_is_put), pytest.raises(MessageDeleted):
        sending.do_send(alice.caller, body, idempotency_key="k")
    assert alice.get(f"/v1/messages/{message_id}").code == "message_not_found"
    assert "first words" not in stored(alice, team)


def test_erasing_a_shown_reply_empties_both_places(
    acme: Workspace, alice: Person, bob: Person, team: str, hello: str
) -> None:
    reply = bob.send(team, "shown words", parent_id=hello, show_in_conversation=True)["id"]
    assert acme.server.delete(f"/v1/messages/{reply}", hard="true").status == 204
    assert "shown words" not in stored(alice, team)
    page = alice.get(f"/v1/conversations/{team}/messages")
    assert ([one["text"] for one in page["data"]], page["void_seqs"]) == (["hello"], [2])
    assert alice.get(f"/v1/messages/{hello}/replies").body["void_seqs"] == [1]
    assert alice.get(f"/v1/messages/{hello}")["reply_count"] == 0


def test_the_back_end_deletes_in_an_archived_conversation(
    acme: Workspace, alice: Person, team: str, hello: str
) -> None:
    alice.delete(f"/v1/conversations/{team}")
    acting = {"X-Acting-User": "alice"}
    assert acme.server.delete(f"/v1/messages/{hello}", headers=acting).status == 200
    assert alice.get(f"/v1/messages/{hello}")["deleted_at"] is not None


def test_a_number_that_never_became_a_message_cannot_be_deleted(
    acme: Workspace, alice: Person, team: str, hello: str
) -> None:
    void = f"{team}-2"
    item = {
        **dynamodb.key(keys.Key(keys.conversation(alice.tenant_id, team), keys.message_sk(2))),
        "entity": {"S": "void"},
        "conversation_id": {"S": team},
        "seq": {"N": "2"},
        "void": {"BOOL": True},
        "created_at": {"N": "1"},
        "version": {"N": "1"},
    }
    dynamodb.put(settings().chat_table, item)
    assert alice.delete(f"/v1/messages/{void}").code == "message_not_found"
    assert acme.server.delete(f"/v1/messages/{void}", hard="true").code == "message_not_found"
    assert alice.get(f"/v1/messages/{void}").code == "message_not_found"
    assert alice.put(f"/v1/messages/{void}", {"text": "x"}).code == "message_deleted"
