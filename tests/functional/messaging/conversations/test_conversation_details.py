"""GET, PUT and DELETE /v1/conversations/{conversation_id}, and the caller's own mute."""

from collections.abc import Callable
from unittest.mock import patch

from botocore.exceptions import ClientError

from parley import clock
from parley.messaging.access import details_key
from parley.settings import settings
from parley.tables import dynamodb
from tests.support.faults.dynamodb_faults import faulty
from tests.support.people.people import Person


def test_a_member_sees_the_conversation_and_themselves_in_it(alice: Person, bob: Person, general: str) -> None:
    bob.send(general, "hi")
    seen = alice.get(f"/v1/conversations/{general}")
    assert seen.status == 200
    assert (seen["name"], seen["type"], seen["created_by"], seen["member_count"]) == ("general", "group", "alice", 2)
    assert (seen["membership"]["role"], seen["membership"]["read_seq"]) == ("owner", 0)
    assert (seen["last_message"]["text"], seen["last_message"]["author_id"]) == ("hi", "bob")
    assert seen.calls.operations == ["BatchGetItem", "BatchGetItem"]


def test_a_channel_is_shown_to_every_user_of_its_tenant_and_to_no_other(
    alice: Person, carol: Person, mallory: Person
) -> None:
    news = alice.post("/v1/conversations", {"type": "channel", "name": "news"})["id"]
    assert carol.get(f"/v1/conversations/{news}")["membership"] is None
    assert mallory.get(f"/v1/conversations/{news}").status == 404


def test_what_a_change_names_changes_and_the_rest_stays(alice: Person, bob: Person, general: str) -> None:
    path = f"/v1/conversations/{general}"
    body = {"name": "Lobby", "avatar_url": "https://x.test/a.png", "custom": {"a": [1, {"b": None}]}}
    changed = alice.put(path, body)
    assert changed.status == 200, changed.text
    assert {name: changed[name] for name in body} == body
    assert changed["history"] == "full"
    assert (changed["version"], changed.headers["ETag"]) == (2, '"2"')
    changed = alice.put(path, {"avatar_url": None, "history": "joined"})
    assert (changed["name"], changed["avatar_url"], changed["history"]) == ("Lobby", None, "joined")
    assert changed["custom"] == body["custom"]
    assert alice.put(path, {"custom": {}})["custom"] == {}
    assert bob.get(path)["version"] == 4
    assert bob.get("/v1/conversations")["data"][0]["name"] == "Lobby"


def test_a_stale_change_is_refused_and_changes_nothing(alice: Person, general: str) -> None:
    path = f"/v1/conversations/{general}"
    tag = alice.get(path).headers["ETag"]
    first = alice.put(path, {"name": "first"}, headers={"If-Match": tag})
    second = alice.put(path, {"name": "second"}, headers={"If-Match": tag})
    assert (first.status, second.status, second.code) == (200, 412, "version_conflict")
    assert alice.get(path)["name"] == "first"
    assert alice.get(path)["version"] == first["version"]
    assert alice.put(path, {"name": "third"}, headers={"If-Match": "*"}).status == 200


def test_sending_does_not_make_a_version_stale(alice: Person, general: str) -> None:
    path = f"/v1/conversations/{general}"
    tag = alice.get(path).headers["ETag"]
    alice.send(general)
    assert alice.put(path, {"name": "renamed"}, headers={"If-Match": tag}).status == 200


def test_an_archived_conversation_is_read_and_not_written(alice: Person, bob: Person, general: str) -> None:
    path = f"/v1/conversations/{general}"
    bob.send(general, "last words")
    tag = alice.get(path).headers["ETag"]
    assert alice.delete(path).status == 204
    archived = alice.get(path)
    assert archived["archived_at"] is not None
    assert archived.headers["ETag"] != tag
    assert alice.delete(path).status == 204
    assert alice.get(path).body == archived.body
    refused = bob.send(general)
    assert (refused.status, refused.code) == (409, "conversation_archived")
    assert len(bob.get(f"{path}/messages")["data"]) == 1
    assert alice.post(f"{path}/read")["unread_count"] == 0
    assert alice.put(f"{path}/mute").status == 200


def test_nobody_joins_an_archived_channel(alice: Person, carol: Person) -> None:
    news = alice.post("/v1/conversations", {"type": "channel", "name": "news"})["id"]
    alice.delete(f"/v1/conversations/{news}")
    refused = carol.post(f"/v1/conversations/{news}/members", {"user_ids": ["carol"]})
    assert (refused.status, refused.code) == (409, "conversation_archived")


def test_a_mute_lasts_until_it_is_lifted(alice: Person, bob: Person, general: str) -> None:
    path = f"/v1/conversations/{general}/mute"
    muted = alice.put(path)
    assert (muted.status, muted["muted"], muted["muted_until"]) == (200, True, None)
    assert muted.calls.operations == ["UpdateItem", "GetItem"]
    assert bob.get("/v1/conversations")["data"][0]["muted"] is False
    assert [alice.delete(path).status for _ in range(2)] == [204, 204]
    assert alice.get(f"/v1/conversations/{general}")["membership"]["muted"] is False


def test_a_mute_until_a_moment_ends_then(alice: Person, general: str) -> None:
    path = f"/v1/conversations/{general}/mute"
    now = clock.now_ms()
    until = clock.to_rfc3339(clock.to_datetime(now + 60_000))
    assert alice.put(path, {"until": until})["muted_until"] == until
    with patch.object(clock, "now_ms", lambda: now + 60_001):
        membership = alice.get(f"/v1/conversations/{general}")["membership"]
        assert (membership["muted"], membership["muted_until"]) == (False, None)
    alice.put(path)
    assert alice.get(f"/v1/conversations/{general}")["membership"]["muted_until"] is None


def test_a_send_that_meets_a_change_is_made_after_it(alice: Person, general: str) -> None:
    with faulty(_conflicts(2)) as tried:
        assert alice.send(general).status == 201
    assert tried.count("UpdateItem") > 3
    with faulty(_conflicts(100)):
        refused = alice.send(general)
    assert (refused.status, refused.code, refused.headers["Retry-After"]) == (503, "unavailable", "1")


def _conflicts(times: int) -> Callable[[int, str], Exception | None]:
    """What DynamoDB says of the first writes to an item that is in a transaction."""
    met: list[str] = []

    def fails(_: int, operation: str) -> Exception | None:
        if operation != "UpdateItem" or len(met) == times:
            return None
        met.append(operation)
        return ClientError({"Error": {"Code": "TransactionConflictException"}}, operation)

    return fails


def test_a_conversation_that_is_still_being_made_is_not_there(alice: Person, bob: Person, general: str) -> None:
    """Its members may come before its details, as in an import."""
    dynamodb.delete(settings().chat_table, details_key(alice.tenant_id, general))
    found = bob.get(f"/v1/conversations/{general}")
    assert (found.status, found.code) == (404, "conversation_not_found")
