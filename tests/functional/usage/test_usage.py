"""What a tenant used, by day: exact however records come, shown to its own back end alone."""

import importlib
import random
from collections.abc import Sequence
from typing import Any

import pytest
from botocore.exceptions import ClientError

from parley import clock
from parley.media.quota import tenant_counter
from parley.settings import settings
from parley.tables import attributes, dynamodb, usage
from parley.usage import rollup
from tests.support.aws.aws_calls import recording
from tests.support.aws.change_stream import ChangeStream, Payload, kinesis_event
from tests.support.aws.gateway import Context
from tests.support.aws.sockets import consumer_of
from tests.support.faults.dynamodb_faults import faulty, throttled
from tests.support.people.people import Person, Workspace


@pytest.fixture
def changes(tables: None) -> ChangeStream:
    rollup._known_active.clear()
    return ChangeStream()


def hand_over(payloads: Sequence[Payload]) -> dict[str, Any]:
    consumer = consumer_of("streams/roll_up_usage")
    with recording() as calls:
        answer = importlib.import_module("functions.streams.roll_up_usage").handler(kinesis_event(payloads), Context())
    assert not calls.denied(consumer.grants)
    return dict(answer)


def today(server: Person) -> dict[str, Any]:
    answer = server.get("/v1/usage")
    assert answer.status == 200, answer.text
    assert len(answer["data"]) == 7
    shown: dict[str, Any] = answer["data"][-1]
    assert shown.pop("day") == usage.day_of(clock.now_ms())
    return shown


def tell(alice: Person, bob: Person, conversation_id: str) -> None:
    """Four messages by alice, a reply by bob, who also reads; carol does nothing."""
    for number in range(4):
        sent = alice.send(conversation_id, str(number))
    assert bob.send(conversation_id, "yes", parent_id=sent["id"]).status == 201
    alice.put(f"/v1/messages/{sent['id']}", {"text": "edited"})
    bob.post(f"/v1/conversations/{conversation_id}/read", {})
    alice.delete(f"/v1/messages/{sent['id']}")


@pytest.mark.parametrize("seed", range(8))
def test_records_that_come_twice_in_any_order_and_batches_count_once(
    acme: Workspace, alice: Person, bob: Person, carol: Person, general: str, changes: ChangeStream, seed: int
) -> None:
    changes.take(acme.tenant_id)
    tell(alice, bob, general)
    chance = random.Random(seed)  # noqa: S311 - the same orders in every run
    payloads = changes.take(acme.tenant_id)
    copies = chance.sample(payloads * 3, 3 * len(payloads))
    while copies:
        size = chance.randrange(1, len(copies) + 1)
        assert hand_over(copies[:size]) == {"batchItemFailures": []}
        del copies[:size]
        rollup._known_active.clear()
    counted = today(acme.server)
    assert (counted["messages"], counted["active_users"]) == (5, 2)


def test_a_batch_that_fails_midway_counts_once_when_it_comes_again(
    acme: Workspace, alice: Person, bob: Person, general: str, changes: ChangeStream
) -> None:
    changes.take(acme.tenant_id)
    tell(alice, bob, general)
    payloads = changes.take(acme.tenant_id)
    failed = 0
    for failing in range(1, 7):
        rollup._known_active.clear()
        with faulty(lambda number, operation, last=failing: throttled(operation) if number == last else None):  # type: ignore[misc]
            try:
                hand_over(payloads)
            except ClientError:
                failed += 1
    assert failed >= 3
    hand_over(payloads)
    counted = today(acme.server)
    assert (counted["messages"], counted["active_users"]) == (5, 2)


def test_spans_of_numbers_are_counted_apart(acme: Workspace, changes: ChangeStream) -> None:
    day = usage.day_of(clock.now_ms())
    line = (acme.tenant_id, day, f"T#{acme.tenant_id}#C#x")
    for span, numbers in ((0, {0, 511}), (1, {0, 511}), (0, {511, 7})):
        rollup._count_messages((*line, span), numbers)
    assert usage.total(acme.tenant_id, rollup.MESSAGES, day) == 5


def test_stored_bytes_are_those_of_the_quota(acme: Workspace, changes: ChangeStream) -> None:
    for shard, amount in ((0, 100), (5, 23)):
        held = attributes.item({**tenant_counter(acme.tenant_id, shard)._asdict(), "amount": amount})
        dynamodb.put(settings().control_table, held)
    rollup.note_stored_bytes(acme.tenant_id)
    assert today(acme.server)["stored_bytes"] == 123


def test_a_day_without_changes_stores_what_the_day_before_did(
    acme: Workspace, changes: ChangeStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = attributes.item({**tenant_counter(acme.tenant_id, 0)._asdict(), "amount": 100})
    dynamodb.put(settings().control_table, held)
    rollup.note_stored_bytes(acme.tenant_id)
    real = clock.now_ms
    monkeypatch.setattr(clock, "now_ms", lambda: real() + 3 * 24 * 3600_000)
    days = acme.server.get("/v1/usage")["data"]
    assert [day["stored_bytes"] for day in days] == [0, 0, 0, 100, 100, 100, 100]


def test_users_and_other_tenants_see_nothing_of_it(
    acme: Workspace, globex: Workspace, alice: Person, bob: Person, general: str, changes: ChangeStream
) -> None:
    changes.take(acme.tenant_id)
    tell(alice, bob, general)
    hand_over(changes.take(acme.tenant_id))
    assert alice.get("/v1/usage").code == "server_token_required"
    assert set(today(globex.server).values()) == {0}


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-11-02", "to": "2026-11-01"},
        {"from": "2026-01-01", "to": "2026-02-01"},
        {"from": "yesterday"},
        {"since": "2026-11-01"},
    ],
)
def test_a_range_is_at_most_31_days_forward(acme: Workspace, query: dict[str, str]) -> None:
    assert acme.server.get("/v1/usage", **query).status == 422
    assert len(acme.server.get("/v1/usage", **{"from": "2026-01-01", "to": "2026-01-31"})["data"]) == 31
