"""POST /v1/conversations."""

from collections.abc import Callable
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.messaging.conversations import creating
from parley.messaging.conversations.schemas import CreateConversation
from parley.settings import settings as parley_settings
from parley.tables import dynamodb, keys
from tests.support.faults.dynamodb_faults import faulty, throttled
from tests.support.faults.interleaving import interleave
from tests.support.people.people import Person, Workspace, new_workspace
from tests.support.people.world import own_tables


def test_a_group_belongs_to_whoever_opens_it(alice: Person, bob: Person) -> None:
    opened = alice.post(
        "/v1/conversations",
        {"type": "group", "name": " Lunch ", "members": ["bob", "alice", "bob"], "custom": {"floor": 3}},
    )
    assert opened.status == 201, opened.text
    assert (opened["name"], opened["custom"], opened["member_count"]) == ("Lunch", {"floor": 3}, 2)
    assert opened["membership"]["role"] == "owner"
    assert opened.headers["ETag"] == '"1"'
    assert opened.headers["X-RateLimit-Limit"] == "60"
    theirs = bob.get(f"/v1/conversations/{opened['id']}")
    assert theirs["membership"]["role"] == "member"


def test_members_who_are_no_users_are_named(alice: Person, bob: Person) -> None:
    refused = alice.post("/v1/conversations", {"type": "group", "name": "x", "members": ["bob", "nobody", "noone"]})
    assert (refused.status, refused.code) == (422, "unknown_members")
    assert refused["user_ids"] == ["nobody", "noone"]
    assert alice.get("/v1/conversations")["data"] == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"type": "group", "members": ["bob"]}, ""),
        ({"type": "direct", "members": []}, ""),
        ({"type": "direct", "members": ["bob", "carol"]}, ""),
        ({"type": "direct", "members": ["bob"], "name": "us"}, ""),
        ({"type": "direct", "members": ["alice"]}, "/members"),
        ({"type": "club", "name": "x"}, "/type"),
        ({"type": "group", "name": "x", "custom": {"long": "x" * 6000}}, "/custom"),
        ({"type": "group", "name": "x", "members": [f"u{number}" for number in range(101)]}, "/members"),
        ({"type": "group", "name": "x", "colour": "red"}, "/colour"),
    ],
)
def test_bad_input_is_refused(alice: Person, bob: Person, body: dict[str, object], pointer: str) -> None:
    refused = alice.post("/v1/conversations", body)
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert [error["pointer"] for error in refused["errors"]] == [pointer]


def test_the_same_key_opens_one_group(alice: Person, bob: Person) -> None:
    body = {"type": "group", "name": "once", "members": ["bob"]}
    first, second = (alice.post("/v1/conversations", body, key="k") for _ in range(2))
    assert first.body == second.body
    assert second.headers["Idempotent-Replayed"] == "true"
    refused = alice.post("/v1/conversations", body | {"name": "twice"}, key="k")
    assert (refused.status, refused.code) == (422, "idempotency_key_reused")
    assert len(alice.get("/v1/conversations")["data"]) == 1


def test_a_key_of_long_ago_opens_no_other_conversation(alice: Person, acme: Workspace) -> None:
    body = {"type": "group", "name": "once"}
    first = alice.post("/v1/conversations", body, key="k")
    _forget_the_record(alice)
    again = alice.post("/v1/conversations", body, key="k")
    assert (again.status, again["id"]) == (201, first["id"])
    _forget_the_record(alice)
    refused = alice.post("/v1/conversations", body | {"name": "twice"}, key="k")
    assert (refused.status, refused.code) == (422, "idempotency_key_reused")


def _forget_the_record(person: Person) -> None:
    """What the TTL does after 24 hours."""
    at = keys.idempotency(person.tenant_id, "POST /v1/conversations", person.user_id, "k")
    dynamodb.delete(parley_settings().control_table, at)


def test_a_server_opens_for_a_user_it_names(acme: Workspace, alice: Person, bob: Person) -> None:
    body = {"type": "direct", "members": ["bob"]}
    assert acme.server.post("/v1/conversations", body).code == "acting_user_required"
    opened = acme.server.post("/v1/conversations", body, headers={"X-Acting-User": "alice"})
    assert (opened.status, opened["created_by"]) == (201, "alice")
    assert bob.post("/v1/conversations", {"type": "direct", "members": ["alice"]})["id"] == opened["id"]
    refused = acme.server.post("/v1/conversations", body, headers={"X-Acting-User": "nobody"})
    assert (refused.status, refused.code) == (404, "user_not_found")


def test_more_than_sixty_a_minute_are_too_many(alice: Person, bob: Person) -> None:
    body = {"type": "direct", "members": ["bob"]}
    with patch("parley.clock.now_ms", lambda: 1_800_000_000_000):
        answers = [alice.post("/v1/conversations", body) for _ in range(61)]
        others = bob.post("/v1/conversations", {"type": "direct", "members": ["alice"]})
    assert {answer.status for answer in answers[1:60]} == {200}
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers[:2]] == ["59", "58"]
    refused = answers[60]
    assert (refused.status, refused.code) == (429, "rate_limited")
    assert refused.headers["Retry-After"] == "61"
    assert refused.headers["RateLimit"] == '"conversations";r=0;t=61'
    assert others.status == 200


