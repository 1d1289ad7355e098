"""Deactivating and reactivating users."""

from itertools import permutations

import pytest

from parley.settings import settings
from parley.streams.events import present_now, stream_events
from parley.tables import dynamodb, keys
from parley.tables.expressions import Update
from parley.tables.keys import Key
from parley.users.profiles import user_key
from tests.support.aws.gateway import Answer, path_of
from tests.support.dynamodb.change_stream import ChangeStream, changes
from tests.support.faults.interference import before_call, crash_after
from tests.support.faults.refusals import shown
from tests.support.people.people import Person, Workspace


def turn(acme: Workspace, user_id: str, act: str = "deactivate") -> Answer:
    answer = acme.server.post(f"/v1/users/{user_id}/{act}")
    assert answer.status == 200, answer.text
    return answer


def in_directory(acme: Workspace) -> list[str]:
    return [user["id"] for user in acme.server.get("/v1/users")["data"]]


def test_a_deactivated_user_is_in_no_list_and_stays_who_they_are(acme: Workspace, alice: Person, bob: Person) -> None:
    before = alice.get("/v1/users/bob").body
    gone = turn(acme, "bob")
    assert gone["deactivated_at"] == gone["updated_at"]
    assert gone.body | {name: before[name] for name in ("deactivated_at", "updated_at", "version")} == before
    assert alice.get("/v1/users/bob").body == gone.body
    assert in_directory(acme) == ["alice"]
    back = turn(acme, "bob", "reactivate")
    assert back.body | {name: before[name] for name in ("updated_at", "version")} == before
    assert in_directory(acme) == ["alice", "bob"]


def test_a_repetition_changes_nothing(acme: Workspace, bob: Person) -> None:
    assert turn(acme, "bob", "reactivate")["version"] == 1
    first = turn(acme, "bob")
    assert turn(acme, "bob").body == first.body
    back = turn(acme, "bob", "reactivate")
    assert turn(acme, "bob", "reactivate").body == back.body
    acts = [line["action"] for line in acme.server.get("/v1/audit")["data"]]
    assert acts == ["user.reactivated", "user.deactivated"]


@pytest.mark.parametrize("act", ["deactivate", "reactivate"])
@pytest.mark.parametrize("calls", range(4))
def test_a_crash_leaves_all_of_it_or_nothing(acme: Workspace, bob: Person, act: str, calls: int) -> None:
    if act == "reactivate":
        turn(acme, "bob")
    with crash_after(calls):
        acme.server.post(f"/v1/users/bob/{act}")
    off = acme.server.get("/v1/users/bob")["deactivated_at"] is not None
    assert off == (in_directory(acme) == [])
    at = user_key(acme.tenant_id, "bob")
    assert ("deactivated_at" in stored(Key(at.pk, keys.REVOCATION_SK))) == off
    assert ("paused" in stored(Key(at.pk, keys.PUSH_SK), settings().control_table)) == off
    assert (turn(acme, "bob", act)["deactivated_at"] is not None) == (act == "deactivate")


def stored(at: Key, table: str | None = None) -> dict[str, object]:
    return dict(dynamodb.get(table or settings().chat_table, at, consistent=True) or {})


def test_a_write_at_the_same_time_is_kept_and_lists_nobody(acme: Workspace, bob: Person) -> None:
    with before_call("TransactWriteItems", lambda: acme.server.put("/v1/users/bob", {"name": "Rob"})):
        assert turn(acme, "bob")["name"] == "Rob"
    with before_call("UpdateItem", lambda: turn(acme, "bob", "reactivate")):
        assert acme.server.put("/v1/users/bob", {"name": "Robin"})["deactivated_at"] is None
    assert in_directory(acme) == ["bob"]
    with before_call("UpdateItem", lambda: turn(acme, "bob")):
        assert acme.server.put("/v1/users/bob", {"name": "Bobby"})["deactivated_at"] is not None
    assert in_directory(acme) == []
    assert [user["name"] for user in listed_after(acme)] == ["Bobby"]


def listed_after(acme: Workspace) -> list[dict[str, str]]:
    turn(acme, "bob", "reactivate")
    return list(acme.server.get("/v1/users")["data"])


