"""Messages that are sent later: once or refused once, by what holds at their moment; their author's until then."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley import clock
from parley.errors import RateLimited, Unavailable
from parley.media.items import MediaItem, media_key
from parley.media.references import use_of
from parley.messaging.messages.schemas import SendMessage
from parley.messaging.messages.sending import sending as send_now
from parley.scheduling import scheduled_messages, sending
from parley.scheduling.schemas import MessageToSend
from parley.settings import settings as parley_settings
from parley.streams.events import events_of
from parley.tables import dynamodb, keys
from parley.tables.expressions import Update
from parley.tables.keys import Key
from parley.timers import timers
from parley.webhooks.dispatch import wants
from parley.webhooks.items import WebhookItem
from tests.functional.personal.conftest import Minutes
from tests.support.aws.gateway import Answer
from tests.support.aws.sockets import Sockets, Stream, give_key
from tests.support.dynamodb.change_stream import ChangeStream, changes
from tests.support.faults.interference import Crash, before_call, crash_after
from tests.support.faults.one_thread import in_one_thread
from tests.support.people.clocks import START_MS, Clock
from tests.support.people.people import Person, Workspace, new_workspace
from tests.support.people.world import own_tables

NOWHERE = "0" * 26
PATH = "/v1/scheduled-messages"
HOUR = 3600
DAY = 24 * HOUR


def at(seconds: float) -> str:
    """So long after the clock's start."""
    return clock.to_rfc3339(datetime.fromtimestamp(START_MS / 1000, UTC) + timedelta(seconds=seconds))


def ask(
    person: Person, room: str, text: str = "later", *, seconds: float = HOUR, key: str | None = None, **fields: Any
) -> Answer:
    message = {"conversation_id": room, "text": text, **fields}
    return person.post(PATH, {"message": message, "send_at": at(seconds)}, key=key)


def schedule(person: Person, room: str, text: str = "later", **options: Any) -> str:
    kept = ask(person, room, text, **options)
    assert kept.status == 201, kept.text
    return str(kept["id"])


def waiting(person: Person) -> list[dict[str, Any]]:
    listed = person.get(PATH, limit=100)
    assert listed.status == 200, listed.text
    return list(listed["data"])


def texts(person: Person, room: str) -> list[str]:
    found = person.get(f"/v1/conversations/{room}/messages", order="asc", limit=100)
    assert found.status == 200, found.text
    return [each["text"] for each in found["data"]]


@pytest.fixture
def room(minutes: Minutes, alice: Person, bob: Person) -> str:
    """A group of alice's and bob's, in the tables of the function of the clock."""
    return alice.open_group(bob)


@pytest.fixture
def file(minutes: Minutes, alice: Person) -> MediaItem:
    """A file of alice's that is ready."""
    place = media_key(alice.tenant_id, "m" * 26)
    item = MediaItem(pk=place.pk, sk=place.sk, tenant_id=alice.tenant_id, media_id="m" * 26, owner_id="alice")
    item.status, item.filename, item.content_type, item.size, item.reserved = "ready", "a.jpg", "image/jpeg", 1, {}
    item.created_at = item.upload_expires_at = clock.now_ms()
    dynamodb.put(parley_settings().chat_table, item.serialize())
    return item


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


def test_all_that_a_message_may_say_is_shown() -> None:
    assert MessageToSend.model_fields.keys() == SendMessage.model_fields.keys()


def test_a_poll_is_sent_later_too(minutes: Minutes, alice: Person, bob: Person, room: str) -> None:
    poll = {"question": "Lunch?", "options": [{"text": "Yes"}, {"text": "No"}]}
    schedule(alice, room, "", seconds=60, poll=poll)
    assert waiting(alice)[0]["message"]["poll"]["question"] == "Lunch?"
    minutes.after(60)
    (message,) = bob.get(f"/v1/conversations/{room}/messages")["data"]
    assert message["poll"]["question"] == "Lunch?"


def test_a_reply_is_sent_later_too(minutes: Minutes, alice: Person, bob: Person, room: str) -> None:
    root = str(bob.send(room, "who is in?")["id"])
    schedule(alice, room, "I am", seconds=60, parent_id=root, show_in_conversation=True)
    minutes.after(60)
    assert [each["text"] for each in bob.get(f"/v1/messages/{root}/replies")["data"]] == ["I am"]


def test_the_soonest_come_first(minutes: Minutes, alice: Person, room: str) -> None:
    for text, seconds in (("b", 200), ("a", 100), ("c", 300)):
        schedule(alice, room, text, seconds=seconds)
    assert [each["message"]["text"] for each in waiting(alice)] == ["a", "b", "c"]


