"""What becomes of a scheduled message at its moment: it is sent once, put off, or kept with the reason."""

from contextlib import suppress
from itertools import pairwise
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley import clock
from parley.errors import RateLimited, Unavailable
from parley.messaging.messages.sending import sending as send_now
from parley.scheduling import sending
from parley.settings import settings as parley_settings
from parley.streams.events import events_of
from parley.tables import dynamodb, keys
from parley.tables.expressions import Update
from parley.tables.keys import Key
from parley.timers import timers
from tests.functional.personal.conftest import Minutes
from tests.functional.personal.test_scheduled_messages import DAY, HOUR, PATH, ask, at, schedule, texts, waiting
from tests.support.aws.sockets import Sockets, Stream, give_key
from tests.support.dynamodb.change_stream import ChangeStream, changes
from tests.support.faults.interference import Crash, before_call, crash_after
from tests.support.faults.one_thread import in_one_thread
from tests.support.people.clocks import START_MS, Clock
from tests.support.people.people import Person, Workspace, new_workspace
from tests.support.people.world import own_tables


def test_it_is_sent_at_its_moment_as_any_message(minutes: Minutes, alice: Person, bob: Person, room: str) -> None:
    kept = ask(alice, room, "good morning", seconds=90, mentions=["bob"], custom={"mood": "good"})
    assert (kept["status"], kept["send_at"], kept["failure"]) == ("scheduled", at(90), None)
    assert kept["message"]["text"] == "good morning"
    assert alice.get(f"{PATH}/{kept['id']}").body == kept.body
    assert waiting(alice) == [kept.body]
    assert minutes.after(89) == {}
    assert texts(bob, room) == []
    assert minutes.after(1) == {"sent": 1}
    (message,) = bob.get(f"/v1/conversations/{room}/messages")["data"]
    assert (message["text"], message["author_id"], message["mentions"]) == ("good morning", "alice", ["bob"])
    assert (message["custom"], message["created_at"]) == ({"mood": "good"}, at(90))
    assert waiting(alice) == []
    assert alice.get(f"{PATH}/{kept['id']}").code == "scheduled_message_not_found"
    assert minutes.after(DAY) == {}
    assert texts(bob, room) == ["good morning"]


def refuse(how: str, acme: Workspace, alice: Person, bob: Person, room: str) -> None:
    if how == "leave":
        bob.delete(f"/v1/conversations/{room}/members/bob")
    elif how == "ban":
        alice.put(f"/v1/conversations/{room}/bans/bob", {})
    elif how == "archive":
        alice.delete(f"/v1/conversations/{room}")
    elif how == "deactivate":
        assert acme.server.post("/v1/users/bob/deactivate").status == 200
    else:
        place = Key(keys.tenant(acme.tenant_id), keys.TENANT_SK)
        dynamodb.update(parley_settings().chat_table, place, Update().set(suspended_at=1))


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("leave", "conversation_not_found"),
        ("ban", "conversation_not_found"),
        ("archive", "conversation_archived"),
        ("deactivate", "user_deactivated"),
        ("suspend", "tenant_suspended"),
    ],
)
def test_what_is_refused_at_its_moment_is_kept_with_the_reason(
    minutes: Minutes, acme: Workspace, alice: Person, bob: Person, room: str, how: str, code: str
) -> None:
    name = schedule(bob, room, seconds=60)
    refuse(how, acme, alice, bob, room)
    assert minutes.after(60) == {"failed": 1}
    (failed,) = waiting(bob)
    assert (failed["id"], failed["status"], failed["failure"]["code"]) == (name, "failed", code)
    assert minutes.after(DAY) == {}
    assert bob.delete(f"{PATH}/{name}").status == 204
    assert waiting(bob) == []


def test_a_blocked_author_is_refused(minutes: Minutes, alice: Person, bob: Person) -> None:
    direct = str(bob.post("/v1/conversations", {"type": "direct", "members": ["alice"]})["id"])
    schedule(bob, direct, seconds=60)
    alice.put("/v1/users/bob/block")
    assert minutes.after(60) == {"failed": 1}
    assert waiting(bob)[0]["failure"]["code"] == "blocked"


