"""Bookmarks and their reminders: for their owner alone, on time, once."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from parley import clock
from parley.bookmarks import bookmarks
from parley.bookmarks.schemas import PutBookmark
from parley.settings import settings
from parley.streams.events import events_of, for_webhooks
from parley.tables import dynamodb, keys
from parley.tables.keys import Key
from parley.timers import timers
from parley.webhooks.dispatch import wants
from parley.webhooks.items import WebhookItem
from tests.functional.personal.conftest import Minutes
from tests.support.aws.aws_calls import recording_request
from tests.support.aws.sockets import Sockets, Stream
from tests.support.dynamodb.change_stream import ChangeStream, changes, kinesis_event
from tests.support.dynamodb.meter import metered
from tests.support.faults.interference import Crash, before_call, crash_after
from tests.support.faults.one_thread import in_one_thread
from tests.support.people.clocks import START_MS, Clock
from tests.support.people.people import Person, Workspace
from tests.support.people.phones import Phones

NOWHERE = f"{'0' * 26}-1"
HOUR = 3600


def at(seconds: float) -> str:
    """So long after the clock's start."""
    return clock.to_rfc3339(datetime.fromtimestamp(START_MS / 1000, UTC) + timedelta(seconds=seconds))


def keep(person: Person, message: str, **fields: Any) -> dict[str, Any]:
    kept = person.put(f"/v1/messages/{message}/bookmark", fields)
    assert kept.status == 200, kept.text
    return dict(kept.body)


def kept_by(person: Person, **query: Any) -> list[dict[str, Any]]:
    listed = person.get("/v1/bookmarks", **query)
    assert listed.status == 200, listed.text
    return list(listed["data"])


def ids(person: Person, **query: Any) -> list[str]:
    return [each["message_id"] for each in kept_by(person, **query)]


@pytest.fixture
def message(alice: Person, general: str, moved_clock: Clock) -> str:
    return str(alice.send(general, "Stand-up is at ten")["id"])


def test_a_message_is_kept_with_its_note(bob: Person, general: str, message: str) -> None:
    kept = keep(bob, message, note="be there")
    assert (kept["message_id"], kept["conversation_id"], kept["note"]) == (message, general, "be there")
    assert (kept["remind_at"], kept["reminded_at"]) == (None, None)
    assert kept["message"]["text"] == "Stand-up is at ten"
    assert kept_by(bob) == [kept]


def test_keeping_it_again_changes_how(bob: Person, message: str, moved_clock: Clock) -> None:
    first = keep(bob, message, note="be there", remind_at=at(HOUR))
    moved_clock.pass_seconds(1)
    second = keep(bob, message, note="or not")
    assert (second["note"], second["remind_at"], second["created_at"]) == ("or not", None, first["created_at"])
    assert second["version"] == first["version"] + 1
    assert kept_by(bob) == [second]


def test_those_kept_last_come_first(alice: Person, bob: Person, general: str, moved_clock: Clock) -> None:
    messages = [str(alice.send(general, str(number))["id"]) for number in range(3)]
    for each in (messages[1], messages[2], messages[0]):
        keep(bob, each)
        moved_clock.pass_seconds(1)
    assert ids(bob) == [messages[0], messages[2], messages[1]]


def test_a_reply_is_kept_too(alice: Person, bob: Person, general: str, message: str) -> None:
    reply = str(alice.send(general, "late again", parent_id=message)["id"])
    assert keep(bob, reply)["message"]["parent_id"] == message


def test_what_the_message_quotes_shows_as_far_as_one_sees_it(
    alice: Person, bob: Person, general: str, message: str
) -> None:
    quoting = str(alice.send(general, "as I said", quoted_message_id=message)["id"])
    assert keep(bob, quoting)["message"]["quoted_message"]["text"] == "Stand-up is at ten"
    assert kept_by(bob)[0]["message"]["quoted_message"]["id"] == message
    assert bob.post(f"/v1/conversations/{general}/clear", {"message_id": message}).status == 200
    assert kept_by(bob)[0]["message"]["quoted_message"] is None