def test_nobody_else_sees_changes_or_takes_back(
    minutes: Minutes, alice: Person, bob: Person, mallory: Person, room: str
) -> None:
    name = schedule(alice, room)
    for other in (bob, mallory):
        assert waiting(other) == []
        for answer in (
            other.get(f"{PATH}/{name}"),
            other.put(f"{PATH}/{name}", {"send_at": at(2 * HOUR)}),
            other.delete(f"{PATH}/{name}"),
        ):
            assert (answer.status, answer.code) == (404, "scheduled_message_not_found")
    assert alice.get(f"{PATH}/nonsense").code == "scheduled_message_not_found"
    assert len(waiting(alice)) == 1


@pytest.mark.parametrize(
    ("seconds", "code"), [(-HOUR, "too_soon"), (0, "too_soon"), (20, "too_soon"), (367 * DAY, "too_far_ahead")]
)
def test_the_moment_is_a_minute_to_a_year_ahead(
    minutes: Minutes, alice: Person, room: str, seconds: int, code: str
) -> None:
    refused = ask(alice, room, seconds=seconds)
    assert refused.status == 422
    assert [(each["pointer"], each["code"]) for each in refused["errors"]] == [("/send_at", code)]
    name = schedule(alice, room)
    assert alice.put(f"{PATH}/{name}", {"send_at": at(seconds)}).status == 422
    assert [each["send_at"] for each in waiting(alice)] == [at(HOUR)]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"message": {"conversation_id": "{room}", "text": "a"}},
        {"send_at": at(HOUR)},
        {"message": {"conversation_id": "{room}", "text": ""}, "send_at": at(HOUR)},
        {"message": {"conversation_id": "{room}", "text": "a", "no": 1}, "send_at": at(HOUR)},
        {"message": {"conversation_id": "{room}", "text": "x" * 20_001}, "send_at": at(HOUR)},
        {"message": {"conversation_id": "{room}", "text": "é" * 15_000}, "send_at": at(HOUR)},
        {"message": {"conversation_id": "{room}", "text": "a"}, "send_at": "tomorrow"},
        {"message": {"conversation_id": "{room}", "text": "a", "attachments": ["m" * 26]}, "send_at": at(HOUR)},
        {"message": {"conversation_id": "{room}", "text": "a", "parent_id": "{room}-9"}, "send_at": at(HOUR)},
    ],
)
def test_what_could_not_be_sent_at_once_is_refused(
    minutes: Minutes, alice: Person, room: str, body: dict[str, Any]
) -> None:
    if "message" in body:
        body = {**body, "message": {name: _in(room, value) for name, value in body["message"].items()}}
    refused = alice.post(PATH, body)
    assert refused.status == 422, refused.text
    assert waiting(alice) == []


def _in(room: str, value: Any) -> Any:
    return value.replace("{room}", room) if isinstance(value, str) else value


def test_strangers_are_told_that_there_is_no_conversation(
    minutes: Minutes, carol: Person, mallory: Person, room: str
) -> None:
    for person in (carol, mallory):
        for place in (room, NOWHERE):
            refused = ask(person, place)
            assert (refused.status, refused.code) == (404, "conversation_not_found")


def test_a_key_keeps_one_message(minutes: Minutes, alice: Person, room: str) -> None:
    first = ask(alice, room, key="k")
    again = ask(alice, room, key="k")
    assert (again.status, again["id"]) == (201, first["id"])
    assert ask(alice, room, "other words", key="k").code == "idempotency_key_reused"
    assert len(waiting(alice)) == 1


@pytest.mark.parametrize("calls", range(10))
def test_a_request_that_dies_is_gone_on_with_by_its_repetition(
    minutes: Minutes, alice: Person, bob: Person, room: str, calls: int
) -> None:
    with in_one_thread(), crash_after(calls):
        ask(alice, room, "once", key="k", seconds=HOUR)
    minutes.moved.pass_seconds(120)  # until the record of the request lets another in
    kept = ask(alice, room, "once", key="k", seconds=HOUR)
    assert kept.status == 201, kept.text
    assert len(waiting(alice)) == 1
    assert minutes.after(HOUR) == {"sent": 1}
    assert texts(bob, room) == ["once"]


