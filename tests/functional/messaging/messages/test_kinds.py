"""Types of messages, those of a tenant's back end, places, and silent messages."""

import json
from contextlib import ExitStack
from typing import Any

import pytest

from parley.ids import MessageAddress
from parley.messaging.conversations import gaps, previews
from parley.messaging.messages import thread_follows
from parley.streams import list_upkeep
from parley.usage import rollup
from tests.support.dynamodb.change_stream import ChangeStream, changes
from tests.support.faults.interference import before_call
from tests.support.people.listing import preview_of, unread_of
from tests.support.people.people import Person, Workspace


def at_work(server: Person, user_id: str) -> Person:
    """The back end, acting for a user."""
    return Person(server.tenant_id, server.user_id, server.scope, server.tenant_settings, {"X-Acting-User": user_id})


# types
def test_a_type_is_kept_and_a_message_without_one_is_regular(alice: Person, bob: Person, team: str) -> None:
    assert alice.send(team, "hello")["type"] == "regular"
    sent = alice.send(team, "standup in five", type="app.reminder")
    assert bob.get(f"/v1/messages/{sent['id']}")["type"] == "app.reminder"
    edited = alice.put(f"/v1/messages/{sent['id']}", {"text": "standup now"})
    assert edited["type"] == "app.reminder"
    assert alice.delete(f"/v1/messages/{sent['id']}")["type"] == "app.reminder"


@pytest.mark.parametrize("wrong", ["", "App", "1st", "a" * 41, "a b", None, 5])
def test_a_type_is_a_short_name_in_small_letters(alice: Person, team: str, wrong: object) -> None:
    refused = alice.send(team, "hello", type=wrong)
    assert (refused.status, refused.code) == (422, "validation_failed")


# system messages
def test_a_back_end_speaks_for_nobody(alice: Person, bob: Person, acme: Workspace, team: str, hello: str) -> None:
    body = {"conversation_id": team, "text": "Bob, welcome", "type": "system", "mentions": ["bob", "nobody"]}
    first, second = (acme.server.post("/v1/messages", body, key="k") for _ in range(2))
    assert first.status == 201, first.text
    assert (first["author_id"], first["type"], first["mentions"]) == ("_system", "system", ["bob"])
    assert (second["id"], second.headers["Idempotent-Replayed"]) == (first["id"], "true")
    assert preview_of(bob, team)["author_id"] == "_system"
    assert (unread_of(alice, team), unread_of(bob, team)) == (1, 2)
    reply = acme.server.send(team, "and this", type="system", parent_id=hello, quoted_message_id=hello)
    assert (reply.status, reply["quoted_message"]) == (201, None)
    assert bob.get(f"/v1/messages/{reply['id']}")["quoted_message"]["id"] == hello


def test_a_back_end_speaks_as_system_for_a_user(bob: Person, acme: Workspace, team: str) -> None:
    sent = at_work(acme.server, "alice").send(team, "alice added dave", type="system")
    assert (sent["author_id"], sent["type"]) == ("alice", "system")
    assert at_work(acme.server, "nobody").send(team, "x", type="system").status == 404


def test_nobody_else_sends_system_messages_and_a_back_end_nothing_else(
    alice: Person, acme: Workspace, team: str
) -> None:
    refused = alice.send(team, "trust me", type="system")
    assert (refused.status, refused.code) == (403, "server_token_required")
    refused = acme.server.send(team, "hello")
    assert (refused.status, refused.code) == (400, "acting_user_required")


def test_a_back_end_speaks_in_open_conversations_of_its_tenant(
    alice: Person, acme: Workspace, globex: Workspace, team: str
) -> None:
    for server, conversation_id in ((globex.server, team), (acme.server, "0" * 26), (acme.server, "nonsense")):
        assert server.send(conversation_id, "x", type="system").status in {404, 422}
    alice.delete(f"/v1/conversations/{team}")
    assert acme.server.send(team, "x", type="system").code == "conversation_archived"


