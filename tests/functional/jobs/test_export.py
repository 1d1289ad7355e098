"""Exporting a tenant and a user: who may, what is in it and what is not, and what becomes of it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from parley.jobs import export
from parley.jobs.export_lines import records_of
from parley.settings import settings
from parley.tables import attributes, dynamodb, keys
from parley.tables.keys import Key
from tests.functional.jobs.test_erasure import ZOE, erase, live, ok
from tests.support.clients.exports import canonical, export_bucket, fetch, objects
from tests.support.clients.jobs import JobQueues
from tests.support.people.people import Person, Workspace
from tests.support.people.traces import items_of

NOT_EXPORTED = {
    "roster", "gaps", "thread", "revocation", "former_membership", "void", "media_reference", "block", "draft",
    "bookmark", "scheduled_message", "user_mute",
}  # fmt: skip
"""What is Parley's own business, blocks and mutes, which their notes tell, and what is a user's own."""


@pytest.fixture
def bucket(jobs: JobQueues) -> Iterator[str]:
    """A bucket on the session's moto."""
    with export_bucket() as name:
        yield name


@pytest.fixture
def zoe(bucket: str, acme: Workspace) -> Person:
    return acme.person(ZOE, "Zoe Zimmer")


def run(jobs: JobQueues, who: Person, body: dict[str, Any]) -> Any:
    """Ask for an export and give it as it ended."""
    begun = who.post("/v1/exports", body)
    assert (begun.status, begun["status"], begun["files"]) == (202, "queued", []), begun.text
    jobs.run_all()
    ended = who.get(f"/v1/exports/{begun['id']}")
    assert (ended["status"], ended["percent"], ended["failures"]) == ("completed", 100, 0), ended.text
    return ended


def stored_records(tenant_id: str) -> list[dict[str, Any]]:
    """What an export of the tenant should say: all that its items in `chat` do, and its audit log."""
    return [
        record
        for table in (settings().chat_table, settings().audit_table)
        for item in items_of(table, tenant_id)
        if item["entity"]["S"] not in NOT_EXPORTED
        for record in records_of(item)
    ]


def put_tenant(acme: Workspace) -> None:
    now = 1_795_424_400_000
    item = {
        **Key(keys.tenant(acme.tenant_id), keys.TENANT_SK)._asdict(),
        "entity": "tenant",
        "tenant_id": acme.tenant_id,
        "name": "Acme",
        "settings": json.dumps({"pre_send_url": "https://acme.example/secret-path"}),
        "created_at": now,
        "updated_at": now,
        "version": 1,
    }
    dynamodb.put(settings().chat_table, attributes.item(item))


def test_an_export_of_a_tenant_says_all_that_its_items_say_once(
    jobs: JobQueues, acme: Workspace, globex: Workspace, zoe: Person, alice: Person, bob: Person
) -> None:
    put_tenant(acme)
    live(zoe, alice, bob)
    ok(acme.server.put("/v1/conversation-types/support", {"like": "group", "permissions": {"pin": "member"}}))
    ok(alice.post("/v1/conversations", {"type": "group", "declared_type": "support", "name": "help"}))
    ghost = Person(acme.tenant_id, "ghost", tenant_settings=acme.tenant_settings)
    channel = ok(alice.post("/v1/conversations", {"type": "channel", "name": "news"}))["id"]
    ok(ghost.post(f"/v1/conversations/{channel}/members", {"user_ids": ["ghost"]}))
    ok(ghost.put("/v1/users/bob/block"))
    ok(bob.put(f"/v1/conversations/{bob.open_group(zoe)}/bans/{ZOE}", {"reason": "noise"}))
    ok(acme.server.post("/v1/holds", {"conversation_id": channel, "reason": "Matter 17"}))
    globex.person("mallory").open_group()
    ended = run(jobs, acme.server, {})
    manifest, records = fetch(ended)
    assert canonical(records) == canonical(stored_records(acme.tenant_id))
    assert {record["type"] for record in records} >= {
        "tenant", "user", "membership", "block", "user_mute", "conversation", "conversation_details", "message",
        "user_group", "user_group_member", "conversation_types", "hold",
        "reference", "edit", "reactions", "flag", "ban", "pins",
    }  # fmt: skip
    assert (manifest["tenant_id"], manifest["user_id"]) == (acme.tenant_id, None)
    assert globex.tenant_id not in json.dumps(records)
    assert "not sent yet" not in json.dumps(records)
    assert "keep it" not in json.dumps(records)
    assert "never sent" not in json.dumps(records), "what a user has not sent is not the tenant's to read"


