"""Invite links: whoever has the token joins, until a moment and as often as is said, never more."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import InviteLinkNotFound
from parley.ids import DELETED_USER
from parley.jobs.export_lines import records_of
from parley.messaging import erasing
from parley.messaging.erasing import Subject
from parley.messaging.invites import links
from parley.messaging.invites.links import MAX_LINKS, link_key
from parley.settings import settings
from parley.tables import dynamodb
from tests.support.faults.interference import before_call, crash_after
from tests.support.faults.interleaving import interleave
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace, new_workspace
from tests.support.people.traces import items_of


def link(by: Person, room: str, **fields: Any) -> Any:
    made = by.post(f"/v1/conversations/{room}/invite-links", fields)
    assert made.status == 201, made.text
    return made


def join(who: Person, token: str) -> Any:
    return who.post("/v1/invite-links/join", {"token": token})


def listed(by: Person, room: str) -> dict[str, Any]:
    return {each["id"]: each for each in by.get(f"/v1/conversations/{room}/invite-links")["data"]}


def test_who_has_the_token_joins(alice: Person, carol: Person, general: str) -> None:
    made = link(alice, general)
    joined = join(carol, made["token"])
    assert (joined.status, joined["id"], joined["membership"]["role"], joined["member_count"]) == (
        200,
        general,
        "member",
        3,
    )
    shown = listed(alice, general)[made["id"]]
    assert (shown["uses"], shown["max_uses"], shown["created_by"]) == (1, None, "alice")
    assert "token" not in shown
    assert (join(carol, made["token"]).status, listed(alice, general)[made["id"]]["uses"]) == (200, 1)


def test_the_token_is_nowhere_stored(acme: Workspace, alice: Person, general: str) -> None:
    """But in the answer that a repetition of the request is given, for a day."""
    secret = link(alice, general)["token"].rpartition(".")[2]
    assert len(secret) >= 32
    assert secret not in str(items_of(settings().chat_table, acme.tenant_id))


def test_a_link_lets_in_as_many_as_it_says(acme: Workspace, alice: Person, general: str) -> None:
    made = link(alice, general, max_uses=2)
    guests = [acme.person(f"guest-{number}") for number in range(3)]
    assert [join(each, made["token"]).status for each in guests] == [200, 200, 404]
    assert listed(alice, general)[made["id"]]["uses"] == 2
    assert guests[0].delete(f"/v1/conversations/{general}/members/guest-0").status == 204
    assert join(guests[0], made["token"]).code == "invite_link_not_found", "a place is not given back"


@given(schedule=st.lists(st.integers(0, 3), max_size=80), uses=st.integers(1, 3))
def test_of_all_who_want_the_last_use_one_joins(schedule: list[int], uses: int) -> None:
    acme = new_workspace("acme")
    alice = acme.person("alice")
    room = alice.open_group()
    token = link(alice, room, max_uses=uses)["token"]
    guests = [acme.person(f"guest-{number}") for number in range(4)]

    def come(guest: Person) -> Callable[[], bool]:
        def try_once() -> bool:
            try:
                return links.do_join(guest.caller, token).id == room
            except InviteLinkNotFound:
                return False

        return try_once

    joined = interleave([come(each) for each in guests], schedule)
    assert sum(joined) == uses
    assert alice.get(f"/v1/conversations/{room}")["member_count"] == 1 + uses
    assert [each["uses"] for each in listed(alice, room).values()] == [uses]


def test_a_link_ends_by_itself(alice: Person, carol: Person, general: str, moving_clock: MovingClock) -> None:
    token = link(alice, general, expires_in_seconds=60)["token"]
    moving_clock.pass_seconds(60)
    assert join(carol, token).code == "invite_link_not_found"


@pytest.mark.parametrize("happens", ["banned", "archived", "removed"])
@pytest.mark.parametrize("when", ["before", "during"])
def test_what_keeps_others_from_joining_keeps_who_has_the_link(
    alice: Person, carol: Person, general: str, happens: str, when: str
) -> None:
    made = link(alice, general)
    path = f"/v1/conversations/{general}"

    def happen() -> None:
        if happens == "banned":
            assert alice.put(f"{path}/bans/carol").status == 200
        elif happens == "archived":
            assert alice.delete(path).status == 204
        else:
            assert [alice.delete(f"{path}/invite-links/{made['id']}").status for _ in range(2)] == [204, 204]

    if when == "before":
        happen()
        refused = join(carol, made["token"])
    else:
        with before_call("TransactWriteItems", happen):
            refused = join(carol, made["token"])
    codes = {"banned": "banned", "archived": "conversation_archived", "removed": "invite_link_not_found"}
    assert refused.code == codes[happens]
    assert carol.get(path).status == 404


def test_a_token_that_is_not_quite_one_opens_nothing(
    alice: Person, carol: Person, mallory: Person, general: str
) -> None:
    token = link(alice, general)["token"]
    room, link_id, secret = token.split(".")
    other = link(alice, alice.open_group(name="other"))["token"].split(".")
    wrong = [
        f"{room}.{link_id}.{secret[:-1]}", f"{room}.{link_id}.", f"{room}.{link_id}", f"{room}.{other[1]}.{secret}",
        f"{other[0]}.{link_id}.{secret}", f"{room}.{link_id}.{secret}.x", "...", f"META.{link_id}.{secret}",
    ]  # fmt: skip
    assert {join(carol, each).code for each in wrong} == {"invite_link_not_found"}
    assert join(mallory, token).code == "invite_link_not_found", "of another tenant"
    assert {join(carol, each).status for each in ("", "é", token + "\u200b")} == {422}
    assert join(carol, token).status == 200


def test_a_conversation_has_fifty_links_at_most_and_as_many_as_are_shown(alice: Person, general: str) -> None:
    made = [link(alice, general)["id"] for _ in range(MAX_LINKS)]
    path = f"/v1/conversations/{general}/invite-links"
    assert alice.post(path, {}).code == "too_many_invite_links"
    assert listed(alice, general).keys() == set(made)
    for each in made[:2]:
        assert [alice.delete(f"{path}/{each}").status for _ in range(2)] == [204, 204]
    assert [alice.post(path, {}).status for _ in range(3)] == [201, 201, 409]


def test_a_repetition_has_the_same_link(alice: Person, carol: Person, general: str) -> None:
    path = f"/v1/conversations/{general}/invite-links"
    first, again = alice.post(path, {}, key="k"), alice.post(path, {}, key="k")
    assert (first.body, again.body) == (again.body, first.body)
    assert join(carol, first["token"]).status == 200


def test_a_link_that_was_being_made_when_the_process_died_is_made_once(
    alice: Person, carol: Person, general: str, moving_clock: MovingClock
) -> None:
    path = f"/v1/conversations/{general}/invite-links"
    for calls in range(9):
        with crash_after(calls):
            alice.post(path, {"max_uses": 7}, key=f"k{calls}")
        moving_clock.pass_seconds(31)
        made = alice.post(path, {"max_uses": 7}, key=f"k{calls}")
        assert made.status == 201
        assert len(listed(alice, general)) == calls + 1
        carol.delete(f"/v1/conversations/{general}/members/carol")
        assert join(carol, made["token"]).status == 200


def test_a_join_that_died_anywhere_is_completed_and_counted_once(acme: Workspace, alice: Person, general: str) -> None:
    made = link(alice, general, max_uses=14)
    for calls in range(14):
        guest = acme.person(f"guest-{calls}")
        with crash_after(calls):
            join(guest, made["token"])
        assert join(guest, made["token"]).status == 200
    assert listed(alice, general)[made["id"]]["uses"] == 14
    assert alice.get(f"/v1/conversations/{general}")["member_count"] == 2 + 14


def test_an_admin_who_loses_the_role_meanwhile_makes_no_link(alice: Person, bob: Person, general: str) -> None:
    roles, path = f"/v1/conversations/{general}/members/bob/role", f"/v1/conversations/{general}/invite-links"
    assert alice.put(roles, {"role": "admin"}).status == 200
    with before_call("TransactWriteItems", lambda: alice.put(roles, {"role": "member"})):
        refused = bob.post(path, {})
    assert (refused.code, listed(alice, general)) == ("insufficient_role", {})


@pytest.mark.parametrize("body", [{"max_uses": 0}, {"max_uses": 10_001}, {"expires_in_seconds": 1}, {"token": "x"}])
def test_what_is_no_link_is_refused(alice: Person, general: str, body: Any) -> None:
    assert alice.post(f"/v1/conversations/{general}/invite-links", body).status == 422


def test_an_erasure_and_an_export_know_of_links(acme: Workspace, alice: Person, general: str) -> None:
    at = link_key(acme.tenant_id, general, link(alice, general, max_uses=3)["id"])
    raw = dynamodb.get(settings().chat_table, at, consistent=True)
    assert raw is not None
    (record,) = records_of(raw)
    assert (record["created_by"], record["max_uses"], record["uses"]) == ("alice", 3, 0)
    assert "token_hash" not in record
    assert erasing.forget(Subject(acme.tenant_id, "alice", "anonymise"), raw) == "invites"
    renamed = dynamodb.get(settings().chat_table, at, consistent=True)
    assert renamed is not None
    assert renamed["created_by"]["S"] == DELETED_USER


def test_the_command_line_makes_a_link_and_joins_by_it(
    alice: Person, carol: Person, general: str, parley: Callable[..., str]
) -> None:
    token = parley("community", "invite-link", general, "--max-uses", "2").strip()
    assert join(carol, token).status == 200
    assert parley("community", "join", token) == f"general {general}\n", "alice is there already"
