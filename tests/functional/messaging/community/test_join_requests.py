"""Join requests: who wants to join asks, and an admin lets them in or does not."""

from collections.abc import Callable
from typing import Any

import pytest

from parley.ids import DELETED_USER
from parley.jobs.export_lines import own_records_of, records_of
from parley.messaging import erasing
from parley.messaging.erasing import Subject
from parley.messaging.invites.requests import request_key
from parley.settings import settings
from parley.tables import dynamodb
from tests.support.faults.interference import before_call, crash_after
from tests.support.people.people import Person, Workspace


@pytest.fixture
def club(alice: Person, bob: Person) -> str:
    """A group of alice and bob that takes requests."""
    room = alice.open_group(bob, name="club")
    assert alice.put(f"/v1/conversations/{room}", {"join_requests": True})["join_requests"] is True
    return room


@pytest.fixture
def news(alice: Person, bob: Person) -> str:
    """A channel of alice's whose admins let people in; bob joined before."""
    channel = str(alice.post("/v1/conversations", {"type": "channel", "name": "news"})["id"])
    assert join(bob, channel)["data"][0]["status"] == "added"
    assert alice.put(f"/v1/conversations/{channel}", {"join_requests": True}).status == 200
    return channel


def join(who: Person, room: str) -> Any:
    return who.post(f"/v1/conversations/{room}/members", {"user_ids": [who.user_id]})


def ask(who: Person, room: str, text: str | None = None) -> Any:
    return who.post(f"/v1/conversations/{room}/join-requests", {"text": text})


def approve(by: Person, room: str, who: str = "carol") -> Any:
    return by.post(f"/v1/conversations/{room}/join-requests/{who}/approve")


def asking(by: Person, room: str) -> list[str]:
    return [each["user_id"] for each in by.get(f"/v1/conversations/{room}/join-requests")["data"]]


def asked(who: Person) -> list[str]:
    return [each["conversation_id"] for each in who.get("/v1/users/me/join-requests")["data"]]


def test_who_asks_is_let_in(alice: Person, carol: Person, club: str) -> None:
    request = ask(carol, club, "I play the viola")
    assert (request.status, request["text"], request["user_id"]) == (201, "I play the viola", "carol")
    assert (asking(alice, club), asked(carol)) == (["carol"], [club])
    assert carol.get(f"/v1/conversations/{club}").status == 404, "who asks sees nothing yet"
    assert approve(alice, club).body == {"user_id": "carol", "status": "added"}
    assert carol.get(f"/v1/conversations/{club}")["membership"]["role"] == "member"
    assert (asking(alice, club), asked(carol)) == ([], [])
    assert approve(alice, club).body == {"user_id": "carol", "status": "already_member"}
    assert ask(carol, club).code == "already_a_member"


def test_who_asks_reads_what_it_is_called_as_long_as_it_takes_requests(alice: Person, carol: Person, club: str) -> None:
    path = f"/v1/conversations/{club}"
    name = alice.get(path)["name"]
    request = ask(carol, club)
    assert (request["name"], request["type"], ask(carol, club)["name"]) == (name, "group", name)
    alice.put(path, {"name": "The quartet"})
    (own,) = carol.get("/v1/users/me/join-requests")["data"]
    assert (own["name"], own["type"], own["avatar_url"]) == ("The quartet", "group", None)
    alice.put(path, {"join_requests": False, "name": "Secret"})
    (own,) = carol.get("/v1/users/me/join-requests")["data"]
    assert (own["name"], own["type"], own["conversation_id"]) == (None, None, club)
    assert "name" not in alice.get(f"{path}/join-requests").text


def test_the_first_request_stands(carol: Person, club: str) -> None:
    first, again = ask(carol, club, "please"), ask(carol, club, "PLEASE")
    assert (first.status, again.status, again["text"]) == (201, 200, "please")