def test_announcements_are_in_the_export_of_a_tenant_alone(
    bucket: str, jobs: JobQueues, acme: Workspace, alice: Person
) -> None:
    put_tenant(acme)
    named = {"conversation_ids": [alice.open_group(), "0" * 26]}
    begun = ok(acme.server.post("/v1/announcements", {"message": {"text": "exported"}, "audience": named}))["id"]
    jobs.run_all()
    _, records = fetch(run(jobs, acme.server, {}))
    (record,) = [each for each in records if each["type"] == "announcement"]
    assert (record["announcement_id"], record["status"]) == (begun, "completed")
    assert (record["message"], record["audience"]) == ({"text": "exported"}, {"conversations": 2})
    assert record["done"] == {"sent": 1, "conversation_not_found": 1}
    _, records = fetch(run(jobs, acme.server, {"user_id": "alice"}))
    assert "announcement" not in {each["type"] for each in records}


def test_no_secret_is_in_an_export(jobs: JobQueues, acme: Workspace, zoe: Person, alice: Person, bob: Person) -> None:
    put_tenant(acme)
    live(zoe, alice, bob)
    hook = ok(acme.server.post("/v1/webhooks", {"url": "https://hooks.example.com/secret-path"}))
    for body in ({}, {"user_id": ZOE}):
        _, records = fetch(run(jobs, acme.server, body))
        said = json.dumps(records)
        for secret in (hook["secret"], "secret-path", "token-of-zoes-phone"):
            assert secret not in said


def test_an_export_of_a_user_says_what_they_wrote_and_what_is_known_of_them(
    jobs: JobQueues, acme: Workspace, zoe: Person, alice: Person, bob: Person
) -> None:
    places = live(zoe, alice, bob)
    ok(zoe.put(f"/v1/threads/{places['mine']}/follow"))
    ended = run(jobs, zoe, {})
    _, records = fetch(ended)
    of: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        of.setdefault(record["type"], []).append(record)
    assert [user["user_id"] for user in of["user"]] == [ZOE]
    written = {message["message_id"]: message for message in of["message"]}
    expected = [
        m["message_id"] for m in stored_records(acme.tenant_id) if m["type"] == "message" and m["author_id"] == ZOE
    ]
    assert sorted(written) == sorted(expected)
    assert len(written) == len(of["message"]) == 7
    mine = written[places["mine"]]
    assert mine == {
        "type": "message",
        "message_id": places["mine"],
        "conversation_id": places["group"],
        "seq": 1,
        "author_id": ZOE,
        "text": "second words",
        "created_at": "2026-11-23T09:00:00.000Z",
        "edited_at": mine["edited_at"],
    }
    assert [edit["text"] for edit in of["edit"]] == ["first words"]
    assert [each["reaction"] for each in of["reaction"]] == ["👍"]
    assert [each["reason"] for each in of["flag"]] == ["spam"]
    assert [each["blocked_id"] for each in of["block"]] == ["alice"]
    assert [each["muted_id"] for each in of["user_mute"]] == ["alice"]
    assert [each["user_id"] for each in of["user_group_member"]] == [ZOE]
    assert "user_group" not in of
    assert {each["conversation_id"] for each in of["membership"]} == {places["group"], places["direct"]}
    followed = {each["message_id"]: each for each in of["thread_follow"]}
    assert followed[places["mine"]]["following"]
    assert followed[places["mine"]]["chosen"]
    assert {(each["parent_id"], each["text"]) for each in of["draft"] if "parent_id" in each} == {
        (places["hers"], "nor this")
    }
    assert [each["message"]["text"] for each in of["scheduled_message"]] == ["not sent yet"]
    assert [(each["message_id"], each["note"]) for each in of["bookmark"]] == [(places["hers"], "keep it")]
    assert sorted(each["text"] for each in of["draft"]) == ["never sent", "nor this"]
    assert of["devices"][0]["devices"][0]["device_id"] == "phone"
    assert "hello all" not in json.dumps(records)
    assert ended["user_id"] == ZOE


def test_who_came_back_to_a_conversation_has_it_once(
    jobs: JobQueues, acme: Workspace, zoe: Person, alice: Person, bob: Person
) -> None:
    live(zoe, alice, bob, rejoin=True)
    _, records = fetch(run(jobs, acme.server, {"user_id": ZOE}))
    said = canonical(records)
    assert len(said) == len(set(said))
    assert sum(record["type"] == "message" for record in records) == 7


