"""Mutes of users: nothing of theirs is pushed, and all else stays as it was."""

from typing import Any

import pytest

from parley import clock
from parley.jobs.export_lines import records_of
from parley.messaging.members.user_mutes import mute_places
from parley.settings import settings
from parley.tables import dynamodb
from tests.support.faults.interference import crash_after
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace


def mute(who: Person, user_id: str, **body: Any) -> Any:
    return who.put(f"/v1/users/{user_id}/mute", body)


def muted(who: Person) -> list[str]:
    return [each["user_id"] for each in who.get("/v1/users/me/mutes")["data"]]


def test_a_mute_is_listed_until_it_is_taken_back(alice: Person, bob: Person, carol: Person) -> None:
    answer = mute(alice, "bob")
    assert (answer.status, answer["user_id"], answer["until"]) == (200, "bob", None)
    mute(alice, "carol")
    assert (muted(alice), muted(bob)) == (["bob", "carol"], [])
    assert [alice.delete("/v1/users/bob/mute").status for _ in range(2)] == [204, 204]
    assert muted(alice) == ["carol"]


def test_a_mute_ends_by_itself_and_what_is_said_last_holds(
    alice: Person, bob: Person, moving_clock: MovingClock
) -> None:
    first = mute(alice, "bob", until="2099-01-01T00:00:00.000Z")
    assert first["until"] == "2099-01-01T00:00:00.000Z"
    again = mute(alice, "bob")
    assert (again["until"], again["created_at"]) == (None, first["created_at"])
    mute(alice, "bob", until="2099-01-01T00:00:00.000Z")
    moving_clock.pass_seconds(100 * 366 * 86_400)
    assert muted(alice) == []


def test_a_mute_after_one_that_has_ended_begins_anew(alice: Person, bob: Person, moving_clock: MovingClock) -> None:
    moment = clock.to_rfc3339(clock.to_datetime(clock.now_ms() + 60_000))
    first = mute(alice, "bob", until=moment)
    moving_clock.pass_seconds(61)
    again = mute(alice, "bob")
    assert again["created_at"] > first["created_at"]
    assert muted(alice) == ["bob"]


def test_a_page_of_ended_mutes_leads_on_to_those_that_hold(
    acme: Workspace, alice: Person, moving_clock: MovingClock
) -> None:
    moment = clock.to_rfc3339(clock.to_datetime(clock.now_ms() + 60_000))
    names = [acme.person(f"user{number}").user_id for number in range(4)]
    for name in names[:3]:
        mute(alice, name, until=moment)
    mute(alice, names[3])
    moving_clock.pass_seconds(61)
    first = alice.get("/v1/users/me/mutes", limit=2)
    assert first["data"] == []
    second = alice.get("/v1/users/me/mutes", limit=2, cursor=first["next_cursor"])
    assert [each["user_id"] for each in second["data"]] == [names[3]]
    assert second["next_cursor"] is None


def test_a_back_end_mutes_for_a_user_and_not_for_itself(acme: Workspace, alice: Person, bob: Person) -> None:
    assert acme.server.put("/v1/users/bob/mute", {}).code == "acting_user_required"
    assert acme.server.get("/v1/users/me/mutes").status == 400


def test_what_cannot_be_muted_is_refused(acme: Workspace, alice: Person, bob: Person, mallory: Person) -> None:
    assert mute(alice, "alice").code == "not_on_oneself"
    assert mute(alice, "nobody").code == "user_not_found"
    assert mute(mallory, "bob").code == "user_not_found"
    assert mute(alice, "bob", until="2020-01-01T00:00:00.000Z").status == 422
    assert mute(alice, "bob", until="soon").status == 422
    assert mute(alice, "bob", forever=True).status == 422
    assert muted(alice) == []


def test_a_muted_user_is_read_and_counted_as_before(alice: Person, bob: Person, general: str) -> None:
    mute(alice, "bob")
    assert bob.send(general, "hello").status == 201
    assert alice.get("/v1/unread")["total"] == 1
    assert alice.get(f"/v1/conversations/{general}/messages")["data"][0]["text"] == "hello"


@pytest.mark.parametrize("act", ["PUT", "DELETE"])
def test_a_crash_leaves_a_mute_on_both_sides_or_neither(acme: Workspace, alice: Person, bob: Person, act: str) -> None:
    for calls in range(6):
        with crash_after(calls):
            alice.request(act, "/v1/users/bob/mute")
        there = [
            dynamodb.get(settings().chat_table, at, consistent=True) is not None
            for at in mute_places(acme.tenant_id, "alice", "bob")
        ]
        assert len(set(there)) == 1
        alice.request("PUT" if act == "DELETE" else "DELETE", "/v1/users/bob/mute")


def test_an_export_knows_of_it_from_both_sides(acme: Workspace, alice: Person, bob: Person) -> None:
    mute(alice, "bob", until="2099-01-01T00:00:00.000Z")
    told = [
        record
        for at in mute_places(acme.tenant_id, "alice", "bob")
        for record in records_of(dynamodb.get(settings().chat_table, at, consistent=True) or {})
    ]
    assert told[0] == told[1]
    assert (told[0]["user_id"], told[0]["muted_id"]) == ("alice", "bob")
    assert told[0]["muted_until"] == "2099-01-01T00:00:00.000Z"
