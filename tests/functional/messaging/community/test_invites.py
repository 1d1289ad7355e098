"""Invites: an admin lets users in, who join if they want to, by the same door as everybody."""

from collections.abc import Callable
from typing import Any

import pytest

from parley.ids import DELETED_USER
from parley.jobs.export_lines import own_records_of, records_of
from parley.messaging import erasing
from parley.messaging.erasing import Subject
from parley.messaging.invites.invites import invite_key
from parley.settings import settings
from parley.streams.events import stream_events
from parley.tables import dynamodb, keys
from tests.support.dynamodb.change_stream import ChangeStream, changes
from tests.support.faults.interference import before_call, crash_after
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace


def invite(by: Person, room: str, *who: Person, **fields: Any) -> dict[str, str]:
    answer = by.post(f"/v1/conversations/{room}/invites", {"user_ids": [each.user_id for each in who], **fields})
    assert answer.status == 200, answer.text
    return {each["user_id"]: each["status"] for each in answer["data"]}


def accept(who: Person, room: str) -> Any:
    return who.post(f"/v1/conversations/{room}/invites/accept")


def invited(by: Person, room: str) -> list[str]:
    return [each["user_id"] for each in by.get(f"/v1/conversations/{room}/invites")["data"]]


def own(who: Person) -> list[str]:
    return [each["conversation_id"] for each in who.get("/v1/users/me/invites")["data"]]


def test_who_is_invited_joins_and_the_invite_is_used_up(
    alice: Person, bob: Person, carol: Person, general: str
) -> None:
    bob.send(general, "before")
    assert invite(alice, general, carol) == {"carol": "invited"}
    (mine,) = carol.get("/v1/users/me/invites")["data"]
    assert (mine["conversation_id"], mine["name"], mine["type"], mine["invited_by"]) == (
        general,
        "general",
        "group",
        "alice",
    )
    assert carol.get(f"/v1/conversations/{general}").status == 404, "an invite shows nothing of what is said"
    joined = accept(carol, general)
    assert (joined.status, joined["membership"]["role"], joined["member_count"]) == (200, "member", 3)
    assert carol.get("/v1/unread")["total"] == 0
    assert (own(carol), invited(alice, general)) == ([], [])
    assert carol.delete(f"/v1/conversations/{general}/members/carol").status == 204
    assert accept(carol, general).code == "invite_not_found"


def test_each_user_has_a_result(acme: Workspace, alice: Person, bob: Person, carol: Person, general: str) -> None:
    dave, erin = acme.person("dave"), acme.person("erin")
    assert alice.put(f"/v1/conversations/{general}/bans/dave").status == 200
    assert erin.put("/v1/users/alice/block").status == 204
    ghost = Person(acme.tenant_id, "ghost")
    assert invite(alice, general, bob, carol, dave, erin, ghost, carol) == {
        "bob": "already_member",
        "carol": "invited",
        "dave": "banned",
        "erin": "blocked",
        "ghost": "not_found",
    }
    assert invited(alice, general) == ["carol"]
    assert (own(dave), own(erin)) == ([], [])


def test_an_invite_ends_by_itself_and_holds_anew_when_it_is_repeated(
    alice: Person, carol: Person, general: str, moving_clock: MovingClock
) -> None:
    invite(alice, general, carol, expires_in_seconds=60)
    moving_clock.pass_seconds(60)
    assert (own(carol), invited(alice, general)) == ([], [])
    assert accept(carol, general).code == "invite_not_found"
    invite(alice, general, carol, expires_in_seconds=60)
    moving_clock.pass_seconds(59)
    assert accept(carol, general).status == 200


@pytest.mark.parametrize("by", ["alice", "carol"])
def test_an_invite_is_taken_back_or_declined(alice: Person, carol: Person, general: str, by: str) -> None:
    invite(alice, general, carol)
    path = f"/v1/conversations/{general}/invites/carol"
    who = {"alice": alice, "carol": carol}[by]
    assert [who.delete(path).status for _ in range(2)] == [204, 204]
    assert accept(carol, general).code == "invite_not_found"