def test_a_refusal_tells_what_is_left_of_the_limit(alice: Person) -> None:
    refused = alice.post("/v1/conversations", {"type": "direct", "members": ["nobody"]})
    assert (refused.code, refused.headers["X-RateLimit-Remaining"]) == ("unknown_members", "59")


def test_a_hundred_members_are_opened_with(tables: None) -> None:
    with own_tables():
        acme = new_workspace("acme")
        alice = acme.person("alice")
        users = [acme.person(f"user-{number:03d}").user_id for number in range(100)]
        opened = alice.post("/v1/conversations", {"type": "group", "name": "crowd", "members": users})
        assert (opened.status, opened["member_count"]) == (201, 101)
        page = alice.get(f"/v1/conversations/{opened['id']}/members", limit=100)
        rest = alice.get(f"/v1/conversations/{opened['id']}/members", limit=100, cursor=page["next_cursor"])
        assert [member["user_id"] for member in page["data"] + rest["data"]] == ["alice", *users]


def test_a_crash_between_the_members_of_two_transactions_is_made_good_once(acme: Workspace, alice: Person) -> None:
    users = [acme.person(f"user-{number}") for number in range(5)]
    body = {"type": "group", "name": "crowd", "members": [user.user_id for user in users]}
    with patch.object(creating, "FIRST_MEMBERS", 3):
        with faulty(_second("TransactWriteItems")):
            assert alice.post("/v1/conversations", body, key="k").status == 503
        opened = alice.post("/v1/conversations", body, key="k")
        assert (opened.status, opened["member_count"]) == (201, 6)
        path = f"/v1/conversations/{opened['id']}/members"
        assert len(alice.get(path)["data"]) == 6
        assert users[4].delete(f"{path}/user-4").status == 204
        _forget_the_record(alice)
        assert alice.post("/v1/conversations", body, key="k")["member_count"] == 5


def _second(wanted: str) -> Callable[[int, str], Exception | None]:
    """Fail the second call of an operation."""
    seen: list[str] = []

    def fails(_: int, operation: str) -> Exception | None:
        seen.extend([operation] if operation == wanted else [])
        return throttled(operation) if operation == wanted and len(seen) == 2 else None

    return fails


def test_a_direct_conversation_is_one_whoever_opens_it(alice: Person, bob: Person) -> None:
    first = alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]})
    second = bob.post("/v1/conversations", {"type": "direct", "members": ["alice"]})
    assert (first.status, second.status) == (201, 200)
    assert first["id"] == second["id"]
    assert first["membership"]["role"] == second["membership"]["role"] == "member"


def test_who_left_a_direct_conversation_is_back_when_either_opens_it(alice: Person, bob: Person) -> None:
    direct = alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]})["id"]
    bob.send(direct, "bye")
    assert bob.delete(f"/v1/conversations/{direct}/members/bob").status == 204
    assert bob.get(f"/v1/conversations/{direct}")["settings"]["hidden"] == "until_message"
    again = alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]})
    assert (again.status, again["id"], again["member_count"]) == (200, direct, 2)
    assert bob.get("/v1/unread")["total"] == 0
    for person in (alice, bob):
        assert person.delete(f"/v1/conversations/{direct}/members/{person.user_id}").status == 204
    returned = bob.post("/v1/conversations", {"type": "direct", "members": ["alice"]})
    assert (returned["id"], returned["member_count"]) == (direct, 2)
    assert alice.get(f"/v1/conversations/{direct}").status == 200


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schedule=st.lists(st.integers(0, 1), max_size=14), left=st.sampled_from(["new", "alice", "both"]))
def test_a_direct_conversation_opened_by_both_at_once_is_one(tables: None, schedule: list[int], left: str) -> None:
    acme = new_workspace("acme")
    alice, bob = acme.person("alice"), acme.person("bob")
    with_bob, with_alice = (CreateConversation(type="direct", members=[name]) for name in ("bob", "alice"))
    if left != "new":
        direct = alice.post("/v1/conversations", with_bob.model_dump())["id"]
        for person in (alice, bob) if left == "both" else (alice,):
            assert person.delete(f"/v1/conversations/{direct}/members/{person.user_id}").status == 204
    (first, status), (second, other_status) = interleave(
        [
            lambda: creating.do_create(alice.caller, with_bob, idempotency_key=None),
            lambda: creating.do_create(bob.caller, with_alice, idempotency_key=None),
        ],
        schedule,
    )
    assert first.id == second.id
    assert sorted([status, other_status]) == ([200, 201] if left == "new" else [200, 200])
    members = alice.get(f"/v1/conversations/{first.id}/members")["data"]
    assert [member["user_id"] for member in members] == ["alice", "bob"]
    assert alice.get(f"/v1/conversations/{first.id}")["member_count"] == 2
    for person in (alice, bob):
        assert [entry["id"] for entry in person.get("/v1/conversations")["data"]] == [first.id]