def test_it_is_changed_until_its_moment(minutes: Minutes, alice: Person, bob: Person, room: str) -> None:
    name = schedule(alice, room, "first words", seconds=60)
    changed = alice.put(f"{PATH}/{name}", {"message": {"conversation_id": room, "text": "second words"}})
    assert (changed.status, changed["message"]["text"], changed["send_at"]) == (200, "second words", at(60))
    put_off = alice.put(f"{PATH}/{name}", {"send_at": at(HOUR)})
    assert (put_off["message"]["text"], put_off["send_at"]) == ("second words", at(HOUR))
    assert minutes.after(120) == {}
    brought = alice.put(f"{PATH}/{name}", {"send_at": at(240)})
    assert brought.status == 200
    assert minutes.after(120) == {"sent": 1}
    assert texts(bob, room) == ["second words"]
    assert minutes.after(HOUR) == {}


def test_a_change_asks_for_something_to_change_and_for_the_version(minutes: Minutes, alice: Person, room: str) -> None:
    first = ask(alice, room)
    path = f"{PATH}/{first['id']}"
    assert alice.put(path, {}).status == 422
    alice.put(path, {"send_at": at(2 * HOUR)})
    tag = {"If-Match": f'"{first["version"]}"'}
    assert alice.put(path, {"send_at": at(3 * HOUR)}, headers=tag).code == "version_conflict"
    assert alice.delete(path, headers=tag).code == "version_conflict"
    assert [each["send_at"] for each in waiting(alice)] == [at(2 * HOUR)]


def test_what_was_taken_back_is_not_sent(minutes: Minutes, alice: Person, bob: Person, room: str) -> None:
    name = schedule(alice, room, seconds=60)
    assert alice.delete(f"{PATH}/{name}").status == 204
    assert alice.delete(f"{PATH}/{name}").code == "scheduled_message_not_found"
    assert minutes.after(60) == {}
    assert texts(bob, room) == []


def test_what_was_taken_back_is_not_looked_at(minutes: Minutes, alice: Person, room: str) -> None:
    assert alice.delete(f"{PATH}/{schedule(alice, room, seconds=60)}").status == 204
    minutes.moved.pass_seconds(60)
    assert list(timers.due(10)) == []


def test_of_taking_back_and_sending_one_wins_and_says_so(
    minutes: Minutes, alice: Person, bob: Person, room: str
) -> None:
    answers: list[Answer] = []
    for operation in ("UpdateItem", "PutItem", "TransactWriteItems", "DeleteItem"):
        name = schedule(alice, room, operation, seconds=(clock.now_ms() - START_MS) / 1000 + 60)
        minutes.moved.pass_seconds(60)
        with before_call(operation, lambda name=name: answers.append(alice.delete(f"{PATH}/{name}"))):  # type: ignore[misc]
            minutes.run()
        answer = answers[-1]
        assert (answer.status == 204) == (operation not in texts(bob, room)), (operation, answer.text)
        assert answer.status == 204 or answer.code in {"scheduled_message_being_sent", "scheduled_message_not_found"}
    assert {answer.status for answer in answers} == {204, 409, 404} or {204, 409} <= {each.status for each in answers}


def test_a_change_while_it_is_claimed_is_refused(minutes: Minutes, alice: Person, bob: Person, room: str) -> None:
    name = schedule(alice, room, seconds=60)
    refusals: list[Answer] = []

    def change() -> None:
        refusals.append(alice.put(f"{PATH}/{name}", {"message": {"conversation_id": room, "text": "other"}}))

    minutes.run()  # where it begins to look is kept now
    minutes.moved.pass_seconds(60)
    with before_call("PutItem", change):
        minutes.run()
    assert [(each.status, each.code) for each in refusals] == [(409, "scheduled_message_being_sent")]
    assert texts(bob, room) == ["later"]


def test_there_are_never_more_than_the_most(
    minutes: Minutes, alice: Person, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduled_messages, "MOST", 2)
    first = schedule(alice, room)
    with before_call("TransactWriteItems", lambda: schedule(alice, room)):
        refused = ask(alice, room)
    assert (refused.status, refused.code) == (409, "too_many_scheduled_messages")
    alice.delete(f"{PATH}/{first}")
    schedule(alice, room, seconds=60)
    assert minutes.after(60) == {"sent": 1}
    schedule(alice, room)


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


def test_a_file_is_kept_until_it_is_sent(
    minutes: Minutes, alice: Person, bob: Person, room: str, file: MediaItem
) -> None:
    now = str(alice.send(room, "now", attachments=[file.media_id])["id"])
    schedule(alice, room, "later", seconds=DAY, attachments=[file.media_id])
    assert acme_server(alice).delete(f"/v1/messages/{now}", hard="true").status in (200, 204)
    minutes.moved.pass_seconds(HOUR)
    assert use_of(file) == "attached"
    minutes.moved.pass_seconds(DAY)
    assert minutes.run() == {"sent": 1}
    sent = bob.get(f"/v1/conversations/{room}/messages")["data"][0]
    assert [each["media_id"] for each in sent["attachments"]] == [file.media_id]
    assert use_of(file) == "attached"


