"""What a batch reads and tells once, however many effects and records are about it."""

import time

import pytest

from parley import clock
from parley.messaging.access import member_summary_key, membership_key
from parley.realtime import audience, event_log
from parley.settings import settings
from parley.streams import effects
from parley.tables import keys
from parley.tables.keys import Key
from parley.webhooks.registry import ids_key
from tests.functional.streams.conftest import NOTHING_FAILED, Delivering
from tests.support.aws.aws_calls import recording
from tests.support.faults.dynamodb_faults import faulty, unreachable
from tests.support.people.people import Person, Workspace


def test_sockets_and_phones_read_an_audience_once(delivering: Delivering) -> None:
    records = delivering.write("one", "two")
    with recording() as calls:
        assert delivering.hand_over(records) == NOTHING_FAILED
    members = keys.members(delivering.alice.tenant_id, delivering.group)
    listing = [
        parameters
        for operation, parameters in calls.calls
        if operation == "Query" and parameters["ExpressionAttributeValues"][":pk"]["S"] == members
    ]
    assert len(listing) == 1
    assert delivering.on_phone() == ["one", "two"]


def test_all_effects_read_what_changed_how_many_members_there_are_and_which_webhooks_in_one_call(
    delivering: Delivering,
) -> None:
    records = delivering.write("one")
    with recording() as calls:
        assert delivering.hand_over(records) == NOTHING_FAILED
    tenant_id, group = delivering.alice.tenant_id, delivering.group
    size = member_summary_key(tenant_id, group)
    reading = [
        [Key(each["pk"]["S"], each["sk"]["S"]) for each in parameters["RequestItems"][table]["Keys"]]
        for operation, parameters in calls.calls
        if operation == "BatchGetItem"
        for table in parameters["RequestItems"]
    ]
    message = Key(size.pk, keys.message_sk(1))
    (together,) = (places for places in reading if size in places)
    assert sorted(together) == sorted([message, size, membership_key(tenant_id, "alice", group), ids_key(tenant_id)])
    assert sum(message in places for places in reading) == 2, "once for all, and once more before a phone shows it"


@pytest.mark.parametrize(("joined_ms_ago", "queries"), [(1_000, 1), (3600 * 1000, 0)])
def test_who_has_come_lately_is_looked_up_where_somebody_has(
    delivering: Delivering, monkeypatch: pytest.MonkeyPatch, joined_ms_ago: int, queries: int
) -> None:
    alice, later = delivering.alice, clock.now_ms() + joined_ms_ago
    monkeypatch.setattr(clock, "now_ms", lambda: later)
    records = delivering.write("one")
    with recording() as calls:
        assert delivering.hand_over(records) == NOTHING_FAILED
    asked = [
        parameters["ExpressionAttributeValues"][":pk"]["S"]
        for operation, parameters in calls.calls
        if operation == "Query"
    ]
    assert asked.count(keys.arrivals(alice.tenant_id, delivering.group)) == queries
    assert delivering.on_phone() == ["one"]


@pytest.mark.parametrize("resting", ["", "send_push"])
def test_who_is_online_and_who_has_a_device_is_read_in_one_call_for_all_who_want_it(
    delivering: Delivering, resting: str
) -> None:
    records = delivering.write("one")
    if resting:
        effects._resting.set(resting, time.monotonic() + 30)
    with recording() as calls:
        assert delivering.hand_over(records) == NOTHING_FAILED
    effects.forget()
    reading = [
        sorted((key["pk"]["S"].rpartition("#")[2], key["sk"]["S"]) for key in wanted["Keys"])
        for operation, parameters in calls.calls
        if operation == "BatchGetItem"
        for table, wanted in parameters["RequestItems"].items()
        if table == settings().control_table
    ]
    online = [(name, keys.ONLINE_SK) for name in ("alice", "bob", "carol")]
    devices = [] if resting else [(name, keys.PUSH_SK) for name in ("bob", "carol")]
    assert reading[0] == sorted([*online, *devices])
    assert delivering.on_socket() == ["one"]
    assert delivering.on_phone() == ([] if resting else ["one"])


def test_where_that_call_fails_each_effect_reads_for_itself(delivering: Delivering) -> None:
    records = delivering.write("one")
    with faulty(lambda number, operation: unreachable(operation) if number == 1 else None):
        assert delivering.hand_over(records) == NOTHING_FAILED
    assert delivering.on_socket() == delivering.queued() == delivering.on_phone() == ["one"]
    assert delivering.retries.waiting() == []


def test_nothing_is_read_for_an_effect_that_rests(delivering: Delivering) -> None:
    records = delivering.write("one")
    for name in ("deliver_realtime", "deliver_webhooks", "send_push"):
        effects._resting.set(name, time.monotonic() + 30)
    with recording() as calls:
        assert delivering.hand_over(records) == NOTHING_FAILED
    effects.forget()
    assert "BatchGetItem" not in calls.operations
    assert sorted(delivering.retries.waiting()) == ["deliver_realtime", "deliver_webhooks", "send_push"]


def test_the_next_batch_reads_it_anew(delivering: Delivering, acme: Workspace) -> None:
    dave = acme.person("dave")
    assert delivering.hand_over(delivering.write("one")) == NOTHING_FAILED
    delivering.alice.post(f"/v1/conversations/{delivering.group}/members", {"user_ids": ["dave"]})
    delivering.phones.give(dave)
    assert delivering.hand_over(delivering.write("two")) == NOTHING_FAILED
    assert sorted(delivering.on_phone()) == ["one", "two", "two"]


def test_outside_of_a_batch_nothing_is_kept(delivering: Delivering) -> None:
    tenant_id, group = delivering.alice.tenant_id, delivering.group
    assert audience.member_count(tenant_id, group) == 3
    assert delivering.alice.delete(f"/v1/conversations/{group}/members/carol").status == 204
    assert audience.member_count(tenant_id, group) == 2


def test_of_the_pointers_that_a_batch_moves_the_furthest_is_told(delivering: Delivering, bob: Person) -> None:
    records = []
    for text in ("one", "two", "three"):
        records += delivering.write(text)
        assert bob.post(f"/v1/conversations/{delivering.group}/read", {}).status == 200
        records += delivering.take()
    assert delivering.hand_over(records[::-1]) == NOTHING_FAILED
    read = [event for event in delivering.socket.events if event["type"] == "read.updated"]
    assert sorted(event["data"]["user_id"] for event in read) == ["alice", "bob"]
    assert {event["data"]["read_seq"] for event in read} == {3}
    line = event_log.line_of_conversation(delivering.alice.tenant_id, delivering.group)
    entries, _ = event_log.read(line, after=0, until=2**45, limit=100)
    noted = [each.stream_event.owner for each in entries if each.stream_event.type == "read.updated"]
    assert sorted(map(str, noted)) == ["alice", "bob"]