def test_nobody_else_sees_it(alice: Person, bob: Person, mallory: Person, message: str) -> None:
    keep(bob, message)
    assert kept_by(alice) == []
    assert kept_by(mallory) == []
    assert alice.delete(f"/v1/messages/{message}/bookmark").status == 204
    assert ids(bob) == [message]


def test_what_one_does_not_see_one_does_not_keep(carol: Person, mallory: Person, message: str) -> None:
    for person in (carol, mallory):
        for place in (message, NOWHERE, "nonsense", f"{message}-9"):
            refused = person.put(f"/v1/messages/{place}/bookmark", {})
            assert (refused.status, refused.code) == (404, "message_not_found")


def test_a_deleted_message_is_not_kept(alice: Person, bob: Person, message: str) -> None:
    alice.delete(f"/v1/messages/{message}")
    refused = bob.put(f"/v1/messages/{message}/bookmark", {})
    assert (refused.status, refused.code) == (409, "message_deleted")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"note": ""}, "string_too_short"),
        ({"note": "x" * 501}, "string_too_long"),
        ({"note": "a\0b"}, None),
        ({"remind_at": "tomorrow"}, None),
        ({"remind_at": "2026-11-23T10:00:00"}, None),
        ({"remind_at": at(0)}, "in_the_past"),
        ({"remind_at": at(-HOUR)}, "in_the_past"),
        ({"remind_at": at(6 * 366 * 24 * HOUR)}, "too_far_ahead"),
        ({"unknown": 1}, None),
    ],
)
def test_what_is_no_bookmark_is_refused(bob: Person, message: str, body: dict[str, Any], code: str | None) -> None:
    refused = bob.put(f"/v1/messages/{message}/bookmark", body)
    assert refused.status == 422, refused.text
    if code is not None:
        assert [each["code"] for each in refused["errors"]] == [code]
    assert kept_by(bob) == []


def test_letting_go_twice_is_no_failure_and_frees_one_place(
    bob: Person, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bookmarks, "MOST", 1)
    keep(bob, message)
    for _ in range(2):
        assert bob.delete(f"/v1/messages/{message}/bookmark").status == 204
    keep(bob, message)
    assert bob.delete("/v1/messages/nonsense/bookmark").status == 204


def test_there_are_never_more_than_the_most(
    alice: Person, bob: Person, general: str, monkeypatch: pytest.MonkeyPatch, moved_clock: Clock
) -> None:
    monkeypatch.setattr(bookmarks, "MOST", 2)
    messages = [str(alice.send(general, str(number))["id"]) for number in range(3)]
    keep(bob, messages[0])

    def fill() -> None:
        keep(bob, messages[1])

    with before_call("TransactWriteItems", fill):
        refused = bob.put(f"/v1/messages/{messages[2]}/bookmark", {})
    assert (refused.status, refused.code) == (409, "too_many_bookmarks")
    assert sorted(ids(bob)) == sorted(messages[:2])
    keep(bob, messages[0], note="still to be changed")


def test_of_two_requests_at_once_both_keep_one_bookmark(bob: Person, message: str) -> None:
    with before_call("TransactWriteItems", lambda: keep(bob, message, note="first")):
        assert keep(bob, message, note="second")["note"] == "second"
    assert [each["note"] for each in kept_by(bob)] == ["second"]
    count = dynamodb.get(settings().chat_table, Key(keys.user(bob.tenant_id, "bob"), keys.BOOKMARK_COUNT_SK))
    assert count is not None
    assert count["bookmarks"] == {"N": "1"}