def test_nobody_takes_back_the_invite_of_another(
    acme: Workspace, alice: Person, bob: Person, carol: Person, general: str
) -> None:
    invite(alice, general, carol)
    path = f"/v1/conversations/{general}/invites/carol"
    assert bob.delete(path).code == "insufficient_role"
    assert acme.person("dave").delete(path).code == "conversation_not_found"
    assert accept(acme.person("dave"), general).code == "invite_not_found"
    assert accept(carol, general).status == 200


def test_another_tenant_is_told_of_nothing(alice: Person, carol: Person, mallory: Person, general: str) -> None:
    invite(alice, general, carol)
    imposter = Person(mallory.tenant_id, "carol")
    assert accept(imposter, general).code == "invite_not_found"
    assert own(imposter) == []
    assert imposter.delete(f"/v1/conversations/{general}/invites/carol").status == 204
    assert accept(carol, general).status == 200


@pytest.mark.parametrize("happens", ["banned", "archived", "taken back"])
@pytest.mark.parametrize("when", ["before", "during"])
def test_what_keeps_others_from_joining_keeps_the_invited(
    alice: Person, carol: Person, general: str, happens: str, when: str
) -> None:
    invite(alice, general, carol)
    path = f"/v1/conversations/{general}"

    def happen() -> None:
        if happens == "banned":
            assert alice.put(f"{path}/bans/carol").status == 200
        elif happens == "archived":
            assert alice.delete(path).status == 204
        else:
            assert alice.delete(f"{path}/invites/carol").status == 204

    if when == "before":
        happen()
        refused = accept(carol, general)
    else:
        with before_call("TransactWriteItems", happen):
            refused = accept(carol, general)
    codes = {"banned": "banned", "archived": "conversation_archived", "taken back": "invite_not_found"}
    assert refused.code == codes[happens]
    assert carol.get(path).status == 404
    assert own(carol) == ([general] if happens == "banned" else [])


def test_who_joins_by_another_way_meanwhile_is_a_member_once(alice: Person, carol: Person, general: str) -> None:
    invite(alice, general, carol)
    add = lambda: alice.post(f"/v1/conversations/{general}/members", {"user_ids": ["carol"]})  # noqa: E731 - one line
    with before_call("TransactWriteItems", add):
        joined = accept(carol, general)
    assert (joined.status, joined["member_count"]) == (200, 3)
    assert (own(carol), invited(alice, general)) == ([], [])


def test_a_history_that_newcomers_do_not_see_stays_hidden(alice: Person, carol: Person) -> None:
    room = alice.open_group(name="quiet", history="joined")
    alice.send(room, "secret")
    invite(alice, room, carol)
    assert accept(carol, room)["last_message"] is None
    assert carol.get(f"/v1/conversations/{room}/messages")["data"] == []


def test_an_accept_that_died_anywhere_is_completed_by_its_repetition(
    acme: Workspace, alice: Person, general: str
) -> None:
    for calls in range(14):
        guest = acme.person(f"guest-{calls}")
        invite(alice, general, guest)
        with crash_after(calls):
            accept(guest, general)
        assert accept(guest, general).status == 200
        assert own(guest) == []
    assert alice.get(f"/v1/conversations/{general}")["member_count"] == 2 + 14
    assert invited(alice, general) == []


def test_an_admin_who_loses_the_role_meanwhile_invites_nobody(
    alice: Person, bob: Person, carol: Person, general: str
) -> None:
    roles = f"/v1/conversations/{general}/members/bob/role"
    assert alice.put(roles, {"role": "admin"}).status == 200
    with before_call("TransactWriteItems", lambda: alice.put(roles, {"role": "member"})):
        refused = bob.post(f"/v1/conversations/{general}/invites", {"user_ids": ["carol"]})
    assert refused.code == "insufficient_role"
    assert own(carol) == []