def test_nobody_follows_a_thread_or_is_active_where_a_back_end_speaks_for_nobody(
    acme: Workspace, team: str, hello: str
) -> None:
    stream = ChangeStream()
    assert acme.server.send(team, "x", type="system", parent_id=hello).status == 201
    root = MessageAddress.parse(hello)
    assert root is not None
    assert thread_follows.followers(acme.tenant_id, root) == []
    assert rollup.roll_up(changes(stream.take(acme.tenant_id))) == []
    today = acme.server.get("/v1/usage")["data"][-1]
    assert (today["messages"], today["active_users"]) == (1, 0)


def test_a_conversation_that_is_archived_meanwhile_takes_no_system_message(
    alice: Person, acme: Workspace, team: str
) -> None:
    with before_call("UpdateItem", lambda: alice.delete(f"/v1/conversations/{team}")):
        refused = acme.server.send(team, "x", type="system")
    assert refused.code == "conversation_archived"


def test_system_messages_are_edited_by_the_back_end_alone_and_deleted_by_admins(
    alice: Person, bob: Person, acme: Workspace, team: str
) -> None:
    of_alice = at_work(acme.server, "alice").send(team, "alice renamed it", type="system")["id"]
    of_nobody = acme.server.send(team, "renamed", type="system")["id"]
    assert alice.put(f"/v1/messages/{of_alice}", {"text": "bob did"}).code == "server_token_required"
    assert at_work(acme.server, "alice").put(f"/v1/messages/{of_alice}", {"text": "alice did"}).status == 200
    assert alice.put(f"/v1/messages/{of_nobody}", {"text": "bob did"}).code == "not_the_author"
    assert bob.delete(f"/v1/messages/{of_nobody}").code == "insufficient_role"
    assert alice.delete(f"/v1/messages/{of_nobody}").status == 200
    assert acme.server.delete(f"/v1/messages/{of_alice}", hard="true").status == 204


# places
def test_a_message_may_be_a_place(alice: Person, bob: Person, team: str) -> None:
    place = {"latitude": 48.137154, "longitude": 11, "name": "Marienplatz", "accuracy": 12.5}
    sent = alice.post("/v1/messages", {"conversation_id": team, "location": place})
    assert sent.status == 201, sent.text
    assert sent["location"] == place
    assert bob.send(team, "where?", quoted_message_id=sent["id"])["quoted_message"]["attachments"] == ["location"]
    assert alice.put(f"/v1/messages/{sent['id']}", {"text": "here", "custom": {"a": 1}})["location"] == place
    assert alice.put(f"/v1/messages/{sent['id']}", {"text": ""})["location"] == place
    assert alice.delete(f"/v1/messages/{sent['id']}")["location"] is None
    assert bob.get(f"/v1/messages/{sent['id']}")["location"] is None


def test_a_list_shows_what_is_left_when_the_newest_is_gone_for_good(acme: Workspace, alice: Person, team: str) -> None:
    place = {"latitude": 48.1, "longitude": 11}
    alice.post("/v1/messages", {"conversation_id": team, "location": place})
    words = alice.send(team, "words")
    assert preview_of(alice, team)["attachments"] == []
    assert acme.server.delete(f"/v1/messages/{words['id']}", hard="true").status == 204
    assert preview_of(alice, team)["attachments"] == ["location"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"latitude": 90.001, "longitude": 0},
        {"latitude": 0, "longitude": -180.1},
        {"latitude": float("nan"), "longitude": 0},
        {"latitude": 0, "longitude": float("inf")},
        {"latitude": "0", "longitude": 0},
        {"latitude": 0},
        {"latitude": 0, "longitude": 0, "accuracy": -1},
        {"latitude": 0, "longitude": 0, "name": ""},
        {"latitude": 0, "longitude": 0, "altitude": 5},
    ],
)
def test_what_is_no_place_on_earth_is_refused(alice: Person, team: str, wrong: dict[str, Any]) -> None:
    refused = alice.send(team, "here", location=json.loads(json.dumps(wrong)))
    assert refused.status in {400, 422}