def test_a_version_is_asked_for(bob: Person, message: str) -> None:
    first = keep(bob, message)
    keep(bob, message, note="another device")
    tag = {"If-Match": f'"{first["version"]}"'}
    path = f"/v1/messages/{message}/bookmark"
    assert bob.put(path, {"note": "mine"}, headers=tag).code == "version_conflict"
    assert bob.delete(path, headers=tag).code == "version_conflict"
    assert [each["note"] for each in kept_by(bob)] == ["another device"]
    bob.delete(path)
    assert bob.put(path, {}, headers=tag).code == "version_conflict"


def test_what_has_become_of_the_message_shows(alice: Person, bob: Person, general: str, message: str) -> None:
    keep(bob, message, note="mine")
    alice.put(f"/v1/messages/{message}", {"text": "Stand-up is at nine"})
    assert kept_by(bob)[0]["message"]["text"] == "Stand-up is at nine"
    alice.delete(f"/v1/messages/{message}")
    (gone,) = kept_by(bob)
    assert (gone["message"], gone["note"]) == (None, "mine")
    assert bob.delete(f"/v1/messages/{message}/bookmark").status == 204
    assert kept_by(bob) == []


@pytest.mark.parametrize("how", ["leave", "ban", "clear"])
def test_who_sees_the_message_no_more_sees_a_bookmark_without_it(
    alice: Person, bob: Person, general: str, message: str, how: str
) -> None:
    keep(bob, message)
    if how == "leave":
        bob.delete(f"/v1/conversations/{general}/members/bob")
    elif how == "ban":
        alice.put(f"/v1/conversations/{general}/bans/bob", {})
    else:
        bob.post(f"/v1/conversations/{general}/clear")
    (left,) = kept_by(bob)
    assert (left["message_id"], left["message"]) == (message, None)


def test_reminders_to_come_and_those_that_came_are_told_apart(minutes: Minutes, alice: Person, bob: Person) -> None:
    general = alice.open_group(bob)
    soon, late, never = (str(alice.send(general, text)["id"]) for text in ("soon", "late", "never"))
    keep(bob, soon, remind_at=at(60))
    keep(bob, late, remind_at=at(HOUR))
    keep(bob, never)
    assert sorted(ids(bob, reminder="upcoming")) == sorted([soon, late])
    assert ids(bob, reminder="due") == []
    assert minutes.after(59) == {}
    assert minutes.after(1) == {"reminder": 1}
    assert ids(bob, reminder="due") == [soon]
    assert ids(bob, reminder="upcoming") == [late]
    assert kept_by(bob, reminder="due")[0]["reminded_at"] == at(60)
    refused = bob.get("/v1/bookmarks", reminder="whenever")
    assert refused.status == 422


def test_a_reminder_comes_due_once_whatever_repeats(minutes: Minutes, alice: Person, bob: Person) -> None:
    message = str(alice.send(alice.open_group(bob), "soon")["id"])
    keep(bob, message, remind_at=at(60))
    assert minutes.after(60) == {"reminder": 1}
    version = kept_by(bob)[0]["version"]
    timers.schedule("reminder", bob.tenant_id, "bob", message, clock.now_ms())
    assert minutes.run() == {}
    assert minutes.after(HOUR) == {}
    assert kept_by(bob)[0]["version"] == version


def test_one_that_was_put_off_comes_due_then_alone(minutes: Minutes, alice: Person, bob: Person) -> None:
    message = str(alice.send(alice.open_group(bob), "soon")["id"])
    keep(bob, message, remind_at=at(60))
    keep(bob, message, remind_at=at(2 * HOUR))
    assert minutes.after(HOUR) == {}
    assert minutes.after(HOUR) == {"reminder": 1}
    keep(bob, message, remind_at=at(3 * HOUR))
    assert ids(bob, reminder="upcoming") == [message]
    assert minutes.after(HOUR) == {"reminder": 1}


def test_what_was_let_go_of_reminds_nobody(minutes: Minutes, alice: Person, bob: Person) -> None:
    general = alice.open_group(bob)
    one, other = (str(alice.send(general, text)["id"]) for text in ("one", "other"))
    keep(bob, one, remind_at=at(60))
    keep(bob, other, remind_at=at(60))
    bob.delete(f"/v1/messages/{one}/bookmark")
    keep(bob, other)
    assert minutes.after(60) == {}


