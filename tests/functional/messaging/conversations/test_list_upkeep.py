"""What the consumer notes beside kept lists, how often, and what a reader does where a list is not to be believed."""

import importlib
from collections.abc import Iterator, Sequence
from typing import Any
from unittest.mock import patch

import pytest

from parley import clock
from parley.messaging import activity
from parley.messaging.access import membership_key, meta_key
from parley.messaging.conversations import kept, previews
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.expressions import Update
from parley.tables.keys import Key
from tests.support.aws.aws_calls import recording
from tests.support.aws.gateway import Context
from tests.support.aws.sockets import consumer_of
from tests.support.dynamodb.change_stream import ChangeStream, Payload, kinesis_event
from tests.support.dynamodb.meter import metered
from tests.support.people.clocks import Clock
from tests.support.people.listing import listed, pages_of, preview_of
from tests.support.people.people import Person

HOUR = 3600


@pytest.fixture(autouse=True)
def many(monkeypatch: pytest.MonkeyPatch, moved_clock: Clock) -> Iterator[Clock]:
    """More than two conversations are many, and a part of a list holds two."""
    monkeypatch.setattr(kept, "FEW", 2)
    monkeypatch.setattr(kept, "ROWS_OF_A_PART", 2)
    return iter([moved_clock])


@pytest.fixture
def stream(tables: None) -> ChangeStream:
    """What was written once there were rooms."""
    return ChangeStream()


@pytest.fixture
def rooms(alice: Person, bob: Person, stream: ChangeStream, moved_clock: Clock) -> list[str]:
    """Five of alice's conversations, in which something was sent long ago, and a list that is kept of them."""
    made = [alice.open_group(bob, name=f"room {number}") for number in range(5)]
    for conversation_id in made:
        bob.send(conversation_id)
        moved_clock.pass_seconds(1)
    hand_over(stream.take(), moved_clock.now)
    moved_clock.pass_seconds(2 * HOUR)
    assert alice.get("/v1/unread")["total"] == 5
    return made


def hand_over(payloads: Sequence[Payload], now: int) -> dict[str, Any]:
    for each in payloads:
        each["dynamodb"]["ApproximateCreationDateTime"] = now
    consumer = consumer_of("streams/roll_up_usage")
    with recording() as calls:
        answer = importlib.import_module("functions.streams.roll_up_usage").handler(kinesis_event(payloads), Context())
    assert not calls.denied(consumer.grants)
    return dict(answer)


def notes_of(who: Person) -> list[str]:
    """The conversations that are noted beside the person's list, the oldest first."""
    found, _ = dynamodb.query(
        settings().control_table,
        keys.user(who.tenant_id, who.user_id),
        begins_with=keys.LIST_CHANGE_PREFIX,
        consistent=True,
    )
    return [keys.list_change_of(raw["sk"]["S"])[1] for raw in found]


def unlisted_of(who: Person) -> list[str] | None:
    return activity.read_unlisted(who.tenant_id, 100)


def names(who: Person, **query: Any) -> list[str]:
    return [each["name"] for page in pages_of(who, "/v1/conversations", **query) for each in page["data"]]


def head_of(who: Person) -> dict[str, Any]:
    at = Key(keys.user(who.tenant_id, who.user_id), keys.KEPT_LIST_SK)
    found = dynamodb.get(settings().control_table, at, consistent=True)
    assert found is not None
    return found


def test_however_much_is_sent_within_an_hour_each_member_with_a_list_gets_one_note(
    alice: Person, bob: Person, rooms: list[str], stream: ChangeStream, moved_clock: Clock
) -> None:
    before = notes_of(alice)
    for _ in range(5):
        bob.send(rooms[0])
        moved_clock.pass_seconds(60)
        assert hand_over(stream.take(), moved_clock.now) == {"batchItemFailures": []}
    assert notes_of(alice)[len(before) :] == [rooms[0]]
    assert rooms[0] not in notes_of(bob)[len(before) :], "bob keeps no list"
    moved_clock.pass_seconds(HOUR)
    bob.send(rooms[0])
    hand_over(stream.take(), moved_clock.now)
    assert notes_of(alice)[len(before) :] == [rooms[0]] * 2


