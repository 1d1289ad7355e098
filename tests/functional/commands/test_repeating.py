"""A command that is repeated, whose process dies, or whose user is removed meanwhile: one message, and one call of it
wherever the reply was kept.
"""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.commands import calling
from parley.settings import settings as stage_settings
from parley.tables import dynamodb
from tests.functional.commands.conftest import Dice, replying, run, texts
from tests.functional.moderation.conftest import known, stored
from tests.support.aws.sockets import Sockets
from tests.support.faults.interference import crash_after
from tests.support.faults.one_thread import in_one_thread
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace

SHOWING = ("message", "system", "ephemeral")
CALLS = 24
"""More than any command makes: the last ones crash nothing."""


def always_another(kind: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """A server that says something else to each call."""
    said: list[int] = []

    def behave(handler: BaseHTTPRequestHandler) -> None:
        said.append(1)
        replying({"type": kind, "text": f"reply {len(said)}"})(handler)

    return behave


def ids_told(dice: Dice) -> set[str]:
    return {each.event["id"] for each in dice.endpoint.received}


@pytest.mark.parametrize("kind", [*SHOWING, "none"])
def test_a_repetition_calls_nothing_and_says_nothing_again(
    bob: Person, general: str, dice: Dice, sockets: Sockets, kind: str
) -> None:
    dice.endpoint.behave = always_another(kind)
    his = sockets.connect(bob)
    first = run(bob, general, key="k")
    again = run(bob, general, key="k")
    assert (again.status, again.body, again.headers["Idempotent-Replayed"]) == (200, first.body, "true")
    assert run(bob, general, "other", key="k").code == "idempotency_key_reused"
    assert dice.calls == 1
    assert len(texts(bob, general)) == (kind in {"message", "system"})
    assert len(his.events) == (kind == "ephemeral")


def test_the_same_key_of_another_command_is_another_command(alice: Person, bob: Person, dice: Dice) -> None:
    one, other = alice.open_group(bob), alice.open_group(bob)
    dice.endpoint.behave = always_another("message")
    assert run(alice, one, key="k").status == 200
    assert run(bob, one, key="k").status == 200
    assert run(alice, other, key="k").code == "idempotency_key_reused"
    assert len(ids_told(dice)) == 2


def test_without_a_key_each_is_one_of_its_own(alice: Person, general: str, dice: Dice) -> None:
    dice.endpoint.behave = always_another("message")
    run(alice, general)
    run(alice, general)
    assert texts(alice, general) == ["reply 1", "reply 2"]
    assert len(ids_told(dice)) == 2


@pytest.mark.parametrize("kind", SHOWING)
@pytest.mark.parametrize("calls", range(CALLS))
def test_a_command_that_dies_after_any_call_says_one_thing(
    bob: Person, general: str, dice: Dice, moving_clock: MovingClock, sockets: Sockets, kind: str, calls: int
) -> None:
    dice.endpoint.behave = always_another(kind)
    his = sockets.connect(bob)
    his.take()
    with in_one_thread(), crash_after(calls):
        run(bob, general, key="k")
    kept = calling_was_kept(bob, dice)
    before = dice.calls
    moving_clock.pass_seconds(31)
    ran = run(bob, general, key="k")
    assert ran.status == 200, ran.text
    moving_clock.pass_seconds(6)
    assert dice.calls == before + (0 if kept else 1)
    assert dice.calls <= 2
    assert len(ids_told(dice)) == 1
    shown = ran["ephemeral_message"] if kind == "ephemeral" else ran["message"]
    if kind == "ephemeral":
        events = [event["data"]["id"] for event in his.take() if event["type"] == "ephemeral_message.sent"]
        assert set(events) == {shown["id"]}
        assert texts(bob, general) == []
    else:
        assert texts(bob, general) == [shown["text"]]
    assert run(bob, general, key="k").body == ran.body


def calling_was_kept(who: Person, dice: Dice) -> bool:
    """Whether the reply of the one call is kept for a repetition."""
    ids = ids_told(dice)
    return any(
        dynamodb.get(stage_settings().control_table, calling.reply_key(who.caller, each), consistent=True)
        for each in ids
    )


def test_a_reply_that_was_refused_is_sent_by_the_repetition(
    alice: Person, bob: Person, general: str, dice: Dice
) -> None:
    poor = Person(bob.tenant_id, "bob", tenant_settings={"messages_per_minute": 1})
    assert poor.send(general, "first").status == 201
    dice.endpoint.behave = always_another("message")
    assert run(poor, general, key="k").code == "rate_limited"
    assert (run(bob, general, key="k").status, texts(alice, general)) == (200, ["first", "reply 1"])
    assert dice.calls == 1


def test_after_a_refusal_the_key_is_free_for_another_command(bob: Person, general: str, dice: Dice) -> None:
    poor = Person(bob.tenant_id, "bob", tenant_settings={"messages_per_minute": 1})
    poor.send(general, "first")
    dice.endpoint.behave = always_another("message")
    run(poor, general, "2d6", key="k")
    assert run(bob, general, "1d20", key="k")["message"]["text"] == "reply 2"


def test_a_failure_is_not_kept_and_its_repetition_has_the_same_id(alice: Person, general: str, dice: Dice) -> None:
    dice.endpoint.behave = replying(b"", 500)
    assert run(alice, general, key="k").code == "command_failed"
    dice.replies("message")
    assert run(alice, general, key="k")["message"]["text"] == "You rolled a 6"
    assert (dice.calls, len(ids_told(dice))) == (2, 1)


@pytest.mark.parametrize("kind", SHOWING)
def test_who_is_removed_while_the_server_answers_has_said_nothing(
    alice: Person, bob: Person, dice: Dice, sockets: Sockets, kind: str
) -> None:
    group = alice.open_group(bob)
    his = sockets.connect(bob)

    def remove(handler: BaseHTTPRequestHandler) -> None:
        assert alice.delete(f"/v1/conversations/{group}/members/bob").status == 204
        replying({"type": kind, "text": "too late"})(handler)

    dice.endpoint.behave = remove
    his.take()
    assert run(bob, group, key="k").code == "conversation_not_found"
    assert texts(alice, group) == []
    assert [event for event in his.take() if event["type"] == "ephemeral_message.sent"] == []


def test_a_reply_is_held_to_what_the_tenant_moderates_by(
    acme: Workspace, server: Person, bob: Person, general: str, dice: Dice
) -> None:
    stored(acme)
    assert server.put("/v1/moderation/block-list", {"action": "refuse", "entries": [{"word": "darn"}]}).status == 200
    watched = known(bob)
    for kind in ("message", "system"):
        dice.replies(kind, "darn it")
        assert run(watched, general).code == "message_refused"
    assert texts(bob, general) == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, CALLS)), min_size=1, max_size=6))
def test_whatever_dies_and_repeats_a_key_has_one_message(
    alice: Person, bob: Person, dice: Dice, moving_clock: MovingClock, story: list[Any]
) -> None:
    room = alice.open_group(bob)
    dice.endpoint.behave = always_another("message")
    for key, calls in story:
        with in_one_thread(), crash_after(calls):
            run(bob, room, key, key=room + key)
        moving_clock.pass_seconds(31)
    keys = {key for key, _ in story}
    last = {key: run(bob, room, key, key=room + key) for key in keys}
    assert [each.text for each in last.values() if each.status != 200] == []
    moving_clock.pass_seconds(6)
    assert sorted(texts(alice, room)) == sorted(each["message"]["text"] for each in last.values())
