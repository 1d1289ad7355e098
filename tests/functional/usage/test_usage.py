"""What a tenant used, by day: exact however records come, shown to its own back end alone."""

import importlib
import random
import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from botocore.exceptions import ClientError

from parley import clock
from parley.media.items import MediaItem
from parley.media.quota import tenant_counter
from parley.settings import settings
from parley.tables import attributes, dynamodb, keys, transactions, usage
from parley.tables.expressions import Update
from parley.usage import rollup
from tests.support.aws.aws_calls import recording
from tests.support.aws.gateway import Context
from tests.support.aws.sockets import consumer_of
from tests.support.dynamodb.change_stream import ChangeStream, Payload, kinesis_event
from tests.support.faults.dynamodb_faults import faulty, throttled
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace

DAY_MS = 24 * 3600_000


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


def files_of(who: Person, size: int, changes: ChangeStream, *, at: int) -> list[Payload]:
    """The records of a file that is counted in the quota, as written at a moment."""
    item = MediaItem(
        pk=keys.media(who.tenant_id, uuid.uuid4().hex),
        sk=keys.META_SK,
        tenant_id=who.tenant_id,
        media_id=uuid.uuid4().hex,
        owner_id=who.user_id,
        filename="a.txt",
        content_type="text/plain",
        size=size,
        status="uploading",
        reserved={"0": size},
        created_at=at,
        upload_expires_at=at,
    )
    dynamodb.transact(
        [
            transactions.put(settings().chat_table, item.serialize()),
            transactions.update(
                settings().control_table,
                tenant_counter(who.tenant_id, 0),
                Update().add(amount=size).set(entity="quota"),
            ),
        ]
    )
    payloads = changes.take(who.tenant_id)
    for payload in payloads:
        payload["dynamodb"]["ApproximateCreationDateTime"] = at
    return payloads


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
    assert usage.total(acme.tenant_id, "messages", day) == 5


def test_stored_bytes_are_those_of_the_quota(acme: Workspace, changes: ChangeStream) -> None:
    for shard, amount in ((0, 100), (5, 23)):
        held = attributes.item({**tenant_counter(acme.tenant_id, shard)._asdict(), "amount": amount})
        dynamodb.put(settings().control_table, held)
    rollup.note_stored_bytes(acme.tenant_id, [rollup._Stored("a:1", clock.now_ms(), 1)])
    assert today(acme.server)["stored_bytes"] == 123


def test_a_day_without_changes_stores_what_the_day_before_did(
    acme: Workspace, changes: ChangeStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = attributes.item({**tenant_counter(acme.tenant_id, 0)._asdict(), "amount": 100})
    dynamodb.put(settings().control_table, held)
    rollup.note_stored_bytes(acme.tenant_id, [rollup._Stored("a:1", clock.now_ms(), 1)])
    real = clock.now_ms
    monkeypatch.setattr(clock, "now_ms", lambda: real() + 3 * 24 * 3600_000)
    days = acme.server.get("/v1/usage")["data"]
    assert [day["stored_bytes"] for day in days] == [0, 0, 0, 100, 100, 100, 100]


@pytest.mark.parametrize("order", ["together", "apart", "reversed", "twice"])
def test_bytes_are_stored_on_the_day_on_which_they_came(
    acme: Workspace, alice: Person, changes: ChangeStream, moving_clock: MovingClock, order: str
) -> None:
    """Files come before midnight and after it; their records are processed on the next day, in batches of any kind."""
    changes.take(acme.tenant_id)
    midnight = (clock.now_ms() // DAY_MS + 1) * DAY_MS
    before = [files_of(alice, size, changes, at=midnight - 200) for size in (5_000, 30)]
    moving_clock.pass_seconds((midnight + 2_000 - clock.now_ms()) / 1000)
    after = files_of(alice, 700, changes, at=midnight + 300)
    batches = {
        "together": [[*before[0], *before[1], *after]],
        "apart": [before[0], before[1], after],
        "reversed": [after, before[1], before[0]],
        "twice": [before[0], after, [*before[1], *before[0]], after, before[1]],
    }
    for batch in batches[order]:
        assert hand_over(batch) == {"batchItemFailures": []}
    assert [day["stored_bytes"] for day in acme.server.get("/v1/usage")["data"]][-3:] == [0, 5_030, 5_730]


def test_records_of_a_past_day_that_come_again_change_nothing(
    acme: Workspace, alice: Person, changes: ChangeStream, moving_clock: MovingClock
) -> None:
    changes.take(acme.tenant_id)
    first = files_of(alice, 5_000, changes, at=clock.now_ms())
    hand_over(first)
    moving_clock.pass_seconds(2 * 24 * 3600)
    hand_over(files_of(alice, 700, changes, at=clock.now_ms()))
    hand_over(first)
    assert [day["stored_bytes"] for day in acme.server.get("/v1/usage")["data"]][-3:] == [5_000, 5_000, 5_700]


def test_a_malformed_record_is_reported_and_the_others_are_counted(
    acme: Workspace, alice: Person, general: str, changes: ChangeStream
) -> None:
    changes.take(acme.tenant_id)
    bad = files_of(alice, 10, changes, at=clock.now_ms())
    bad[0]["dynamodb"]["NewImage"]["reserved"] = {"S": "not JSON"}
    alice.send(general, "hello")
    assert len(hand_over([*bad[:1], *changes.take(acme.tenant_id)])["batchItemFailures"]) == 1
    assert today(acme.server)["messages"] == 1


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