def test_a_change_is_unlisted_until_it_is_noted_and_a_little_longer(
    alice: Person, bob: Person, rooms: list[str], stream: ChangeStream, moved_clock: Clock
) -> None:
    bob.send(rooms[1])
    sent = stream.take()
    bob.put(f"/v1/conversations/{rooms[2]}", {"name": "no admin"})
    alice.put(f"/v1/conversations/{rooms[2]}", {"name": "renamed"})
    assert sorted(unlisted_of(alice) or []) == sorted([rooms[1], rooms[2]])
    hand_over(sent, moved_clock.now)
    assert rooms[1] in (unlisted_of(alice) or []), "who has read the notes already finds it here"
    moved_clock.pass_seconds(activity.LEAVING_MS // 1000 + 1)
    assert unlisted_of(alice) == [rooms[2]]
    hand_over(sent + stream.take(), moved_clock.now)
    moved_clock.pass_seconds(activity.LEAVING_MS // 1000 + 1)
    assert unlisted_of(alice) == []


def test_an_older_record_does_not_take_back_what_a_newer_change_has_unlisted(
    alice: Person, bob: Person, rooms: list[str], stream: ChangeStream, moved_clock: Clock
) -> None:
    bob.send(rooms[0])
    first = stream.take()
    moved_clock.pass_seconds(HOUR)
    bob.send(rooms[0])
    hand_over(first, moved_clock.now)
    moved_clock.pass_seconds(60)
    assert unlisted_of(alice) == [rooms[0]]


def test_a_send_writes_once_more_for_the_first_message_of_an_hour(
    bob: Person, rooms: list[str], moved_clock: Clock
) -> None:
    def writes() -> float:
        with metered() as cost:
            assert bob.send(rooms[0]).status == 201
        assert cost.round_trips <= 4
        return cost.writes

    first, second = writes(), writes()
    moved_clock.pass_seconds(HOUR)
    assert (first - second, writes() - second, writes() - second) == (1, 1, 0)


def test_edits_and_deletes_within_the_hour_of_a_message_write_no_more(
    bob: Person, alice: Person, rooms: list[str], moved_clock: Clock
) -> None:
    message = bob.send(rooms[0])["id"]
    before = unlisted_of(alice)
    assert bob.put(f"/v1/messages/{message}", {"text": "edited"}).status == 200
    assert bob.delete(f"/v1/messages/{message}").status == 200
    assert unlisted_of(alice) == before
    assert alice.get("/v1/unread")["total"] == 5


@pytest.mark.parametrize("consumed", [False, True])
def test_a_message_deleted_in_a_quiet_hour_no_longer_counts(
    alice: Person, bob: Person, rooms: list[str], stream: ChangeStream, moved_clock: Clock, *, consumed: bool
) -> None:
    message = bob.send(rooms[0])["id"]
    moved_clock.pass_seconds(3 * HOUR)
    hand_over(stream.take(), moved_clock.now)
    assert alice.get("/v1/unread")["total"] == 6
    assert bob.delete(f"/v1/messages/{message}").status == 200
    if consumed:
        hand_over(stream.take(), moved_clock.now)
        moved_clock.pass_seconds(60)
    assert alice.get("/v1/unread")["total"] == 5


def test_an_edit_that_died_before_the_preview_is_carried_through(
    alice: Person, bob: Person, rooms: list[str], stream: ChangeStream, moved_clock: Clock
) -> None:
    message = bob.send(rooms[0], "first")["id"]
    assert preview_of(alice, rooms[0])["text"] == "first"
    with patch.object(previews, "_change", side_effect=RuntimeError):
        assert bob.put(f"/v1/messages/{message}", {"text": "second"}).status == 500
    meta = meta_key(alice.tenant_id, rooms[0])
    assert (dynamodb.get(settings().chat_table, meta) or {})["last_text"]["S"] == "first"
    hand_over(stream.take(), moved_clock.now)
    assert (dynamodb.get(settings().chat_table, meta) or {})["last_text"]["S"] == "second"
    assert preview_of(alice, rooms[0])["text"] == "second"


def test_who_is_removed_is_shown_nothing_and_who_joins_sees_it_without_the_consumer(
    alice: Person, bob: Person, rooms: list[str], moved_clock: Clock
) -> None:
    mine = bob.open_group(name="new")
    bob.post(f"/v1/conversations/{mine}/members", {"user_ids": ["alice"]})
    assert names(alice, limit=2) == ["new", "room 4", "room 3", "room 2", "room 1", "room 0"]
    assert bob.delete(f"/v1/conversations/{mine}/members/alice").status == 204
    alice.delete(f"/v1/conversations/{rooms[3]}/members/alice")
    bob.get("/v1/conversations")
    assert "new" not in names(alice, limit=2)


def test_how_far_a_member_has_read_and_their_mute_are_those_of_this_moment(alice: Person, rooms: list[str]) -> None:
    alice.post(f"/v1/conversations/{rooms[0]}/read")
    alice.put(f"/v1/conversations/{rooms[1]}/mute")
    assert (listed(alice, rooms[0])["unread_count"], listed(alice, rooms[1])["muted"]) == (0, True)
    unread = alice.get("/v1/unread")
    assert (unread["total"], unread["muted_total"]) == (3, 1)


def _tear(who: Person) -> None:
    at = Key(keys.user(who.tenant_id, who.user_id), keys.kept_rows_sk(1))
    dynamodb.update(settings().control_table, at, Update().set(generation=1))


def _forget_unread(who: Person) -> None:
    dynamodb.delete(settings().control_table, Key(keys.user(who.tenant_id, who.user_id), keys.KEPT_UNREAD_SK))


def _grow_old(who: Person) -> None:
    at = Key(keys.user(who.tenant_id, who.user_id), keys.KEPT_LIST_SK)
    dynamodb.update(settings().control_table, at, Update().set(at=clock.now_ms() - kept.OLDEST_MS - 1))


@pytest.mark.parametrize("spoil", [_tear, _forget_unread, _grow_old])
def test_a_list_that_is_not_to_be_believed_is_read_and_kept_anew(
    spoil: Any, alice: Person, rooms: list[str], moved_clock: Clock
) -> None:
    spoil(alice)
    moved_clock.pass_seconds(1)  # of two lists kept in one moment either may stay
    before = head_of(alice).get("generation")
    assert names(alice, limit=2) == ["room 4", "room 3", "room 2", "room 1", "room 0"]
    assert alice.get("/v1/unread")["total"] == 5
    after = head_of(alice)["generation"]
    assert after != before
    assert names(alice, limit=2) == ["room 4", "room 3", "room 2", "room 1", "room 0"]
    assert head_of(alice)["generation"] == after


def test_where_too_much_has_changed_everything_is_read_and_kept_anew(
    alice: Person, bob: Person, rooms: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST_CHANGED", 2)
    monkeypatch.setattr(kept, "MOST_FOREIGN", 0)
    monkeypatch.setattr(kept, "MOST_UNLISTED", 3)
    for conversation_id in rooms:
        bob.send(conversation_id)
    before = head_of(alice)["generation"]
    assert sorted(names(alice)) == [f"room {number}" for number in range(5)]
    assert alice.get("/v1/unread")["total"] == 10
    assert head_of(alice)["generation"] == before, "all of them would have to be looked at"
    monkeypatch.setattr(kept, "MOST_CHANGED", 5)
    assert sorted(names(alice)) == [f"room {number}" for number in range(5)]


def test_what_is_of_others_among_the_unlisted_is_not_shown(
    alice: Person, bob: Person, carol: Person, rooms: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = bob.open_group(carol, name="theirs")
    bob.send(theirs)
    for most in (25, 0):
        monkeypatch.setattr(kept, "MOST_FOREIGN", most)
        assert names(alice, limit=2) == ["room 4", "room 3", "room 2", "room 1", "room 0"]
        assert alice.get("/v1/unread")["total"] == 5


def test_an_erasure_leaves_nothing_of_a_list(alice: Person, rooms: list[str]) -> None:
    """It empties the user's partition of `control`, where all of it lies."""
    pk = keys.user(alice.tenant_id, "alice")
    found, _ = dynamodb.query(settings().control_table, pk, consistent=True)
    entities = {raw["entity"]["S"] for raw in found}
    assert {"kept_list", "kept_rows", "kept_unread", "list_change"} <= entities
    assert all(raw["pk"]["S"] == membership_key(alice.tenant_id, "alice", rooms[0]).pk for raw in found)


def test_what_is_unlisted_no_more_is_seen_by_its_note(
    alice: Person, bob: Person, rooms: list[str], stream: ChangeStream, moved_clock: Clock
) -> None:
    assert names(alice)[-1] == "room 0"
    moved_clock.pass_seconds(2 * HOUR)
    bob.send(rooms[0])
    hand_over(stream.take(), moved_clock.now)
    moved_clock.pass_seconds(activity.LEAVING_MS // 1000 + 1)
    assert unlisted_of(alice) == []
    assert names(alice)[0] == "room 0"
    assert alice.get("/v1/unread")["total"] == 6