def acme_server(person: Person) -> Person:
    return Person(person.tenant_id, "", scope="server", tenant_settings={})


def test_a_file_of_what_was_taken_back_or_changed_is_kept_no_longer(
    minutes: Minutes, alice: Person, room: str, file: MediaItem
) -> None:
    name = schedule(alice, room, attachments=[file.media_id])
    minutes.moved.pass_seconds(600)
    assert use_of(file) == "attached"
    assert alice.put(f"{PATH}/{name}", {"message": {"conversation_id": room, "text": "none"}}).status == 200
    assert use_of(file) == "none"
    other = schedule(alice, room, attachments=[file.media_id])
    alice.delete(f"{PATH}/{other}")
    assert use_of(file) == "none"


def test_a_refused_request_takes_no_file_away(
    minutes: Minutes, alice: Person, room: str, file: MediaItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduled_messages, "MOST", 1)
    schedule(alice, room)
    due = [keys.media_deadlines(hour, shard) for hour in ("2026112309", "2026112310") for shard in range(4)]
    assert ask(alice, room, attachments=[file.media_id]).code == "too_many_scheduled_messages"
    minutes.moved.pass_seconds(600)
    assert use_of(file) == "none"
    assert [found for pk in due for found in dynamodb.query(parley_settings().control_table, pk)[0]] == []


def test_a_file_that_its_owner_deletes_fails_the_message(
    minutes: Minutes, alice: Person, room: str, file: MediaItem
) -> None:
    schedule(alice, room, seconds=60, attachments=[file.media_id])
    gone = Update().set(status="deleted").add(version=1)
    dynamodb.update(parley_settings().chat_table, file.key, gone)
    assert minutes.after(60) == {"failed": 1}
    assert waiting(alice)[0]["failure"]["code"] == "attachment_not_found"


def test_the_authors_devices_are_told_and_nobody_elses(
    minutes: Minutes, alice: Person, bob: Person, room: str, sockets: Sockets, stream: Stream
) -> None:
    stream.deliver()
    hers, his = sockets.connect(alice), sockets.connect(bob)
    name = schedule(alice, room, "secret till then", seconds=60)
    stream.deliver()
    (told,) = hers.take()
    assert (told["type"], told["data"]["message"]["text"]) == ("scheduled_message.updated", "secret till then")
    assert his.events == []
    minutes.after(60)
    stream.deliver()
    (sent,) = [each for each in hers.take() if each["type"].startswith("scheduled_message.")]
    (message,) = bob.get(f"/v1/conversations/{room}/messages")["data"]
    assert (sent["type"], sent["data"]) == (
        "scheduled_message.sent",
        {"id": name, "conversation_id": room, "message_id": message["id"], "user_id": "alice"},
    )
    assert [each for each in his.types() if each.startswith("scheduled_message.")] == []
    alice.delete(f"{PATH}/{schedule(alice, room)}")
    stream.deliver()
    assert [each["type"] for each in hers.take()] == ["scheduled_message.deleted"]


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


def test_webhooks_are_told_what_became_of_it_alone(minutes: Minutes, alice: Person, bob: Person, room: str) -> None:
    stream = ChangeStream()
    stream.take()
    schedule(alice, room, seconds=60)
    schedule(bob, room, seconds=60)
    alice.put(f"/v1/conversations/{room}/bans/bob", {})
    minutes.after(60)
    everything = WebhookItem(webhook_id="w", events=[])
    told = [event for change in changes(stream.take()) for event in events_of(change)]
    later = [each.type for each in told if each.type.startswith("scheduled_message.") and wants(everything, each)]
    assert sorted(later) == ["scheduled_message.failed", "scheduled_message.sent"]


def test_a_back_end_schedules_for_whom_it_acts(minutes: Minutes, acme: Workspace, alice: Person, room: str) -> None:
    assert acme.server.get(PATH).code == "acting_user_required"


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


def test_a_system_message_is_not_sent_later_since_it_would_be_the_users(
    minutes: Minutes, alice: Person, room: str
) -> None:
    acting = Person(alice.tenant_id, "", "server", alice.tenant_settings, {"X-Acting-User": "alice"})
    for who in (alice, acting):
        refused = ask(who, room, type="system")
        assert (refused.status, refused.code) == (403, "server_token_required")
    assert waiting(alice) == []