@pytest.mark.parametrize("by", ["alice", "carol"])
def test_a_request_is_declined_or_withdrawn(alice: Person, carol: Person, club: str, by: str) -> None:
    ask(carol, club)
    who = {"alice": alice, "carol": carol}[by]
    assert [who.delete(f"/v1/conversations/{club}/join-requests/carol").status for _ in range(2)] == [204, 204]
    assert approve(alice, club).code == "join_request_not_found"
    assert carol.get(f"/v1/conversations/{club}").status == 404


def test_a_channel_that_asks_lets_nobody_in_by_themselves(alice: Person, bob: Person, carol: Person, news: str) -> None:
    refused = join(carol, news)
    assert (refused.status, refused.code) == (403, "join_request_required")
    assert join(bob, news)["data"][0]["status"] == "already_member", "who is there stays"
    assert ask(carol, news).status == 201
    assert approve(alice, news)["status"] == "added"


def test_a_channel_that_begins_to_ask_meanwhile_lets_nobody_in(alice: Person, carol: Person) -> None:
    channel = str(alice.post("/v1/conversations", {"type": "channel", "name": "news"})["id"])
    with before_call("TransactWriteItems", lambda: alice.put(f"/v1/conversations/{channel}", {"join_requests": True})):
        refused = join(carol, channel)
    assert refused.code == "join_request_required"
    assert carol.get(f"/v1/conversations/{channel}")["membership"] is None
    assert alice.put(f"/v1/conversations/{channel}", {"join_requests": False})["join_requests"] is False
    assert join(carol, channel)["data"][0]["status"] == "added"


def test_an_admin_an_invite_and_a_link_let_in_who_has_not_asked(
    acme: Workspace, alice: Person, carol: Person, news: str
) -> None:
    dave, erin = acme.person("dave"), acme.person("erin")
    path = f"/v1/conversations/{news}"
    assert alice.post(f"{path}/members", {"user_ids": ["carol"]})["data"][0]["status"] == "added"
    alice.post(f"{path}/invites", {"user_ids": ["dave"]})
    assert dave.post(f"{path}/invites/accept").status == 200
    token = alice.post(f"{path}/invite-links", {})["token"]
    assert erin.post("/v1/invite-links/join", {"token": token}).status == 200


def test_what_takes_no_requests_says_so_or_is_not_there(
    alice: Person, carol: Person, mallory: Person, general: str, club: str
) -> None:
    channel = str(alice.post("/v1/conversations", {"type": "channel", "name": "open"})["id"])
    direct = str(alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]})["id"])
    assert ask(carol, channel).code == "join_requests_off"
    for nowhere in (general, direct, "0" * 26, "a#b"):
        assert (ask(carol, nowhere).status, ask(carol, nowhere).code) == (404, "conversation_not_found")
    assert ask(mallory, club).code == "conversation_not_found"


@pytest.mark.parametrize("happens", ["banned", "archived", "withdrawn"])
@pytest.mark.parametrize("when", ["before", "during"])
def test_what_keeps_others_from_joining_keeps_who_asks(
    alice: Person, carol: Person, club: str, happens: str, when: str
) -> None:
    ask(carol, club)
    path = f"/v1/conversations/{club}"

    def happen() -> None:
        if happens == "banned":
            assert alice.put(f"{path}/bans/carol").status == 200
        elif happens == "archived":
            assert alice.delete(path).status == 204
        else:
            assert carol.delete(f"{path}/join-requests/carol").status == 204

    if when == "before":
        happen()
        answer = approve(alice, club)
    else:
        with before_call("TransactWriteItems", happen):
            answer = approve(alice, club)
    if happens == "banned":
        assert answer["status"] == "banned"
        assert ask(carol, club).code == "banned"
    else:
        assert answer.code == {"archived": "conversation_archived", "withdrawn": "join_request_not_found"}[happens]
    assert carol.get(path).status == 404


