"""Messages that are sent later: once or refused once, by what holds at their moment; their author's until then."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from parley import clock
from parley.media.items import MediaItem
from parley.media.references import use_of
from parley.messaging.messages.schemas import SendMessage
from parley.scheduling import scheduled_messages
from parley.scheduling.schemas import MessageToSend
from parley.settings import settings as parley_settings
from parley.streams.events import events_of
from parley.tables import dynamodb, keys
from parley.tables.expressions import Update
from parley.timers import timers
from parley.webhooks.dispatch import wants
from parley.webhooks.items import WebhookItem
from tests.functional.personal.conftest import Minutes
from tests.support.aws.gateway import Answer
from tests.support.aws.sockets import Sockets, Stream
from tests.support.dynamodb.change_stream import ChangeStream, changes
from tests.support.faults.interference import before_call, crash_after
from tests.support.faults.one_thread import in_one_thread
from tests.support.people.clocks import START_MS
from tests.support.people.people import Person, Workspace

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


def test_a_system_message_is_not_sent_later_since_it_would_be_the_users(
    minutes: Minutes, alice: Person, room: str
) -> None:
    acting = Person(alice.tenant_id, "", "server", alice.tenant_settings, {"X-Acting-User": "alice"})
    for who in (alice, acting):
        refused = ask(who, room, type="system")
        assert (refused.status, refused.code) == (403, "server_token_required")
    assert waiting(alice) == []