def test_an_outage_of_days_loses_no_reminder(minutes: Minutes, alice: Person, bob: Person) -> None:
    general = alice.open_group(bob)
    messages = [str(alice.send(general, str(number))["id"]) for number in range(4)]
    minutes.run()
    for number, message in enumerate(messages):
        keep(bob, message, remind_at=at((1 + 20 * number) * HOUR))
    assert minutes.after(5 * 24 * HOUR) == {"reminder": 4}
    assert minutes.run() == {}


def test_a_timer_that_is_written_late_into_an_hour_is_found(minutes: Minutes, alice: Person, bob: Person) -> None:
    """A request of the last minute of an hour may write when the clock has looked at the next one already."""
    message = str(alice.send(alice.open_group(bob), "soon")["id"])
    minutes.after(HOUR - 60)

    def look() -> None:
        with recording_request():
            minutes.after(70)
            minutes.after(60)

    with before_call("PutItem", look):
        keep(bob, message, remind_at=at(HOUR - 10))
    assert minutes.after(60) == {"reminder": 1}


def test_more_than_one_run_takes_are_taken_by_the_next(
    minutes: Minutes, alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parley.jobs.timed.BATCH", 3)
    general = alice.open_group(bob)
    for number in range(7):
        keep(bob, str(alice.send(general, str(number))["id"]), remind_at=at(60 + number))
    assert minutes.after(120) == {"reminder": 3}
    assert minutes.run() == {"reminder": 3}
    assert minutes.run() == {"reminder": 1}
    assert len(ids(bob, reminder="due")) == 7


def test_hours_that_are_done_with_are_not_read_again(minutes: Minutes, alice: Person, bob: Person) -> None:
    minutes.run()
    for _ in range(3):
        minutes.after(24 * HOUR)
    with metered() as idle:
        minutes.run()
    assert idle.operations.count("Query") <= 2 * timers.SHARDS
    assert idle.writes == 0


@pytest.mark.parametrize("calls", range(4, 15))
def test_a_crash_anywhere_reminds_once(minutes: Minutes, alice: Person, bob: Person, calls: int) -> None:
    message = str(alice.send(alice.open_group(bob), "soon")["id"])
    keep(bob, message, remind_at=at(60))
    minutes.run()  # where it begins to look is kept: the next run comes to the reminder soon
    stream = ChangeStream()
    stream.take()
    minutes.moved.pass_seconds(60)
    with in_one_thread(), crash_after(calls), suppress(Crash):
        minutes.run()
    minutes.run()
    minutes.after(60)
    due = [event for change in changes(stream.take()) for event in events_of(change) if event.type == "bookmark.due"]
    assert len({event.id for event in due}) == 1
    assert ids(bob, reminder="due") == [message]


@pytest.mark.parametrize("calls", range(8))
def test_a_request_that_dies_leaves_no_reminder_lost(minutes: Minutes, alice: Person, bob: Person, calls: int) -> None:
    """What says that it reminds has a timer, wherever the process died."""
    message = str(alice.send(alice.open_group(bob), "soon")["id"])
    with in_one_thread(), crash_after(calls):
        bob.put(f"/v1/messages/{message}/bookmark", {"remind_at": at(60)})
    promised = ids(bob, reminder="upcoming")
    assert minutes.after(60) == ({"reminder": 1} if promised else {})
    assert ids(bob, reminder="due") == promised


def test_a_reminder_that_is_set_anew_while_another_takes_it_back_comes(
    minutes: Minutes, alice: Person, bob: Person
) -> None:
    """Whoever puts it off takes the timer back that they have seen, and no other for the same moment."""
    message = str(alice.send(alice.open_group(bob), "soon")["id"])
    keep(bob, message, remind_at=at(60))
    with in_one_thread(), before_call("DeleteItem", lambda: keep(bob, message, remind_at=at(60))):
        keep(bob, message, remind_at=at(HOUR))
    assert [each["remind_at"] for each in kept_by(bob)] == [at(60)]
    assert minutes.after(60) == {"reminder": 1}


def test_a_reminder_whose_moment_comes_while_it_is_being_set_comes(
    minutes: Minutes, alice: Person, bob: Person
) -> None:
    """A run that finds its timer before the bookmark says the moment would take it for one that is left over."""
    message = str(alice.send(alice.open_group(bob), "soon")["id"])
    body = PutBookmark.model_validate({"remind_at": at(5)})
    with in_one_thread(), before_call("TransactWriteItems", lambda: minutes.after(6)):
        bookmarks.do_put(bob.caller, message, body, if_match=None)
    assert minutes.after(30) == {"reminder": 1}


def test_the_owners_devices_are_told_and_nobody_elses(
    minutes: Minutes, alice: Person, bob: Person, sockets: Sockets, stream: Stream
) -> None:
    general = alice.open_group(bob)
    message = str(alice.send(general, "secret plan")["id"])
    stream.deliver()
    hers, his = sockets.connect(alice), sockets.connect(bob)
    keep(bob, message, note="mine", remind_at=at(60))
    stream.deliver()
    (told,) = his.take()
    assert (told["type"], told["conversation_id"], told["data"]["note"]) == ("bookmark.updated", None, "mine")
    minutes.after(60)
    stream.deliver()
    (due,) = his.take()
    assert (due["type"], due["data"]["message_id"], due["data"]["user_id"]) == ("bookmark.due", message, "bob")
    assert "secret plan" not in str(due)
    bob.delete(f"/v1/messages/{message}/bookmark")
    stream.deliver()
    (gone,) = his.take()
    assert (gone["type"], gone["data"]) == (
        "bookmark.deleted",
        {"message_id": message, "conversation_id": general, "user_id": "bob"},
    )
    assert hers.events == []


def test_who_has_left_is_reminded_all_the_same(
    minutes: Minutes, alice: Person, bob: Person, sockets: Sockets, stream: Stream
) -> None:
    general = alice.open_group(bob)
    message = str(alice.send(general, "secret plan")["id"])
    keep(bob, message, remind_at=at(60))
    bob.delete(f"/v1/conversations/{general}/members/bob")
    stream.deliver()
    his = sockets.connect(bob)
    minutes.after(60)
    stream.deliver()
    assert his.types() == ["bookmark.due"]


def test_a_reminder_that_was_put_off_meanwhile_is_not_told_as_due(
    minutes: Minutes, alice: Person, bob: Person, sockets: Sockets, stream: Stream
) -> None:
    message = str(alice.send(alice.open_group(bob), "soon")["id"])
    keep(bob, message, remind_at=at(60))
    stream.deliver()
    his = sockets.connect(bob)
    minutes.after(60)
    keep(bob, message, remind_at=at(HOUR))
    stream.deliver()
    assert his.types() == ["bookmark.updated"]


def test_webhooks_are_told_that_it_is_due_and_no_more(minutes: Minutes, alice: Person, bob: Person) -> None:
    stream = ChangeStream()
    message = str(alice.send(alice.open_group(bob), "soon")["id"])
    stream.take()
    keep(bob, message, note="mine", remind_at=at(60))
    minutes.after(60)
    bob.delete(f"/v1/messages/{message}/bookmark")
    everything = WebhookItem(webhook_id="w", events=[])
    events = [each for change in changes(stream.take()) if change.entity == "bookmark" for each in events_of(change)]
    assert [event.type for event in events] == ["bookmark.updated", "bookmark.due", "bookmark.deleted"]
    (due,) = [event for event in events if wants(everything, event)]
    assert (due.type, due.data["note"]) == ("bookmark.due", "mine"), "as the user's own devices are told it"
    assert for_webhooks(due).data == due.data | {"note": None}


def remind_phones(phones: Phones, tenant_id: str) -> list[Any]:
    phones.invoke(kinesis_event(phones.stream.take(tenant_id)))
    return phones.take()


@pytest.mark.parametrize(("note", "shown"), [("call her", "call her"), (None, "Stand-up is at ten")])
def test_a_phone_shows_the_note_or_the_message(
    minutes: Minutes, alice: Person, bob: Person, phones: Phones, note: str | None, shown: str
) -> None:
    message = str(alice.send(alice.open_group(bob), "Stand-up is at ten")["id"])
    tokens = {phones.give(bob, "fcm", "one"), phones.give(bob, "apns", "two")}
    keep(bob, message, remind_at=at(60), **({"note": note} if note else {}))
    remind_phones(phones, bob.tenant_id)
    minutes.after(60)
    payloads = phones.stream.take(bob.tenant_id)
    for _ in range(2):
        phones.invoke(kinesis_event(payloads))
    pushed = phones.take()
    assert {each.token for each in pushed} == tokens
    assert len(pushed) == 2
    for each in pushed:
        assert (each.title, each.body) == ("Reminder", shown)
        assert (each.reference["type"], each.reference["message_id"]) == ("bookmark.due", message)


@pytest.mark.parametrize("how", ["leave", "delete"])
def test_a_phone_does_not_show_what_its_owner_does_not_see(
    minutes: Minutes, alice: Person, bob: Person, phones: Phones, how: str
) -> None:
    general = alice.open_group(bob)
    message = str(alice.send(general, "secret plan")["id"])
    phones.give(bob)
    keep(bob, message, remind_at=at(60))
    if how == "leave":
        bob.delete(f"/v1/conversations/{general}/members/bob")
    else:
        alice.delete(f"/v1/messages/{message}")
    remind_phones(phones, bob.tenant_id)
    minutes.after(60)
    (pushed,) = remind_phones(phones, bob.tenant_id)
    assert (pushed.title, pushed.body) == ("Reminder", None)


def test_who_wants_no_pushes_or_is_there_gets_none(
    minutes: Minutes, alice: Person, bob: Person, phones: Phones, sockets: Sockets
) -> None:
    general = alice.open_group(bob)
    one, other = (str(alice.send(general, text)["id"]) for text in ("one", "other"))
    phones.give(bob)
    keep(bob, one, remind_at=at(60))
    keep(bob, other, remind_at=at(180))
    remind_phones(phones, bob.tenant_id)
    his = sockets.connect(bob)
    minutes.after(60)
    assert remind_phones(phones, bob.tenant_id) == []
    his.close()
    bob.put("/v1/users/me/notifications", {"level": "none"})
    minutes.after(180)
    assert remind_phones(phones, bob.tenant_id) == []


def test_who_is_deactivated_is_reminded_of_nothing(
    minutes: Minutes, acme: Workspace, alice: Person, bob: Person, phones: Phones
) -> None:
    message = str(alice.send(alice.open_group(bob), "soon")["id"])
    phones.give(bob)
    keep(bob, message, remind_at=at(60))
    remind_phones(phones, bob.tenant_id)
    assert acme.server.post("/v1/users/bob/deactivate").status == 200
    minutes.after(60)
    assert remind_phones(phones, bob.tenant_id) == []


def test_a_reminder_of_long_ago_is_not_pushed(minutes: Minutes, alice: Person, bob: Person, phones: Phones) -> None:
    message = str(alice.send(alice.open_group(bob), "soon")["id"])
    phones.give(bob)
    keep(bob, message, remind_at=at(60))
    remind_phones(phones, bob.tenant_id)
    minutes.after(60)
    minutes.moved.pass_seconds(HOUR)
    assert remind_phones(phones, bob.tenant_id) == []


def test_a_back_end_names_whom_it_acts_for(acme: Workspace) -> None:
    assert acme.server.get("/v1/bookmarks").code == "acting_user_required"