def test_a_profile_is_changed_while_deactivated_and_not_listed(acme: Workspace, bob: Person) -> None:
    turn(acme, "bob")
    changed = acme.server.put("/v1/users/bob", {"name": "Zed", "role": "agent"})
    assert (changed.status, changed["name"], changed["deactivated_at"] is not None) == (200, "Zed", True)
    stale = acme.server.put("/v1/users/bob", {"name": "x"}, headers={"If-Match": '"1"'})
    assert (stale.status, stale.code) == (412, "version_conflict")
    done = acme.server.post("/v1/users/batch", {"users": [{"id": "bob", "name": "Abe"}, {"id": "zoe"}]})
    assert [one["status"] for one in done["data"]] == ["updated", "created"]
    assert in_directory(acme) == ["zoe"]
    turn(acme, "bob", "reactivate")
    assert in_directory(acme) == ["bob", "zoe"], "by the name of now"


def test_nobody_puts_a_deactivated_user_into_a_conversation(
    acme: Workspace, alice: Person, bob: Person, carol: Person
) -> None:
    room = alice.open_group(carol)
    turn(acme, "bob")
    assert alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]}).code == "unknown_members"
    assert (
        alice.post("/v1/conversations", {"type": "group", "name": "g", "members": ["bob", "carol"]}).code
        == "unknown_members"
    )
    added = alice.post(f"/v1/conversations/{room}/members", {"user_ids": ["bob"]})
    assert [one["status"] for one in added["data"]] == ["not_found"]
    as_bob = acme.server.request(
        "POST", "/v1/conversations", {"type": "group", "name": "g", "members": []}, headers={"X-Acting-User": "bob"}
    )
    assert as_bob.code == "user_not_found"
    turn(acme, "bob", "reactivate")
    assert alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]}).status == 201


def test_what_they_wrote_and_where_they_are_stays(acme: Workspace, alice: Person, bob: Person, general: str) -> None:
    bob.send(general, "I was here")
    turn(acme, "bob")
    assert [m["author_id"] for m in alice.get(f"/v1/conversations/{general}/messages")["data"]] == ["bob"]
    assert {m["user_id"] for m in alice.get(f"/v1/conversations/{general}/members")["data"]} == {"alice", "bob"}
    for path in (f"/v1/conversations/{general}/bans/bob", "/v1/users/bob/block", "/v1/users/bob/mute"):
        assert alice.put(path, {}).status < 300, "who is deactivated can be banned, blocked and muted"


def test_who_is_not_there_or_being_erased_is_not_turned(acme: Workspace, bob: Person, mallory: Person) -> None:
    for act in ("deactivate", "reactivate"):
        answers = [
            shown(acme.server.post(path_of(f"/v1/users/{{user_id}}/{act}", user_id=user_id)), user_id)
            for user_id in ("nobody", "mallory")
        ]
        assert (answers[0][0], answers[0]) == (404, answers[1])
    dynamodb.update(settings().chat_table, user_key(acme.tenant_id, "bob"), Update().set(erasure="JOB"))
    refused = acme.server.post("/v1/users/bob/deactivate")
    assert (refused.status, refused.code, refused["job_id"]) == (409, "user_being_erased", "JOB")


def test_only_the_back_end_may(acme: Workspace, alice: Person, bob: Person) -> None:
    for person in (alice, bob):
        for act in ("deactivate", "reactivate"):
            assert person.post(f"/v1/users/bob/{act}").code == "server_token_required"
    assert in_directory(acme) == ["alice", "bob"]


def test_both_turns_are_told_in_whatever_order_they_come(acme: Workspace, bob: Person) -> None:
    stream = ChangeStream()
    turn(acme, "bob")
    turn(acme, "bob", "reactivate")
    turn(acme, "bob")
    told = [event for change in changes(stream.take()) for event in stream_events(change) if event.entity == "user"]
    assert [event.type for event in told] == ["user.deactivated", "user.reactivated", "user.deactivated"]
    assert len({event.id for event in told}) == 3
    now = stored(user_key(acme.tenant_id, "bob"))
    for order in permutations(told):
        shown_now = [present_now(event, now) for event in order]  # type: ignore[arg-type]
        kept = [event for event in shown_now if event is not None]
        assert {event.type for event in kept} == {"user.deactivated"}, "nothing tells that who is gone is back"
        assert all(event.data["deactivated_at"] is not None for event in kept)