def test_an_admin_who_loses_the_role_meanwhile_lets_nobody_in(
    alice: Person, bob: Person, carol: Person, club: str
) -> None:
    roles = f"/v1/conversations/{club}/members/bob/role"
    assert alice.put(roles, {"role": "admin"}).status == 200
    ask(carol, club)
    with before_call("TransactWriteItems", lambda: alice.put(roles, {"role": "member"})):
        assert approve(bob, club).code == "insufficient_role"
    assert carol.get(f"/v1/conversations/{club}").status == 404
    assert asking(alice, club) == ["carol"]


def test_an_approval_that_died_anywhere_is_completed_by_its_repetition(
    acme: Workspace, alice: Person, club: str
) -> None:
    for calls in range(14):
        guest = acme.person(f"guest-{calls}")
        ask(guest, club)
        with crash_after(calls):
            approve(alice, club, guest.user_id)
        assert approve(alice, club, guest.user_id)["status"] in {"added", "already_member"}
    assert alice.get(f"/v1/conversations/{club}")["member_count"] == 2 + 14
    assert asking(alice, club) == []


def test_two_admins_who_approve_at_once_let_in_once(alice: Person, bob: Person, carol: Person, club: str) -> None:
    alice.put(f"/v1/conversations/{club}/members/bob/role", {"role": "admin"})
    ask(carol, club)
    with before_call("TransactWriteItems", lambda: approve(alice, club)):
        assert approve(bob, club)["status"] == "already_member"
    assert alice.get(f"/v1/conversations/{club}")["member_count"] == 3


@pytest.mark.parametrize("body", [{"text": ""}, {"text": "x" * 501}, {"text": 1}, {"why": "x"}])
def test_what_is_no_request_is_refused(carol: Person, club: str, body: Any) -> None:
    assert carol.post(f"/v1/conversations/{club}/join-requests", body).status == 422


def test_an_erasure_and_an_export_know_of_requests(acme: Workspace, carol: Person, club: str) -> None:
    ask(carol, club, "please")
    at = request_key(acme.tenant_id, club, "carol")
    raw = dynamodb.get(settings().chat_table, at, consistent=True)
    assert raw is not None
    (record,) = records_of(raw)
    assert (record["type"], record["user_id"], record["text"]) == ("join_request", "carol", "please")
    assert list(own_records_of(raw, "carol")) == [record]
    assert list(own_records_of(raw, DELETED_USER)) == []
    assert erasing.forget(Subject(acme.tenant_id, "alice", "anonymise"), raw) is None
    assert erasing.forget(Subject(acme.tenant_id, "carol", "anonymise"), raw) == "invites"
    assert dynamodb.get(settings().chat_table, at, consistent=True) is None


def test_the_command_line_shows_approves_and_declines(
    acme: Workspace, carol: Person, club: str, parley: Callable[..., str]
) -> None:
    dave = acme.person("dave")
    ask(carol, club, "please")
    ask(dave, club)
    assert "please" in parley("community", "requests", club)
    assert parley("community", "approve", club, "carol") == "carol added\n"
    assert parley("community", "decline", club, "dave") == "dave declined\n"
    assert asked(dave) == []


def test_who_has_come_in_by_another_way_asks_no_more(alice: Person, carol: Person, club: str) -> None:
    ask(carol, club)
    added = alice.post(f"/v1/conversations/{club}/members", {"user_ids": ["carol"]})
    assert added["data"][0]["status"] == "added"
    assert (asked(carol), asking(alice, club)) == ([], [])


def test_a_channel_that_everybody_has_left_is_entered_without_asking(alice: Person, carol: Person) -> None:
    """Nobody is there to let anybody in."""
    channel = str(alice.post("/v1/conversations", {"type": "channel", "name": "news"})["id"])
    assert alice.put(f"/v1/conversations/{channel}", {"join_requests": True}).status == 200
    assert alice.delete(f"/v1/conversations/{channel}/members/alice").status == 204
    assert join(carol, channel).body == {"data": [{"user_id": "carol", "status": "added"}]}
    assert carol.get(f"/v1/conversations/{channel}")["membership"]["role"] == "owner"