def test_nobody_is_invited_to_what_is_archived(alice: Person, carol: Person, general: str) -> None:
    assert alice.delete(f"/v1/conversations/{general}").status == 204
    assert alice.post(f"/v1/conversations/{general}/invites", {"user_ids": ["carol"]}).code == "conversation_archived"


def test_a_hundred_are_invited_at_once(acme: Workspace, alice: Person, general: str) -> None:
    crowd = [acme.person(f"u{number}") for number in range(100)]
    assert set(invite(alice, general, *crowd).values()) == {"invited"}
    assert len(alice.get(f"/v1/conversations/{general}/invites", limit=100)["data"]) == 100
    assert own(crowd[99]) == [general]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"user_ids": []},
        {"user_ids": ["a#b"]},
        {"user_ids": ["carol"], "expires_in_seconds": 59},
        {"user_ids": ["x"], "y": 1},
    ],
)
def test_what_is_no_invite_is_refused(alice: Person, general: str, body: Any) -> None:
    assert alice.post(f"/v1/conversations/{general}/invites", body).status == 422


def test_a_back_end_accepts_for_users_who_exist(acme: Workspace, alice: Person, carol: Person, general: str) -> None:
    back_end = Person(acme.tenant_id, "carol", scope="server")
    invite(alice, general, carol)
    assert accept(back_end, general).status == 200


def test_the_invited_user_alone_is_told(alice: Person, bob: Person, carol: Person, general: str) -> None:
    stream = ChangeStream()
    invite(alice, general, carol)
    invite(alice, general, carol)
    assert accept(carol, general).status == 200
    told = [event for each in changes(stream.take(alice.tenant_id)) for event in stream_events(each)]
    of_invites = [each for each in told if each.type.startswith("invite.")]
    assert [each.type for each in of_invites] == ["invite.created", "invite.created", "invite.removed"]
    assert {(each.owner, each.private, each.conversation_id) for each in of_invites} == {("carol", True, None)}
    assert [each.version for each in of_invites] == sorted(each.version for each in of_invites)


def test_an_erasure_takes_the_invited_and_the_inviter_out(
    acme: Workspace, alice: Person, carol: Person, general: str
) -> None:
    dave = acme.person("dave")
    invite(alice, general, carol, dave)
    at = invite_key(acme.tenant_id, general, "carol")
    raw = dynamodb.get(settings().chat_table, at, consistent=True)
    assert raw is not None
    assert erasing.forget(Subject(acme.tenant_id, "dave", "anonymise"), raw) is None
    assert erasing.forget(Subject(acme.tenant_id, "alice", "anonymise"), raw) == "invites"
    renamed = dynamodb.get(settings().chat_table, at, consistent=True)
    assert renamed is not None
    assert renamed["invited_by"]["S"] == DELETED_USER
    assert [erasing.forget(Subject(acme.tenant_id, "carol", "anonymise"), renamed) for _ in range(2)] == ["invites"] * 2
    assert dynamodb.get(settings().chat_table, at, consistent=True) is None
    note = keys.former_membership_sk(general)
    assert dynamodb.get(settings().chat_table, keys.Key(keys.user(acme.tenant_id, "carol"), note)) is not None


def test_an_export_says_who_is_invited(acme: Workspace, alice: Person, carol: Person, general: str) -> None:
    invite(alice, general, carol)
    raw = dynamodb.get(settings().chat_table, invite_key(acme.tenant_id, general, "carol"), consistent=True)
    assert raw is not None
    (record,) = records_of(raw)
    assert (record["type"], record["user_id"], record["invited_by"]) == ("invite", "carol", "alice")
    assert list(own_records_of(raw, "carol")) == [record]
    assert list(own_records_of(raw, "bob")) == []


def test_the_command_line_invites(carol: Person, general: str, parley: Callable[..., str]) -> None:
    assert "invited" in parley("community", "invite", general, "carol", "nobody")
    assert own(carol) == [general]
