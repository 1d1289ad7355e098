"""Messages that mention user groups, wherever a message's fields go."""

from typing import Any

import pytest

from parley import clock
from parley.jobs.export_lines import records_of
from parley.messaging.items import MessageItem
from parley.tables import keys
from parley.tables.keys import Key
from tests.support.dynamodb.meter import metered
from tests.support.people.people import Person, Workspace


def group_of(acme: Workspace, *user_ids: str, handle: str = "team") -> str:
    made = acme.server.post("/v1/user-groups", {"handle": handle, "name": "Team"})
    assert made.status == 201, made.text
    if user_ids:
        acme.server.post(f"/v1/user-groups/{made['id']}/members", {"user_ids": list(user_ids)})
    return str(made["id"])


def groups_of(who: Person, message_id: str) -> list[str]:
    return list(who.get(f"/v1/messages/{message_id}")["mentioned_groups"])


def test_a_message_mentions_the_groups_that_there_are_each_once(
    acme: Workspace, globex: Workspace, alice: Person, bob: Person, general: str
) -> None:
    team, crew = group_of(acme), group_of(acme, handle="crew")
    theirs = group_of(globex)
    sent = alice.send(general, "hello", mentioned_groups=[crew, "0" * 26, team, theirs, crew])
    assert sent["mentioned_groups"] == [crew, team]
    assert groups_of(bob, sent["id"]) == [crew, team]


@pytest.mark.parametrize("groups", [["@team"], ["team"], "team", [None], [f"{each:026}" for each in range(6)]])
def test_what_can_be_no_groups_is_refused(alice: Person, general: str, groups: Any) -> None:
    assert alice.send(general, "hello", mentioned_groups=groups).status == 422
    sent = alice.send(general, "hello")["id"]
    assert alice.put(f"/v1/messages/{sent}", {"mentioned_groups": groups}).status == 422


def test_an_edit_says_which_groups_and_keeps_what_was_said(
    acme: Workspace, alice: Person, bob: Person, general: str
) -> None:
    team, crew = group_of(acme), group_of(acme, handle="crew")
    sent = alice.send(general, "hello", mentioned_groups=[team])["id"]
    edited = alice.put(f"/v1/messages/{sent}", {"text": "hello all"})
    assert edited["mentioned_groups"] == [team]
    acme.server.delete(f"/v1/user-groups/{team}")
    edited = alice.put(f"/v1/messages/{sent}", {"mentioned_groups": [crew, team, "0" * 26]})
    assert edited["mentioned_groups"] == [crew, team], "what it mentions already stays"
    assert bob.put(f"/v1/messages/{sent}", {"mentioned_groups": []}).code == "not_the_author"
    assert alice.put(f"/v1/messages/{sent}", {"mentioned_groups": []})["mentioned_groups"] == []
    edits = alice.get(f"/v1/messages/{sent}/edits")["data"]
    assert [each["mentioned_groups"] for each in sorted(edits, key=lambda each: each["edit"])] == [
        [team],
        [team],
        [crew, team],
    ]


def test_a_tombstone_mentions_nobody(acme: Workspace, alice: Person, bob: Person, general: str) -> None:
    sent = alice.send(general, "hello", mentioned_groups=[group_of(acme)])["id"]
    alice.delete(f"/v1/messages/{sent}")
    assert groups_of(bob, sent) == []


def test_a_repetition_answers_as_the_first_time_and_makes_one(acme: Workspace, alice: Person, general: str) -> None:
    team = group_of(acme)
    body = {"conversation_id": general, "text": "hello", "mentioned_groups": [team, "0" * 26]}
    first, again = (alice.post("/v1/messages", body, key="once") for _ in range(2))
    assert (again["id"], again["mentioned_groups"]) == (first["id"], [team])
    other = {**body, "mentioned_groups": []}
    assert alice.post("/v1/messages", other, key="once").code == "idempotency_key_reused"


def test_batches_and_scheduled_messages_mention_groups_and_drafts_keep_them(
    acme: Workspace, alice: Person, general: str
) -> None:
    team = group_of(acme)
    said = {"conversation_id": general, "text": "hello", "mentioned_groups": [team]}
    sent = acme.server.post("/v1/messages/batch", {"messages": [{**said, "author_id": "alice"}]})["data"][0]
    assert sent["message"]["mentioned_groups"] == [team]
    moment = clock.to_rfc3339(clock.to_datetime(clock.now_ms() + 3_600_000))
    later = alice.post("/v1/scheduled-messages", {"message": said, "send_at": moment})
    assert later["message"]["mentioned_groups"] == [team]
    draft = f"/v1/conversations/{general}/draft"
    assert alice.put(draft, {"text": "@team", "mentioned_groups": [team]})["mentioned_groups"] == [team]
    assert alice.get(draft)["mentioned_groups"] == [team]
    assert alice.put(draft, {"text": "nobody"})["mentioned_groups"] == []


def test_a_forwarded_message_mentions_nobody(acme: Workspace, alice: Person, bob: Person, general: str) -> None:
    other = alice.open_group(bob)
    sent = alice.send(general, "@team", mentioned_groups=[group_of(acme)])["id"]
    copy = alice.post(f"/v1/messages/{sent}/forward", {"conversation_ids": [other]})["data"][0]["message"]
    assert (copy["text"], copy["mentioned_groups"]) == ("@team", [])


def test_an_export_says_which_groups_a_message_mentions(acme: Workspace, alice: Person, general: str) -> None:
    team = group_of(acme)
    sent = alice.send(general, "hello", mentioned_groups=[team])
    at = Key(keys.conversation(acme.tenant_id, general), keys.message_sk(sent["seq"]))
    [record] = records_of(MessageItem.at(at, consistent=True).serialize())  # type: ignore[union-attr]
    assert record["mentioned_groups"] == [team]


def test_a_send_that_mentions_no_group_reads_none(acme: Workspace, alice: Person, general: str) -> None:
    team = group_of(acme)
    alice.send(general, "warm")
    with metered() as none:
        alice.send(general, "hello")
    with metered() as one:
        alice.send(general, "hello", mentioned_groups=[team])
    assert one.reads - none.reads == 0.5
    assert one.writes == none.writes
    assert one.calls - none.calls == 1
