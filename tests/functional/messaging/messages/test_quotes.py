"""`quoted_message_id`: a message shows another one of its conversation, as that is now, to whoever may see it."""

from typing import Any

import pytest

from tests.support.dynamodb.meter import metered
from tests.support.faults.interference import before_call
from tests.support.people.people import Person


def quote_of(who: Person, message_id: str) -> Any:
    found = who.get(f"/v1/messages/{message_id}")
    assert found.status == 200, found.text
    return found["quoted_message"]


def send_quote(who: Person, conversation_id: str, quoted: str, **fields: Any) -> str:
    sent = who.send(conversation_id, "so it is", quoted_message_id=quoted, **fields)
    assert sent.status == 201, sent.text
    return str(sent["id"])


def pages(who: Person, conversation_id: str) -> list[Any]:
    return list(who.get(f"/v1/conversations/{conversation_id}/messages", order="asc")["data"])


def test_a_quote_shows_wherever_the_message_does(alice: Person, bob: Person, dave: Person, team: str) -> None:
    said = bob.send(team, "é" * 200)
    sent = alice.send(team, "so it is", quoted_message_id=said["id"])
    assert sent.status == 201, sent.text
    quoted = {
        "id": said["id"],
        "author_id": "bob",
        "text": "é" * 80,
        "attachments": [],
        "created_at": said["created_at"],
        "edited_at": None,
        "deleted_at": None,
        "version": 1,
    }
    assert (sent["quoted_message_id"], sent["quoted_message"]) == (said["id"], quoted)
    assert quote_of(dave, sent["id"]) == quoted
    assert [each["quoted_message"] for each in pages(dave, team)] == [None, quoted]
    assert alice.put(f"/v1/messages/{sent['id']}", {"text": "so be it"})["quoted_message"] == quoted
    assert alice.put(f"/v1/messages/{sent['id']}/pin")["quoted_message"] == quoted
    assert dave.get(f"/v1/conversations/{team}/pins")["data"][0]["quoted_message"] == quoted


def test_a_reply_quotes_and_is_quoted(alice: Person, bob: Person, team: str, hello: str) -> None:
    reply = bob.send(team, "a reply", parent_id=hello)["id"]
    other = send_quote(alice, team, reply, parent_id=hello, show_in_conversation=True)
    assert [each["quoted_message_id"] for each in bob.get(f"/v1/messages/{hello}/replies")["data"]] == [None, reply]
    assert pages(bob, team)[-1]["quoted_message"]["text"] == "a reply"
    assert quote_of(bob, send_quote(bob, team, other))["id"] == other


def test_a_quote_follows_edits_and_deletes(alice: Person, bob: Person, team: str, hello: str) -> None:
    quoting = send_quote(bob, team, hello)
    alice.put(f"/v1/messages/{hello}", {"text": "hello, all"})
    edited = quote_of(bob, quoting)
    assert (edited["text"], edited["version"], edited["edited_at"] is None) == ("hello, all", 2, False)
    alice.delete(f"/v1/messages/{hello}")
    gone = quote_of(bob, quoting)
    assert (gone["text"], gone["deleted_at"] is None) == ("", False)


def test_what_is_gone_for_good_leaves_that_something_was_quoted(
    alice: Person, bob: Person, team: str, hello: str
) -> None:
    quoting = send_quote(bob, team, hello)
    server = Person(alice.tenant_id, "", scope="server", tenant_settings=alice.tenant_settings)
    assert server.delete(f"/v1/messages/{hello}", hard="true").status == 204
    found = bob.get(f"/v1/messages/{quoting}")
    assert (found["quoted_message_id"], found["quoted_message"]) == (hello, None)


def test_a_tombstone_quotes_nothing(bob: Person, team: str, hello: str) -> None:
    quoting = send_quote(bob, team, hello)
    deleted = bob.delete(f"/v1/messages/{quoting}")
    assert (deleted["quoted_message_id"], deleted["quoted_message"]) == (None, None)
    assert bob.get(f"/v1/messages/{quoting}")["quoted_message_id"] is None


def test_only_what_the_sender_sees_in_the_same_conversation_is_quoted(
    alice: Person, bob: Person, team: str, hello: str
) -> None:
    other = alice.open_group(name="other")
    elsewhere = alice.send(other, "elsewhere")["id"]
    deleted = alice.send(team, "deleted")["id"]
    alice.delete(f"/v1/messages/{deleted}")
    shown = alice.send(team, "shown", parent_id=hello, show_in_conversation=True)
    place = f"{team}-{shown['seq'] + 2}"
    for quoted in (elsewhere, deleted, f"{team}-99", f"{team}-1-9", "nonsense", place):
        refused = bob.send(team, "so it is", quoted_message_id=quoted)
        assert (refused.status, refused.code) == (422, "quoted_message_not_found"), quoted
    assert [each["quoted_message_id"] for each in pages(bob, team)] == [None] * 3


def test_a_quote_of_what_somebody_does_not_see_tells_them_nothing_of_it(
    alice: Person, bob: Person, dave: Person, acme: Any
) -> None:
    team = alice.open_group(bob, dave, name="team", history="joined")
    secret = alice.send(team, "before carol came")["id"]
    carol = acme.person("carol")
    alice.post(f"/v1/conversations/{team}/members", {"user_ids": ["carol"]})
    assert dave.post(f"/v1/conversations/{team}/clear", {}).status == 200
    quoting = send_quote(bob, team, secret)
    assert quote_of(alice, quoting)["text"] == "before carol came"
    for who in (carol, dave):
        assert quote_of(who, quoting) is None
        assert [each["quoted_message"] for each in pages(who, team)] == [None]
        refused = who.send(team, "which?", quoted_message_id=secret)
        assert refused.code == "quoted_message_not_found"


def test_a_repetition_quotes_what_has_been_deleted_since(alice: Person, bob: Person, team: str, hello: str) -> None:
    body = {"conversation_id": team, "text": "so it is", "quoted_message_id": hello}
    first = bob.post("/v1/messages", body, key="k")
    alice.delete(f"/v1/messages/{hello}")
    second = bob.post("/v1/messages", body, key="k")
    assert (second.status, second["id"], second["quoted_message"]["text"]) == (201, first["id"], "")
    other = bob.post("/v1/messages", {**body, "quoted_message_id": None}, key="k")
    assert other.code == "idempotency_key_reused"


def test_a_message_that_is_deleted_while_it_is_being_quoted_shows_as_deleted(
    alice: Person, bob: Person, team: str, hello: str
) -> None:
    with before_call("PutItem", lambda: alice.delete(f"/v1/messages/{hello}")):
        quoting = send_quote(bob, team, hello)
    assert quote_of(bob, quoting)["text"] == ""


@pytest.mark.usefixtures("hello")
def test_a_page_without_quotes_costs_what_it_did_and_one_of_fifty_a_read_for_each(
    alice: Person, bob: Person, team: str
) -> None:
    said = [alice.send(team, f"number {number}")["id"] for number in range(50)]
    with metered() as plain:
        bob.get(f"/v1/conversations/{team}/messages", limit=50)
    for each in said:
        send_quote(bob, team, each)
    with metered() as quoting:
        page = bob.get(f"/v1/conversations/{team}/messages", limit=50)
    assert [each["quoted_message"]["id"] for each in page["data"]] == said[::-1]
    assert (plain.reads <= 6, plain.round_trips) == (True, 2)
    assert quoting.reads - plain.reads <= 51 + 3
    assert quoting.round_trips == 3
