"""The decoder of the change stream: Kinesis and Kafka alike, whatever is wrong with a record."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.streams.changes import Change, UndecodableRecord, decode, decode_record, newest
from tests.support.dynamodb.change_stream import EVENTS, kafka_event, kinesis_event

SAMPLES = EVENTS / "streams"


def load(file: Path) -> dict[str, Any]:
    return dict(json.loads(file.read_text(encoding="utf-8")))


def payload(version: int = 1, name: str = "INSERT", at: float = 1795428000123) -> dict[str, Any]:
    image = {
        "pk": {"S": "T#acme#C#c1"},
        "sk": {"S": "M#000000000001"},
        "entity": {"S": "message"},
        "conversation_id": {"S": "c1"},
        "version": {"N": str(version)},
    }
    return {
        "eventName": name,
        "dynamodb": {
            "ApproximateCreationDateTime": at,
            "Keys": {"pk": image["pk"], "sk": image["sk"]},
            ("OldImage" if name == "REMOVE" else "NewImage"): image,
        },
    }


def test_kinesis_and_kafka_samples_tell_the_same_changes() -> None:
    def content(change: Change) -> tuple[object, ...]:
        return (change.key, change.entity, change.tenant_id, change.version, change.op, change.old, change.new)

    kinesis = [content(change) for change in decode(load(SAMPLES / "kinesis.json"))]
    kafka = [content(change) for change in decode(load(SAMPLES / "kafka.json"))]
    assert kinesis == kafka
    assert {change[1] for change in kinesis} >= {"message", "membership", "conversation"}
    assert {change[2] for change in kinesis} == {"acme"}


def test_a_change_knows_where_it_stands_in_its_source() -> None:
    (kinesis,) = decode(kinesis_event([payload()]))
    assert kinesis.position.partition == "shardId-000000000000"
    assert kinesis.position.sequence.startswith("4959")
    (kafka,) = decode(kafka_event([payload()], topic="chat.messages", first=7))
    assert (kafka.position.partition, kafka.position.sequence) == ("chat.messages-0", "7")


@pytest.mark.parametrize("at", [1795428000123, 1795428000123456, 1795428000.123])
def test_moments_are_milliseconds_however_the_source_counts(at: float) -> None:
    (change,) = decode(kinesis_event([payload(at=at)]))
    assert change.occurred_at == 1795428000123


def test_a_removal_has_the_old_image_alone() -> None:
    (change,) = decode(kinesis_event([payload(3, "REMOVE")]))
    assert (change.op, change.new, change.version, change.conversation_id) == ("remove", None, 3, "c1")
    assert change.image["entity"] == {"S": "message"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not json",
        b"[]",
        b'{"eventName": "INSERT"}',
        json.dumps(payload() | {"eventName": "TRUNCATE"}).encode(),
        json.dumps(payload() | {"dynamodb": {"Keys": {}, "ApproximateCreationDateTime": 1}}).encode(),
        json.dumps(payload()).replace("T#acme#C#c1", "nobody").encode(),
        b"[" * 100_000,
    ],
)
def test_what_no_table_wrote_is_undecodable(data: bytes) -> None:
    (record,) = kinesis_event([data])["Records"]
    with pytest.raises(UndecodableRecord):
        decode_record(record, "kinesis")


@given(st.permutations([(1, "INSERT"), (2, "MODIFY"), (3, "MODIFY"), (3, "REMOVE")]), st.lists(st.integers(0, 3)))
def test_the_newest_state_does_not_depend_on_order_or_duplicates(
    order: list[tuple[int, str]], repeated: list[int]
) -> None:
    payloads = [payload(version, name) for version, name in order] + [payload(*order[index]) for index in repeated]
    (last,) = newest(decode(kinesis_event(payloads)))
    assert (last.version, last.op) == (3, "remove")
