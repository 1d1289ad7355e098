"""The Kafka variant: the table's own stream, published to topics, so that consumers read MSK and not Kinesis.

A record keeps its form (DynamoDB's for a Kinesis destination) and its key is the item's partition key, so that changes
of one item stay in order within a partition. Secrets are in no topic.
"""

import json
import time
from collections.abc import Mapping
from typing import Any, Protocol

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.typing import LambdaContext

from parley.observability import logger
from parley.streams.topics import topic_of
from parley.tables.attributes import required_text, text

ANSWER_SECONDS = 20
"""How long a batch waits for the brokers, in all."""


class Pending(Protocol):
    """A record on its way."""

    def get(self, timeout: float | None = None) -> object:
        """Wait until every in-sync replica has it; raises where that fails."""


class Producer(Protocol):
    """What is needed of `kafka.KafkaProducer`."""

    def send(self, topic: str, value: bytes, key: bytes) -> Pending:
        """Queue a record."""


def publish(event: Mapping[str, Any], context: LambdaContext, producer: Producer, *, table: str) -> dict[str, Any]:
    """Publish a batch of DynamoDB Streams; the records that failed, for another try from the first of them on.

    All are on their way before the first is waited for. What comes after a failed record may be published already and
    is published again: consumers expect duplicates.
    """
    pending: dict[str, Pending | Exception] = {}
    broken: Exception | None = None
    for record in event.get("Records", []):
        sequence = record["dynamodb"]["SequenceNumber"]
        entity = text(_image(record), "entity") or ""
        topic = topic_of(entity)
        if topic is None:
            continue
        key = required_text(record["dynamodb"]["Keys"], "pk").encode()
        if broken is None:
            try:
                pending[sequence] = producer.send(topic, value=as_kinesis_record(record, table), key=key)
            except Exception as error:  # noqa: BLE001 - the record is reported and tried again, whatever it is
                broken = error
        if broken is not None:
            pending[sequence] = broken
    deadline = time.monotonic() + ANSWER_SECONDS

    def outcome(record: Any) -> None:
        sent = pending.get(record.raw_event["dynamodb"]["SequenceNumber"])
        if isinstance(sent, Exception):
            raise sent
        if sent is not None:
            sent.get(timeout=max(0.0, deadline - time.monotonic()))

    processor = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)
    answer: dict[str, Any] = dict(process_partial_response(dict(event), outcome, processor, context))
    logger().info("published", extra={"records": len(pending), "failed": len(answer["batchItemFailures"])})
    return answer


def as_kinesis_record(record: Mapping[str, Any], table: str) -> bytes:
    """A record of DynamoDB Streams in the form in which DynamoDB writes it to Kinesis: times are in milliseconds."""
    written = record["dynamodb"]
    images = {name: written[name] for name in ("NewImage", "OldImage") if name in written}
    payload = {
        "awsRegion": record.get("awsRegion"),
        "eventID": record.get("eventID"),
        "eventName": record["eventName"],
        "userIdentity": record.get("userIdentity"),
        "recordFormat": "application/json",
        "tableName": table,
        "dynamodb": {
            "ApproximateCreationDateTime": int(written["ApproximateCreationDateTime"] * 1000),
            "Keys": written["Keys"],
            **images,
            "SizeBytes": written.get("SizeBytes", 0),
        },
        "eventSource": "aws:dynamodb",
    }
    return json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()


def _image(record: Mapping[str, Any]) -> dict[str, Any]:
    written = record["dynamodb"]
    return dict(written.get("NewImage") or written.get("OldImage") or {})