# silent messages
def test_a_silent_message_is_there_and_unread_for_nobody(alice: Person, bob: Person, team: str, hello: str) -> None:
    sent = alice.send(team, "psst", silent=True)
    assert (sent["silent"], sent["seq"]) == (True, 2)
    assert (unread_of(bob, team), preview_of(bob, team)["id"]) == (1, hello)
    shown = bob.get(f"/v1/conversations/{team}/messages")
    assert ([each["silent"] for each in shown["data"]], shown["void_seqs"]) == ([True, False], [])
    alice.send(team, "loud")
    assert unread_of(bob, team) == 2
    alice.delete(f"/v1/messages/{sent['id']}")
    assert unread_of(bob, team) == 2


def test_a_silent_message_brings_no_conversation_back_and_raises_none(
    alice: Person, bob: Person, dave: Person, team: str, hello: str
) -> None:
    other = alice.open_group(bob, name="other")
    alice.send(other, "newer")
    before = bob.get("/v1/conversations")["data"]
    for who, how in ((bob, "until_message"), (dave, "always")):
        assert who.put(f"/v1/conversations/{team}/settings", {"hidden": how}).status == 200
    assert dave.send(team, "psst", silent=True).status == 201
    assert [each["id"] for each in bob.get("/v1/conversations")["data"]] == [other]
    assert dave.get("/v1/conversations")["data"] == []
    assert bob.put(f"/v1/conversations/{team}/settings", {"hidden": None}).status == 200
    after = bob.get("/v1/conversations")["data"]
    assert [each["last_activity_at"] for each in after] == [each["last_activity_at"] for each in before]


def test_a_thread_reply_is_not_silent(alice: Person, team: str, hello: str) -> None:
    assert alice.send(team, "psst", parent_id=hello, silent=True).code == "validation_failed"


def test_a_silent_send_that_dies_before_it_counts_is_completed(alice: Person, bob: Person, team: str) -> None:
    """By its repetition, by whoever lists or reads, or by the consumer of the change stream."""
    alice.send(team, "first")
    stream = ChangeStream()

    def send_and_die(key: str) -> None:
        with ExitStack() as dying, pytest.MonkeyPatch.context() as patch:
            patch.setattr(gaps, "_record", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
            dying.enter_context(pytest.raises(KeyboardInterrupt))
            alice.post("/v1/messages", {"conversation_id": team, "text": "psst", "silent": True}, key=key)

    send_and_die("k1")
    alice.post("/v1/messages", {"conversation_id": team, "text": "psst", "silent": True}, key="k1")
    assert unread_of(bob, team) == 1
    send_and_die("k2")
    assert [each["unread_count"] for each in bob.get("/v1/conversations")["data"]] == [1]
    send_and_die("k3")
    alice.send(team, "second")
    bob.get(f"/v1/conversations/{team}/messages")
    assert unread_of(bob, team) == 2
    stream.take(alice.tenant_id)
    send_and_die("k4")
    alice.send(team, "third")
    told = changes(stream.take(alice.tenant_id))
    assert unread_of(bob, team) == 4
    assert list_upkeep.apply(told) == []
    assert unread_of(bob, team) == 3
    assert list_upkeep.apply(told) == []
    assert unread_of(bob, team) == 3


def test_after_a_hundred_silent_messages_one_is_shown(
    alice: Person, bob: Person, acme: Workspace, team: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "TAIL_NUMBERS", 3)
    alice.send(team, "first")
    silent = [alice.send(team, f"psst {number}", silent=True)["id"] for number in range(4)]
    last = alice.send(team, "last")["id"]
    assert acme.server.delete(f"/v1/messages/{last}", hard="true").status == 204
    assert preview_of(bob, team)["id"] == silent[0]
    assert unread_of(bob, team) == 1


def test_a_silent_send_costs_one_write_more(alice: Person, team: str) -> None:
    alice.send(team)
    plain, silent = (alice.send(team, "x", silent=silent).calls.operations for silent in (False, True))
    assert sorted(silent) == sorted([*plain, "UpdateItem"])