def test_what_failed_waits_again_once_it_is_changed(minutes: Minutes, alice: Person, bob: Person, room: str) -> None:
    name = schedule(bob, room, "again", seconds=60)
    bob.delete(f"/v1/conversations/{room}/members/bob")
    minutes.after(60)
    alice.post(f"/v1/conversations/{room}/members", {"user_ids": ["bob"]})
    refused = bob.put(f"{PATH}/{name}", {"message": {"conversation_id": room, "text": "again"}})
    assert refused.status == 422, "its moment has passed"
    changed = bob.put(f"{PATH}/{name}", {"send_at": at(300)})
    assert (changed["status"], changed["failure"]) == ("scheduled", None)
    assert minutes.after(240) == {"sent": 1}
    assert texts(alice, room) == ["again"]


def test_a_limit_puts_it_off_and_loses_none(minutes: Minutes, alice: Person, bob: Person, room: str) -> None:
    give_key(alice.tenant_id)
    place = Key(keys.tenant(alice.tenant_id), keys.TENANT_SK)
    dynamodb.update(parley_settings().chat_table, place, Update().set(settings='{"messages_per_minute": 3}'))
    for number in range(12):
        schedule(alice, room, str(number), seconds=120)
    first = minutes.after(120)
    assert (first["sent"], first["postponed"]) == (3, 9)
    seen = [len(texts(bob, room))]
    for _ in range(30):
        minutes.after(60)
        seen.append(len(texts(bob, room)))
    assert seen[-1] == 12
    assert max(after - before for before, after in pairwise(seen)) <= 3
    assert waiting(alice) == []
    assert len(set(texts(bob, room))) == 12


