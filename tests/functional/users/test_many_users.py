"""POST /v1/users/batch: a back end brings its users."""

from typing import Any

import pytest

from parley.settings import settings
from parley.tables import dynamodb, idempotency
from parley.tables.expressions import Update
from parley.users.profiles import user_key
from tests.support.aws.gateway import Answer
from tests.support.dynamodb.change_stream import ChangeStream, changes
from tests.support.faults.interference import before_call, crash_after
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace

BATCH = "/v1/users/batch"
ZOE = {"id": "zoe", "name": "Zoe", "custom": {"plan": "pro"}, "languages": ["sv", "en"], "role": "agent"}


def put(acme: Workspace, *users: dict[str, Any], **options: Any) -> Answer:
    answer = acme.server.post(BATCH, {"users": list(users)}, **options)
    assert answer.status == 200, answer.text
    return answer


def statuses(answer: Answer) -> list[tuple[str, str]]:
    return [(one["id"], one["status"]) for one in answer["data"]]


def test_each_is_put_as_alone_and_told_in_the_order_asked(acme: Workspace, alice: Person) -> None:
    done = put(acme, ZOE, {"id": "alice", "name": "Ally"}, {"id": "alan"}, {"id": "bo", "name": "Bo"})
    assert statuses(done) == [("zoe", "created"), ("alice", "updated"), ("alan", "created"), ("bo", "created")]
    for one in done["data"]:
        assert one["user"] == acme.server.get(f"/v1/users/{one['id']}").body
    assert done["data"][0]["user"] | ZOE == done["data"][0]["user"]
    assert [user["id"] for user in acme.server.get("/v1/users")["data"]] == ["alan", "alice", "bo", "zoe"]


def test_what_is_so_already_is_read_and_not_written(acme: Workspace) -> None:
    put(acme, ZOE, {"id": "bo"})
    again = put(acme, ZOE | {"languages": ["sv", "en", "sv"]}, {"id": "bo", "avatar_url": None, "role": None})
    assert statuses(again) == [("zoe", "unchanged"), ("bo", "unchanged")]
    assert [one["user"]["version"] for one in again["data"]] == [1, 1]
    assert again.calls.operations.count("UpdateItem") == 0


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Zoé"},
        {"custom": {}},
        {"custom": {"plan": True}},
        {"languages": ["en", "sv"]},
        {"languages": None},
        {"role": None},
        {"role": "lead"},
        {"avatar_url": "https://example.com/zoe.png"},
    ],
)
def test_any_difference_is_written(acme: Workspace, change: dict[str, Any]) -> None:
    put(acme, ZOE)
    assert statuses(put(acme, {"id": "zoe"} | change)) == [("zoe", "updated")]
    stored = acme.server.get("/v1/users/zoe").body
    assert stored | ZOE | change == stored


def test_one_and_true_differ(acme: Workspace) -> None:
    put(acme, {"id": "zoe", "custom": {"vip": True}})
    assert statuses(put(acme, {"id": "zoe", "custom": {"vip": 1}})) == [("zoe", "updated")]


def test_a_key_declared_since_is_written_though_nothing_else_has_changed(acme: Workspace) -> None:
    put(acme, ZOE)
    acme.tenant_settings["user_keys"] = ["plan:text"]
    assert statuses(put(acme, ZOE)) == [("zoe", "updated")]
    assert statuses(put(acme, ZOE)) == [("zoe", "unchanged")]


def test_one_that_is_refused_keeps_no_other_back(acme: Workspace) -> None:
    acme.tenant_settings["user_keys"] = ["age:number"]
    acme.person("gone")
    being_erased = Update().set(erasure="JOB")
    dynamodb.update(settings().chat_table, user_key(acme.tenant_id, "gone"), being_erased)
    done = put(acme, {"id": "gone", "name": "x"}, {"id": "zoe", "custom": {"age": "old"}}, {"id": "bo"})
    assert statuses(done) == [("gone", "refused"), ("zoe", "refused"), ("bo", "created")]
    assert [one["code"] for one in done["data"]] == ["user_being_erased", "validation_failed", None]
    assert done["data"][1]["detail"] == "the tenant has declared it as number"
    assert acme.server.put("/v1/users/zoe", {"custom": {"age": "old"}}).body["errors"][0]["pointer"] == "/custom/age"
    assert acme.server.get("/v1/users/zoe").status == 404


