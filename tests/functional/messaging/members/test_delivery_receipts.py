"""Delivery receipts: how far what was sent has reached a member, as their devices say."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.messaging.members import delivery
from tests.support.dynamodb.meter import metered
from tests.support.faults.interference import before_call
from tests.support.people.clocks import Clock
from tests.support.people.people import Person

NOWHERE = "0" * 26


def tell(person: Person, told: Mapping[str, int]) -> dict[str, int | None]:
    conversations = [{"conversation_id": name, "seq": seq} for name, seq in told.items()]
    answer = person.post("/v1/delivered", {"conversations": conversations})
    assert answer.status == 200, answer.text
    return {each["conversation_id"]: each["delivered_seq"] for each in answer["data"]}


def shown(person: Person, room: str) -> dict[str, tuple[int | None, int]]:
    receipts = person.get(f"/v1/conversations/{room}/receipts")["data"]
    return {each["user_id"]: (each["delivered_seq"], each["read_seq"]) for each in receipts}


def test_the_others_see_how_far_messages_have_come(
    alice: Person, bob: Person, general: str, moved_clock: Clock
) -> None:
    for _ in range(3):
        alice.send(general)
    assert shown(alice, general)["bob"] == (None, 0)
    assert tell(bob, {general: 2}) == {general: 2}
    assert shown(alice, general)["bob"] == (2, 0)
    moved_clock.pass_seconds(3)
    assert tell(bob, {general: 3}) == {general: 3}
    assert tell(bob, {general: 1}) == {general: 3}
    assert shown(alice, general)["bob"] == (3, 0)


def test_what_is_read_is_delivered(alice: Person, bob: Person, general: str) -> None:
    for _ in range(3):
        alice.send(general)
    tell(bob, {general: 1})
    bob.post(f"/v1/conversations/{general}/read")
    assert shown(alice, general)["bob"] == (3, 3)
    with metered() as cost:
        assert tell(bob, {general: 2}) == {general: 3}
    assert (cost.reads, cost.writes, cost.round_trips) == (2, 0, 1)


def test_what_was_read_before_a_device_said_anything_is_known_to_have_come(
    alice: Person, bob: Person, general: str
) -> None:
    alice.send(general)
    alice.send(general)
    bob.post(f"/v1/conversations/{general}/read")
    with metered() as cost:
        assert tell(bob, {general: 2}) == {general: 2}
    assert cost.writes == 0


def test_what_is_marked_as_unread_stays_delivered(alice: Person, bob: Person, general: str) -> None:
    sent = [str(alice.send(general)["id"]) for _ in range(3)]
    tell(bob, {general: 1})
    bob.post(f"/v1/conversations/{general}/read")
    bob.post(f"/v1/conversations/{general}/unread", {"message_id": sent[1]})
    assert shown(alice, general)["bob"] == (3, 1)


def test_nothing_is_delivered_that_was_not_sent(alice: Person, bob: Person, general: str) -> None:
    alice.send(general)
    assert tell(bob, {general: 9}) == {general: 1}


def test_it_is_written_once_in_some_seconds(alice: Person, bob: Person, general: str, moved_clock: Clock) -> None:
    for _ in range(3):
        alice.send(general)
    tell(bob, {general: 1})
    moved_clock.pass_seconds(2)
    with metered() as cost:
        assert tell(bob, {general: 3}) == {general: 1}
    assert cost.writes == 0
    moved_clock.pass_seconds(1)
    assert tell(bob, {general: 3}) == {general: 3}


def test_of_two_devices_at_once_one_is_written(alice: Person, bob: Person, general: str) -> None:
    for _ in range(3):
        alice.send(general)
    with before_call("UpdateItem", lambda: tell(bob, {general: 3})):
        assert tell(bob, {general: 2}) == {general: 3}
    assert shown(alice, general)["bob"] == (3, 0)


def test_several_conversations_at_once(alice: Person, bob: Person) -> None:
    rooms = [alice.open_group(bob, name=f"room {number}") for number in range(3)]
    for room in rooms:
        alice.send(room)
    assert tell(bob, dict.fromkeys(rooms, 1)) == dict.fromkeys(rooms, 1)


def test_a_repetition_is_answered_alike(alice: Person, bob: Person, general: str) -> None:
    alice.send(general)
    body = {"conversations": [{"conversation_id": general, "seq": 1}]}
    first = bob.post("/v1/delivered", body, key="told")
    assert bob.post("/v1/delivered", body, key="told").body == first.body


def test_strangers_and_other_tenants_are_told_the_same_as_of_what_never_existed(
    alice: Person, carol: Person, mallory: Person, general: str
) -> None:
    alice.send(general)
    for person in (carol, mallory):
        assert tell(person, {general: 1, NOWHERE: 1}) == {general: None, NOWHERE: None}
    assert shown(alice, general).keys() == {"alice", "bob"}


def test_who_is_blocked_delivers_nothing_to_who_blocked_them(alice: Person, bob: Person) -> None:
    direct = str(alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]})["id"])
    alice.send(direct)
    alice.put("/v1/users/bob/block")
    assert tell(bob, {direct: 1}) == {direct: None}
    assert shown(alice, direct)["bob"] == (None, 0)


def test_who_is_blocked_at_that_moment_delivers_nothing(alice: Person, bob: Person) -> None:
    direct = str(alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]})["id"])
    alice.send(direct)
    with before_call("UpdateItem", lambda: alice.put("/v1/users/bob/block")):
        tell(bob, {direct: 1})
    assert shown(alice, direct)["bob"] == (None, 0)


def test_an_archived_conversation_keeps_nothing(alice: Person, bob: Person, general: str) -> None:
    alice.send(general)
    alice.delete(f"/v1/conversations/{general}")
    assert tell(bob, {general: 1}) == {general: None}


@pytest.mark.parametrize(
    "said", [{"delivery_receipts_members": 1}, {"delivery_receipts_members": 0}, {"hide_receipts": True}]
)
def test_a_large_conversation_and_a_tenant_that_does_not_want_it_keep_nothing(
    alice: Person, bob: Person, general: str, said: dict[str, Any]
) -> None:
    alice.send(general)
    his = replace(bob, tenant_settings={**bob.tenant_settings, **said})
    assert tell(his, {general: 1}) == {general: None}
    assert shown(alice, general)["bob"] == (None, 0)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"conversations": []},
        {"conversations": [{"conversation_id": "nonsense", "seq": 1}]},
        {"conversations": [{"conversation_id": NOWHERE, "seq": 0}]},
        {"conversations": [{"conversation_id": NOWHERE, "seq": 1}] * 26},
    ],
)
def test_what_does_not_fit_is_refused(bob: Person, body: Any) -> None:
    assert bob.post("/v1/delivered", body).status == 422


@given(told=st.lists(st.tuples(st.integers(1, 6), st.integers(0, 4), st.booleans()), min_size=1, max_size=8))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_never_goes_back_and_never_beyond_what_was_sent(
    alice: Person, bob: Person, moved_clock: Clock, told: list[tuple[int, int, bool]]
) -> None:
    room, sent, before, written_at = alice.open_group(bob), 0, 0, None
    for seq, seconds, another in told:
        if another or not sent:
            alice.send(room)
            sent += 1
        moved_clock.pass_seconds(seconds)
        kept = tell(bob, {room: seq})[room]
        assert kept is not None
        assert before <= kept <= sent
        if kept > before:
            assert kept == min(seq, sent)
            assert written_at is None or moved_clock.now - written_at >= delivery.APART_MS
            written_at = moved_clock.now
        before = kept