def test_what_is_refused_for_now_for_a_day_fails(
    minutes: Minutes, alice: Person, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def limited(*_: object, **__: object) -> None:
        raise RateLimited("Too many", retry_after=3)

    schedule(alice, room, seconds=60)
    monkeypatch.setattr(send_now, "do_send", limited)
    outcomes = [minutes.after(60)]
    while outcomes[-1] != {"failed": 1}:
        assert len(outcomes) < 200
        outcomes.append(minutes.after(HOUR // 2))
    assert waiting(alice)[0]["failure"]["code"] == "rate_limited"
    assert clock.now_ms() - START_MS >= sending.TRIED_FOR_MS


def test_while_it_is_not_known_whether_it_was_sent_nobody_changes_it(
    minutes: Minutes, alice: Person, bob: Person, room: str
) -> None:
    """The answer of a send may be lost, and the message there: a change then would send another."""
    real = send_now.do_send

    def lost(*given: Any, **named: Any) -> Any:
        real(*given, **named)
        raise Unavailable("the answer was lost")

    name = schedule(alice, room, "once", seconds=60)
    with patch.object(send_now, "do_send", lost):
        assert minutes.after(60) == {"postponed": 1}
    assert alice.put(f"{PATH}/{name}", {"send_at": at(HOUR)}).code == "scheduled_message_being_sent"
    assert alice.delete(f"{PATH}/{name}").code == "scheduled_message_being_sent"
    assert minutes.after(60) == {}
    done = [minutes.after(60) for _ in range(5)]
    assert {"sent": 1} in done
    assert texts(bob, room) == ["once"]
    assert waiting(alice) == []


@pytest.mark.parametrize("handed_over_last", [False, True])
@pytest.mark.parametrize("calls", range(4, 34))
def test_a_crash_anywhere_sends_once(
    minutes: Minutes, alice: Person, bob: Person, room: str, calls: int, *, handed_over_last: bool
) -> None:
    minutes.run()  # where it begins to look is kept: the next run comes to the message soon
    stream = ChangeStream()
    schedule(alice, room, "once", seconds=60)
    stream.take()
    minutes.moved.pass_seconds(60)
    with in_one_thread(handed_over_last=handed_over_last), crash_after(calls), suppress(Crash):
        minutes.run()
    for _ in range(6):
        minutes.after(60)
    assert texts(bob, room) == ["once"]
    assert waiting(alice) == []
    told = [event for change in changes(stream.take()) for event in events_of(change)]
    assert len({event.id for event in told if event.type == "scheduled_message.sent"}) == 1
    count = dynamodb.get(
        parley_settings().chat_table, Key(keys.user(alice.tenant_id, "alice"), keys.SCHEDULED_COUNT_SK)
    )
    assert count is not None
    assert count["scheduled"] == {"N": "0"}


@given(
    crashes=st.lists(st.integers(4, 34), max_size=4),
    refused=st.booleans(),
    doubled=st.booleans(),
    minutes_between=st.lists(st.integers(0, 3), min_size=8, max_size=8),
)
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_is_sent_once_or_refused_once(
    tables: None, moved_clock: Clock, crashes: list[int], minutes_between: list[int], *, refused: bool, doubled: bool
) -> None:
    """Whatever runs die, whenever the next one comes, and however often a timer is there."""
    with own_tables():
        acme, run = new_workspace("acme"), Minutes(moved_clock)
        alice, bob = acme.person("alice"), acme.person("bob")
        room, stream = alice.open_group(bob), ChangeStream()
        run.run()
        begun = (clock.now_ms() - START_MS) / 1000
        name = schedule(bob, room, "once", seconds=begun + 60)
        if refused:
            alice.put(f"/v1/conversations/{room}/bans/bob", {})
        if doubled:
            timers.schedule("scheduled_message", acme.tenant_id, "bob", name, clock.now_ms() + 61_000)
        stream.take()
        moved_clock.pass_seconds(60)
        for number, pause in enumerate(minutes_between):
            if number < len(crashes):
                with in_one_thread(), crash_after(crashes[number]), suppress(Crash):
                    run.run()
            else:
                run.run()
            moved_clock.pass_seconds(60 * pause)
        for _ in range(4):
            run.after(60)
        told = {event.id: event for change in changes(stream.take()) for event in events_of(change)}
        ends = [event.type for event in told.values() if event.type.startswith("scheduled_message.")]
        assert ends == (["scheduled_message.failed"] if refused else ["scheduled_message.sent"])
        assert texts(alice, room) == ([] if refused else ["once"])
        assert [each["status"] for each in waiting(bob)] == (["failed"] if refused else [])


def test_two_runs_at_once_send_one(minutes: Minutes, alice: Person, bob: Person, room: str) -> None:
    for operation in ("UpdateItem", "PutItem", "TransactWriteItems"):
        schedule(alice, room, operation, seconds=(clock.now_ms() - START_MS) / 1000 + 60)
        minutes.moved.pass_seconds(60)
        with before_call(operation, lambda: minutes.run()):  # noqa: PLW0108 - its answer is none of before_call's
            minutes.run()
        for _ in range(4):
            minutes.after(60)
    assert texts(bob, room) == ["UpdateItem", "PutItem", "TransactWriteItems"]


def test_who_has_left_is_told_that_it_failed(
    minutes: Minutes, alice: Person, bob: Person, room: str, sockets: Sockets, stream: Stream
) -> None:
    schedule(bob, room, seconds=60)
    bob.delete(f"/v1/conversations/{room}/members/bob")
    stream.deliver()
    his = sockets.connect(bob)
    minutes.after(60)
    stream.deliver()
    (told,) = his.take()
    assert (told["type"], told["data"]["failure"]["code"]) == ("scheduled_message.failed", "conversation_not_found")


def test_moderation_looks_at_it_when_it_is_sent(minutes: Minutes, acme: Workspace, alice: Person, room: str) -> None:
    give_key(acme.tenant_id)
    schedule(alice, room, "a darn thing", seconds=60)
    refused = acme.server.put("/v1/moderation/block-list", {"entries": [{"word": "darn", "action": "refuse"}]})
    assert refused.status == 200, refused.text
    place = Key(keys.tenant(acme.tenant_id), keys.TENANT_SK)
    stored = dynamodb.get(parley_settings().chat_table, place)
    assert stored is not None
    assert "block_list" in stored
    assert minutes.after(60) == {"failed": 1}
    assert waiting(alice)[0]["failure"]["code"] == "message_refused"
