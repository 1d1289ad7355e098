"""Slow mode: a member sends one message in so many seconds, exactly, however they try."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import clock
from parley.errors import SlowMode
from parley.messaging.messages.schemas import SendMessage
from parley.messaging.messages.sending import sending
from tests.support.faults.interference import before_call, crash_after
from tests.support.faults.interleaving import interleave
from tests.support.people.clocks import Clock, MovingClock
from tests.support.people.people import Person, Workspace, new_workspace


def slow(by: Person, room: str, seconds: int) -> None:
    answer = by.put(f"/v1/conversations/{room}", {"slow_mode_seconds": seconds})
    assert (answer.status, answer["slow_mode_seconds"]) == (200, seconds), answer.text


@pytest.fixture
def room(alice: Person, bob: Person, general: str) -> str:
    slow(alice, general, 30)
    return general


def texts(who: Person, room: str) -> list[str]:
    return [each["text"] for each in who.get(f"/v1/conversations/{room}/messages", order="asc")["data"]]


def test_a_member_waits_between_two_messages(alice: Person, bob: Person, room: str, moving_clock: MovingClock) -> None:
    assert bob.send(room, "first").status == 201
    refused = bob.send(room, "second")
    assert (refused.status, refused.code, refused["retryable"]) == (429, "slow_mode", True)
    assert 1 <= int(refused.headers["Retry-After"]) <= 30
    assert alice.get("/v1/conversations")["data"][0]["last_message"]["text"] == "first"
    moving_clock.pass_seconds(30)
    assert bob.send(room, "third").status == 201
    assert texts(alice, room) == ["first", "third"]
    assert alice.get(f"/v1/conversations/{room}")["last_message"]["seq"] == 2, "the refusal has taken no number"


def test_members_wait_for_themselves_alone_and_in_each_conversation(
    acme: Workspace, alice: Person, bob: Person, room: str
) -> None:
    carol = acme.person("carol")
    alice.post(f"/v1/conversations/{room}/members", {"user_ids": ["carol"]})
    other = alice.open_group(bob, name="other")
    slow(alice, other, 30)
    assert [who.send(room).status for who in (bob, carol)] == [201, 201]
    assert bob.send(other).status == 201


def test_an_admin_and_the_back_end_need_not_wait(acme: Workspace, alice: Person, room: str) -> None:
    back_end = Person(acme.tenant_id, "bob", scope="server", tenant_settings=acme.tenant_settings)
    assert [who.send(room).status for who in (alice, alice, back_end, back_end)] == [201] * 4


@pytest.mark.parametrize("fields", [{}, {"show_in_conversation": True}])
def test_a_reply_counts_as_a_message(bob: Person, alice: Person, room: str, fields: dict[str, Any]) -> None:
    root = alice.send(room, "root")["id"]
    reply = {"parent_id": root, **fields}
    assert bob.send(room, "reply", **reply).status == 201
    assert bob.send(room, "another", **reply).code == "slow_mode"
    assert bob.send(room, "a message").code == "slow_mode"
    assert alice.get(f"/v1/messages/{root}")["reply_count"] == 1


def test_a_repetition_is_answered_and_not_refused(bob: Person, alice: Person, room: str) -> None:
    body = {"conversation_id": room, "text": "once"}
    first, again = bob.post("/v1/messages", body, key="k"), bob.post("/v1/messages", body, key="k")
    assert (first.status, again.status, first["id"]) == (201, 201, again["id"])
    assert again.headers["Idempotent-Replayed"] == "true"
    assert bob.post("/v1/messages", body, key="another").code == "slow_mode"
    assert texts(alice, room) == ["once"]


def test_a_send_that_died_anywhere_is_completed_by_its_repetition(
    bob: Person, alice: Person, room: str, moving_clock: MovingClock
) -> None:
    """Though its turn was taken: the turn is the request's, and nobody else's."""
    for calls in range(12):
        moving_clock.pass_seconds(31)
        body, key = {"conversation_id": room, "text": f"after {calls}"}, f"k{calls}"
        with crash_after(calls):
            bob.post("/v1/messages", body, key=key)
        assert [bob.post("/v1/messages", body, key=key).status for _ in range(2)] == [201, 201]
        assert bob.send(room, "another").code == "slow_mode"
    assert texts(alice, room) == [f"after {calls}" for calls in range(12)]
    assert alice.get("/v1/unread")["total"] == 12


def test_another_setting_holds_at_once(bob: Person, alice: Person, room: str, moving_clock: MovingClock) -> None:
    assert bob.send(room).status == 201
    moving_clock.pass_seconds(10)
    slow(alice, room, 10)
    assert bob.send(room).status == 201
    slow(alice, room, 0)
    assert [bob.send(room).status for _ in range(2)] == [201, 201]


@pytest.mark.parametrize(("before", "after", "status"), [(0, 30, 201), (30, 0, 201), (30, 60, 201)])
def test_a_setting_that_changes_during_a_send_is_taken_into_account(
    bob: Person, alice: Person, general: str, before: int, after: int, status: int
) -> None:
    slow(alice, general, before)
    with before_call("UpdateItem", lambda: slow(alice, general, after)):
        assert bob.send(general).status == status
    assert bob.send(general).status == (429 if after else 201)


@given(schedule=st.lists(st.integers(0, 3), max_size=60), key=st.sampled_from(("k", None)))
def test_of_messages_at_once_one_is_sent(schedule: list[int], key: str | None) -> None:
    """With one key for all they are one message, and each is told so."""
    acme = new_workspace("acme")
    alice, bob = acme.person("alice"), acme.person("bob")
    room = alice.open_group(bob)
    slow(alice, room, 30)

    def send() -> Callable[[], str]:
        body = SendMessage(conversation_id=room, text="at once")

        def try_once() -> str:
            try:
                return sending.do_send(bob.caller, body, idempotency_key=key).message.id
            except SlowMode:
                return "slow"

        return try_once

    with patch.object(clock, "now_ms", Clock()):
        told = interleave([send() for _ in range(4)], schedule)
    sent = {each for each in told if each != "slow"}
    assert len(sent) == 1
    assert told.count("slow") == (0 if key else 3)
    assert texts(alice, room) == ["at once"]
    assert alice.get("/v1/unread")["total"] == 1


def test_slow_mode_costs_a_refused_write_and_the_turn_and_nothing_where_it_is_off(
    bob: Person, alice: Person, general: str, moving_clock: MovingClock
) -> None:
    def calls() -> int:
        moving_clock.pass_seconds(31)
        return len(
            bob.post(
                "/v1/messages", {"conversation_id": general, "text": "x"}, key=f"{moving_clock.offset}"
            ).calls.operations
        )

    moving_clock.pass_seconds(3600 - clock.now_ms() // 1000 % 3600)  # an hour's first message is noted
    calls()
    assert calls() == 6
    slow(alice, general, 30)
    assert calls() == 8
    assert len(bob.send(general).calls.operations) == 4, "a refusal: the limit, the membership, the number, the turn"
