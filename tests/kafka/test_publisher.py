"""The publisher of the Kafka variant against a real broker: consumers get what Kinesis would have given them."""

import base64
import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from kafka import KafkaConsumer
from kafka.admin import KafkaAdminClient, NewTopic
from kafka.consumer.fetcher import ConsumerRecord

from functions.streams import publish_changes
from infrastructure.topics import TOPICS
from parley import settings
from parley.streams.changes import Change, decode
from tests.kafka.conftest import Broker
from tests.support.aws.gateway import Context
from tests.support.dynamodb.change_stream import EVENTS, Payload
from tests.support.dynamodb.change_stream import changes as changes_of
from tests.unit.test_changes import load

TRIES = 10


@pytest.fixture
def kafka(broker: Broker) -> Iterator[str]:
    """The broker's address with the topics made anew, and a publisher that uses it."""
    admin = KafkaAdminClient(bootstrap_servers=broker.address)
    existing = set(admin.list_topics()) & set(TOPICS)
    if existing:
        admin.delete_topics(list(existing))
    made = [NewTopic(name=name, num_partitions=3, replication_factor=1) for name in TOPICS]
    admin.create_topics(made)
    os.environ["KAFKA_BROKERS"] = broker.address
    settings.kafka_settings.cache_clear()
    publish_changes.producer.cache_clear()
    yield broker.address
    del os.environ["KAFKA_BROKERS"]
    admin.close()


def payloads() -> list[Payload]:
    """What the table wrote, from the recorded samples."""
    records = load(EVENTS / "streams" / "kinesis.json")["Records"]
    return [json.loads(base64.b64decode(record["kinesis"]["data"])) for record in records]


def table_stream(written: list[Payload]) -> dict[str, Any]:
    """The same changes as the table's own stream tells them: moments in seconds, a sequence number each."""
    records = []
    for number, payload in enumerate(written):
        at = payload["dynamodb"]["ApproximateCreationDateTime"] / 1000
        record = {**payload["dynamodb"], "ApproximateCreationDateTime": at, "SequenceNumber": f"{number:021d}"}
        records.append({**payload, "dynamodb": {**record, "StreamViewType": "NEW_AND_OLD_IMAGES"}})
    return {"Records": records}


def read(address: str, count: int) -> list[ConsumerRecord]:
    consumer = KafkaConsumer(
        *TOPICS, bootstrap_servers=address, auto_offset_reset="earliest", consumer_timeout_ms=10_000
    )
    records = []
    for record in consumer:
        records.append(record)
        if len(records) == count:
            break
    consumer.close()
    return records


def as_lambda_event(records: list[ConsumerRecord]) -> dict[str, Any]:
    """What the MSK trigger makes of records."""
    grouped: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        grouped.setdefault(f"{record.topic}-{record.partition}", []).append(
            {
                "topic": record.topic,
                "partition": record.partition,
                "offset": record.offset,
                "timestamp": record.timestamp,
                "timestampType": "CREATE_TIME",
                "key": base64.b64encode(record.key).decode(),
                "value": base64.b64encode(record.value).decode(),
                "headers": [],
            }
        )
    return {"eventSource": "aws:kafka", "records": grouped}


def content(change: Change) -> tuple[Any, ...]:
    return (change.key, change.version, change.op, change.entity, change.old, change.new, change.occurred_at)


def published_entities() -> set[str]:
    return {entity for entities in TOPICS.values() for entity in entities}


def test_consumers_get_the_same_changes_from_kafka_as_from_kinesis(kafka: str) -> None:
    written = payloads()
    answer = publish_changes.handler(table_stream(written), Context())
    assert answer == {"batchItemFailures": []}
    expected = [
        each for each in decode(load(EVENTS / "streams" / "kinesis.json")) if each.entity in published_entities()
    ]
    records = read(kafka, len(expected))
    changes = list(decode(as_lambda_event(records)))
    assert sorted(map(content, changes), key=str) == sorted(map(content, expected), key=str)
    for record, change in zip(records, changes, strict=False):
        assert record.key.decode().startswith("T#acme")
        assert change.tenant_id == "acme"
    assert {record.topic for record in records} == set(TOPICS) & {record.topic for record in records}
    assert {"chat.messages", "conversation-events"} <= {record.topic for record in records}


def test_changes_of_one_partition_key_keep_their_order(kafka: str) -> None:
    written = [each for each in payloads() if each["dynamodb"]["Keys"]["sk"]["S"].startswith("M#")] * 5
    publish_changes.handler(table_stream(written), Context())
    sent = [each["eventID"] for each in written]
    records = read(kafka, len(written))
    received = list(decode(as_lambda_event(records)))
    assert len(received) == len(sent)
    by_key: dict[Any, list[int]] = {}
    for change in received:
        by_key.setdefault(change.key, []).append(change.version)
    expected: dict[Any, list[int]] = {}
    for each in changes_of(written):
        expected.setdefault(each.key, []).append(each.version)
    assert by_key == expected


def test_what_a_broker_does_not_take_is_reported_and_published_on_the_next_try(
    kafka: str, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parley.streams.publisher.ANSWER_SECONDS", 3)
    event = table_stream(payloads()[:4])
    publish_changes.producer()
    broker.stop()
    failed = publish_changes.handler(event, Context())["batchItemFailures"]
    assert failed[0]["itemIdentifier"] == event["Records"][0]["dynamodb"]["SequenceNumber"]
    broker.start()
    monkeypatch.undo()
    # The client backs off between its connections, so that more than one of the trigger's tries may come too early.
    tries = (publish_changes.handler(event, Context()) for _ in range(TRIES))
    assert {"batchItemFailures": []} in tries
