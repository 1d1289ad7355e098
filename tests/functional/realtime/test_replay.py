"""GET /v1/events: after an absence, a client has what the tables have."""

import pytest

from parley import clock
from parley.realtime import event_log, replay
from tests.support.aws.sockets import Sockets, Stream
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person
from tests.support.people.readers import Reader


def test_without_a_cursor_it_gives_the_cursor_of_now(alice: Person, sockets: Sockets) -> None:
    page = alice.get("/v1/events")
    assert (page.status, page["data"], page["has_more"]) == (200, [], False)
    assert alice.get("/v1/events", after=page["next_cursor"])["data"] == []


@pytest.mark.parametrize("cursor", ["nonsense", "", "WyJlIiwtMV0", "WyJlIiw5OTk5OTk5OTk5OTk5OTld"])
def test_a_malformed_cursor_is_refused(alice: Person, cursor: str) -> None:
    assert alice.get("/v1/events", after=cursor).code == "invalid_cursor"


def test_a_server_token_names_whom_it_acts_for(alice: Person, acme: object) -> None:
    server = Person(alice.tenant_id, "", scope="server")
    assert server.get("/v1/events").code == "acting_user_required"


def test_who_was_away_learns_what_happened(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream, moving_clock: MovingClock
) -> None:
    moving_clock.pass_seconds(60)
    old = alice.send(general, "before")
    stream.deliver()
    reader = Reader(bob, sockets)
    reader.arrive()
    alice.send(general, "missed")
    alice.put(f"/v1/messages/{old['id']}", {"text": "edited while away"})
    assert alice.post(f"/v1/messages/{old['id']}/reactions", {"reaction": "🎉"}).status == 201
    alice.put(f"/v1/conversations/{general}", {"name": "renamed"})
    stream.deliver()
    types = [event["type"] for event in reader.replay()]
    assert {"message.created", "message.updated", "reaction.added", "conversation.updated"} <= set(types)
    assert reader.agrees()


def test_pages_follow_each_other_until_all_is_told(
    alice: Person, bob: Person, sockets: Sockets, stream: Stream, moving_clock: MovingClock
) -> None:
    groups = [alice.open_group(bob, name=f"g{number}") for number in range(3)]
    stream.deliver()
    moving_clock.pass_seconds(60)
    reader = Reader(bob, sockets)
    reader.arrive()
    for number in range(10):
        for group in groups:
            alice.send(group, f"{number}")
        stream.deliver()
    events = reader.replay(limit=7)
    created = [event["id"] for event in events if event["type"] == "message.created"]
    assert len(set(created)) == 30
    assert reader.agrees()


def test_too_much_in_one_conversation_is_a_gap_and_the_others_are_told(
    alice: Person,
    bob: Person,
    sockets: Sockets,
    stream: Stream,
    moving_clock: MovingClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(replay, "MOST_PER_CONVERSATION", 10)
    busy, quiet = (alice.open_group(bob, name=name) for name in ("busy", "quiet"))
    stream.deliver()
    moving_clock.pass_seconds(60)
    reader = Reader(bob, sockets)
    reader.arrive()
    for _ in range(12):
        alice.send(busy)
    alice.send(quiet)
    stream.deliver()
    events = reader.replay(limit=5)
    assert [event["conversation_id"] for event in events if event["type"] == "gap"] == [busy]
    assert reader.agrees()


def test_a_conversation_that_one_has_joined_meanwhile_is_a_gap(
    alice: Person, bob: Person, sockets: Sockets, stream: Stream
) -> None:
    reader = Reader(bob, sockets)
    reader.arrive()
    group = alice.open_group(bob)
    alice.send(group)
    stream.deliver()
    events = reader.replay()
    assert ("gap", group) in [(event["type"], event["conversation_id"]) for event in events]
    assert ("member.added", group) in [(event["type"], event["conversation_id"]) for event in events]
    assert reader.agrees()


def test_who_was_removed_learns_that_and_no_more(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    reader = Reader(bob, sockets)
    reader.arrive()
    alice.send(general, "one")
    alice.delete(f"/v1/conversations/{general}/members/bob")
    alice.send(general, "two")
    stream.deliver()
    events = reader.replay()
    assert [event["type"] for event in events if event["type"] != "user.updated"] == ["member.removed"]


def test_an_absence_longer_than_the_log_is_answered_with_a_gap_of_everything(
    alice: Person, sockets: Sockets, monkeypatch: pytest.MonkeyPatch
) -> None:
    cursor = alice.get("/v1/events")["next_cursor"]
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now + 8 * 86_400_000)
    page = alice.get("/v1/events", after=cursor)
    assert [(event["type"], event["conversation_id"]) for event in page["data"]] == [("gap", None)]
    assert page["has_more"] is False


def test_what_the_stream_tells_late_is_told_by_a_later_replay(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream, moving_clock: MovingClock
) -> None:
    stream.deliver()
    moving_clock.pass_seconds(60)
    reader = Reader(bob, sockets)
    reader.arrive()
    alice.send(general, "written, but the stream is an hour late")
    assert [event["type"] for event in reader.replay()] == []
    moving_clock.pass_seconds(3600)
    reader.replay()
    stream.deliver()
    assert "message.created" in [event["type"] for event in reader.replay()]
    assert reader.agrees()


def test_of_two_who_write_to_a_log_at_once_the_one_of_the_earlier_moment_may_be_the_last(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream, moving_clock: MovingClock
) -> None:
    stream.deliver()
    moving_clock.pass_seconds(120)
    alice.send(general, "at the later moment")
    stream.deliver()
    alice.send(general, "at the earlier one")
    moving_clock.pass_seconds(-20)
    stream.deliver()
    moving_clock.pass_seconds(20 + 25)
    cursor = bob.get("/v1/events")["next_cursor"]
    told = bob.get("/v1/events", after=cursor)["data"]
    assert "at the later moment" in [event["data"].get("text") for event in told], (
        "it may have come late, and is told again"
    )


def test_what_a_batch_has_twice_is_noted_once(alice: Person, general: str, sockets: Sockets, stream: Stream) -> None:
    stream.deliver()
    for number in range(event_log.PER_ITEM):
        alice.send(general, f"{number}")
    told = [
        each for each in stream.changes.take(alice.tenant_id) if each["dynamodb"]["Keys"]["sk"]["S"].startswith("M#")
    ]
    assert stream.hand_over(told * 2) == {"batchItemFailures": []}
    line = event_log.line_of_conversation(alice.tenant_id, general)
    entries, _ = event_log.read(line, after=0, until=2**45, limit=1_000)
    noted = [each.stream_event.entity_id for each in entries if each.stream_event.type == "message.created"]
    assert len(noted) == len(set(noted)) == event_log.PER_ITEM


def test_another_tenant_replays_nothing_of_ours(
    alice: Person, bob: Person, mallory: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    cursor = bob.get("/v1/events")["next_cursor"]
    alice.send(general)
    stream.deliver()
    assert bob.get("/v1/events", after=cursor)["data"] != []
    assert mallory.get("/v1/events", after=cursor)["data"] == []


def test_a_quiet_replay_costs_a_query_a_read_of_heads_and_ones_own_log(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    cursor = bob.get("/v1/events")["next_cursor"]
    page = bob.get("/v1/events", after=cursor)
    assert sorted(page.calls.operations) == ["BatchGetItem", "Query", "Query"]