def test_a_user_exports_themselves_alone(jobs: JobQueues, zoe: Person, alice: Person) -> None:
    assert zoe.post("/v1/exports", {"user_id": "me"})["user_id"] == ZOE
    assert alice.post("/v1/exports", {"user_id": ZOE}).code == "server_token_required"


def test_a_back_end_that_acts_for_a_user_exports_that_user(jobs: JobQueues, acme: Workspace, zoe: Person) -> None:
    acting = Person(acme.tenant_id, "", "server", acme.tenant_settings, {"X-Acting-User": ZOE})
    assert acting.post("/v1/exports", {})["user_id"] == ZOE
    assert acme.server.post("/v1/exports", {"user_id": "me"}).code == "acting_user_required"


def test_an_export_is_there_for_who_may_ask_for_it(
    jobs: JobQueues, acme: Workspace, globex: Workspace, zoe: Person, alice: Person, mallory: Person
) -> None:
    own, whole = zoe.post("/v1/exports", {}), acme.server.post("/v1/exports", {})
    for who, export_, status in (
        (zoe, own, 200),
        (acme.server, own, 200),
        (alice, own, 404),
        (mallory, own, 404),
        (globex.server, own, 404),
        (acme.server, whole, 200),
        (zoe, whole, 404),
        (globex.server, whole, 404),
    ):
        answer = who.get(f"/v1/exports/{export_['id']}")
        assert answer.status == status, (who.user_id, answer.text)
        if status == 404:
            absent = who.get("/v1/exports/nothing")
            assert (answer.code, absent.code) == ("export_not_found", "export_not_found")
    erasure = acme.server.delete("/v1/users/alice")
    assert acme.server.get(f"/v1/exports/{erasure['id']}").code == "export_not_found"


@pytest.mark.parametrize("body", [{"user": "x"}, {"user_id": 7}, {"user_id": "x" * 81}])
def test_a_body_that_does_not_fit_is_refused(jobs: JobQueues, acme: Workspace, body: dict[str, Any]) -> None:
    assert acme.server.post("/v1/exports", body).status == 422


def test_an_id_that_nobody_can_have_is_refused(jobs: JobQueues, acme: Workspace) -> None:
    assert acme.server.post("/v1/exports", {"user_id": "a#b"}).code == "validation_failed"


def test_the_same_key_is_the_same_export(jobs: JobQueues, zoe: Person) -> None:
    first, second = (zoe.post("/v1/exports", {}, key="k") for _ in range(2))
    assert (first.status, second.status, second["id"]) == (202, 202, first["id"])
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(jobs.messages()) == 1


def test_a_user_exports_themselves_five_times_a_day(jobs: JobQueues, zoe: Person, acme: Workspace) -> None:
    for _ in range(5):
        jobs.moved.pass_seconds(1)
        assert zoe.post("/v1/exports", {}).status == 202
    assert zoe.post("/v1/exports", {}).code == "rate_limited"
    assert acme.server.post("/v1/exports", {}).status == 202


def test_an_export_expires(jobs: JobQueues, zoe: Person) -> None:
    ended = run(jobs, zoe, {})
    assert len(ended["files"]) == 2
    jobs.moved.pass_seconds(export.KEPT_MS // 1000)
    assert zoe.get(f"/v1/exports/{ended['id']}")["files"] == []


def test_urls_are_good_for_minutes(jobs: JobQueues, zoe: Person) -> None:
    for file in run(jobs, zoe, {})["files"]:
        assert "X-Amz-Expires=900" in file["url"]
        assert "X-Amz-Signature=" in file["url"]


def test_an_erasure_takes_the_exports_along(
    jobs: JobQueues, acme: Workspace, zoe: Person, alice: Person, bob: Person
) -> None:
    live(zoe, alice, bob)
    run(jobs, zoe, {})
    jobs.moved.pass_seconds(1)
    whole = run(jobs, acme.server, {})
    jobs.moved.pass_seconds(1)
    going_on = zoe.post("/v1/exports", {})
    erasure = erase(jobs, acme)
    assert erasure["status"] == "completed"
    assert {key.split("/")[1] for key in objects()} == {whole["id"]}
    assert acme.server.get(f"/v1/exports/{going_on['id']}")["status"] in {"completed", "failed"}