def test_an_erased_user_begins_anew(acme: Workspace) -> None:
    acme.person("zoe", "Zoe")
    at = user_key(acme.tenant_id, "zoe")
    dynamodb.update(settings().chat_table, at, Update().set(erased_at=1, erased_version=1).remove("name"))
    done = put(acme, {"id": "zoe"})
    assert (statuses(done), done["data"][0]["user"]["name"]) == ([("zoe", "created")], "zoe")


@pytest.mark.parametrize("calls", range(6))
def test_a_call_that_dies_midway_and_comes_again_makes_nothing_twice(
    acme: Workspace, moving_clock: MovingClock, calls: int
) -> None:
    people = [{"id": f"u{number}", "name": f"User {number}"} for number in range(3)]
    stream = ChangeStream()
    with crash_after(calls):
        assert acme.server.post(BATCH, {"users": people}, key="k").status >= 500
    moving_clock.pass_seconds(idempotency.LEASE_MS / 1000 + 1)
    again = put(acme, *people, key="k")
    assert {status for _, status in statuses(again)} <= {"created", "unchanged"}
    assert [one["user"]["version"] for one in again["data"]] == [1, 1, 1]
    told = [each for each in changes(stream.take()) if each.entity == "user"]
    assert sorted(each.text("user_id") or "" for each in told) == ["u0", "u1", "u2"]
    assert put(acme, *people, key="k").body == again.body


def test_an_answer_that_is_too_large_to_be_kept_keeps_no_repetition_waiting(acme: Workspace) -> None:
    """A hundred users with all that they may have are more than an item holds."""
    people = [{"id": f"u{number}", "custom": {"about": "x" * 5000}} for number in range(100)]
    for some in (people[:40], people[40:80], people[80:]):
        put(acme, *some)
    named = [{"id": one["id"], "name": "Renamed"} for one in people]
    first = put(acme, *named, key="k")
    assert len(first.text) > idempotency.MOST_BYTES
    again = put(acme, *named, key="k")
    assert {status for _, status in statuses(again)} == {"unchanged"}
    assert [one["user"] for one in again["data"]] == [one["user"] for one in first["data"]]
    reused = acme.server.post(BATCH, {"users": named[:1]}, key="k")
    assert (reused.status, reused.code) == (422, "idempotency_key_reused")


def test_of_two_at_once_with_the_same_one_writes(acme: Workspace) -> None:
    with before_call("UpdateItem", lambda: put(acme, ZOE)):
        late = put(acme, ZOE)
    assert (statuses(late), late["data"][0]["user"]["version"]) == ([("zoe", "unchanged")], 1)


def test_a_writer_beside_it_loses_nothing(acme: Workspace) -> None:
    put(acme, ZOE)
    with before_call("UpdateItem", lambda: acme.server.put("/v1/users/zoe", {"avatar_url": "https://a.example/z"})):
        done = put(acme, {"id": "zoe", "name": "Z"})
    assert statuses(done) == [("zoe", "updated")]
    assert (done["data"][0]["user"]["name"], done["data"][0]["user"]["avatar_url"]) == ("Z", "https://a.example/z")


def test_only_the_back_end_may(acme: Workspace, globex: Workspace, alice: Person) -> None:
    assert alice.post(BATCH, {"users": [{"id": "alice"}]}).code == "server_token_required"
    put(globex, {"id": "alice", "name": "Another"})
    assert alice.get("/v1/users/me")["name"] == "Alice"


@pytest.mark.parametrize(
    "users",
    [
        [],
        [{"id": "u"}, {"id": "u", "name": "x"}],
        [{"name": "x"}],
        [{"id": "me#"}],
        [{"id": "u", "name": None}],
        [{"id": "u", "colour": "red"}],
        [{"id": f"u{number}"} for number in range(101)],
    ],
)
def test_a_body_that_does_not_fit_writes_nothing(acme: Workspace, users: list[dict[str, Any]]) -> None:
    refused = acme.server.post(BATCH, {"users": users})
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert acme.server.get("/v1/users")["data"] == []


def test_a_role_is_the_back_ends_to_give(acme: Workspace, alice: Person) -> None:
    assert acme.server.put("/v1/users/alice", {"role": "agent"})["role"] == "agent"
    for body in ({"role": "admin"}, {"role": None}, {"name": "A", "role": "agent"}):
        assert alice.put("/v1/users/me", body).code == "server_token_required"
    assert alice.put("/v1/users/me", {"name": "Ally"})["role"] == "agent"
    assert acme.server.put("/v1/users/alice", {"role": None})["role"] is None
