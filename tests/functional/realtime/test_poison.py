"""A record that nobody can apply ends in the failure destination and the shard moves on; redrive applies it."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import boto3
import pytest

from parley.streams import redrive
from parley.streams.changes import decode
from tests.support.aws.effects import apply_alone
from tests.support.aws.event_source_mapping import EventSourceMapping, Functions, Invoke
from tests.support.aws.sockets import DELIVERING, Socket, Sockets, Stream
from tests.support.dynamodb.change_stream import Payload, kinesis_event
from tests.support.people.people import Person

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:parley-dev-streams-deliver_changes:live"


def invoke(event: dict[str, Any]) -> dict[str, Any]:
    return apply_alone(DELIVERING, event)


@pytest.fixture
def mapping(stream: Stream) -> EventSourceMapping:
    s3 = boto3.client("s3")
    bucket = f"failures-{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=bucket)
    return EventSourceMapping(FUNCTION, invoke, s3, bucket)


@dataclass(frozen=True)
class Position:
    """Where a record was put, and the sort key of what it tells."""

    sequence: str
    sk: str


@dataclass(frozen=True)
class Shard:
    """A Kinesis stream with one shard."""

    kinesis: Any
    name: str
    arn: str

    def put(self, payload: Payload) -> Position:
        keys = payload["dynamodb"]["Keys"]
        data = json.dumps(payload).encode()
        put = self.kinesis.put_record(StreamName=self.name, Data=data, PartitionKey=keys["pk"]["S"])
        return Position(put["SequenceNumber"], keys["sk"]["S"])


def object_of(mapping: EventSourceMapping, key: str, shard: Shard, first: str, last: str) -> None:
    """What Lambda writes of a batch that it could not hand over."""
    record = {
        "requestContext": {"functionArn": FUNCTION, "condition": "RecordAgeExceeded"},
        "version": "1.0",
        "KinesisBatchInfo": {
            "shardId": "shardId-000000000000",
            "startSequenceNumber": first,
            "endSequenceNumber": last,
            "streamArn": shard.arn,
        },
    }
    mapping.s3.put_object(Bucket=mapping.bucket, Key=key, Body=json.dumps(record).encode())


def redriven(mapping: EventSourceMapping, consumer: Invoke, kinesis: Any = None) -> tuple[int, int, bool]:
    """Redrive all that is there: how many batches were applied, how many failed, whether more are left."""
    clients = redrive.Clients(mapping.s3, Functions({FUNCTION: consumer}), kinesis)
    result = redrive.do_redrive(clients, bucket=mapping.bucket)
    return result.applied, result.failed, result.more


def failed_objects(mapping: EventSourceMapping) -> list[str]:
    return [each["Key"] for each in mapping.s3.list_objects_v2(Bucket=mapping.bucket).get("Contents", ())]


def messages(socket: Socket) -> set[str]:
    return {event["data"]["text"] for event in socket.events if event["type"] == "message.created"}


def spoiled(payload: Payload) -> Payload:
    """The same record without what its entity needs."""
    copied: Payload = json.loads(json.dumps(payload))
    del copied["dynamodb"]["NewImage"]["conversation_id"]
    return copied


def written(alice: Person, general: str, stream: Stream) -> list[Payload]:
    for number in range(6):
        alice.send(general, f"{number}")
    return stream.changes.take(alice.tenant_id)


def test_what_cannot_be_decoded_is_set_aside_and_the_rest_is_delivered(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream, mapping: EventSourceMapping
) -> None:
    his = sockets.connect(bob)
    records: list[Payload | bytes] = [*written(alice, general, stream)]
    records.insert(5, b'{"dynamodb": "not what a table writes"}')
    mapping.read(records)
    assert messages(his) == {f"{number}" for number in range(6)}
    assert len(failed_objects(mapping)) == 1
    alice.send(general, "after")
    mapping.read(stream.changes.take(alice.tenant_id))
    assert "after" in messages(his)
    assert len(failed_objects(mapping)) == 1


def test_a_malformed_item_is_set_aside_and_redrive_applies_it_once_it_can_be(
    alice: Person,
    bob: Person,
    general: str,
    sockets: Sockets,
    stream: Stream,
    mapping: EventSourceMapping,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    his = sockets.connect(bob)
    records = written(alice, general, stream)
    poisoned = next(n for n, each in enumerate(records) if each["dynamodb"]["Keys"]["sk"]["S"] == "M#000000000003")
    mapping.read([spoiled(each) if number == poisoned else each for number, each in enumerate(records)])
    assert messages(his) == {"0", "1", "3", "4", "5"}
    (key,) = failed_objects(mapping)
    assert redriven(mapping, invoke) == (0, 1, False)
    assert failed_objects(mapping) == [key]

    def repaired(event: dict[str, Any]) -> dict[str, Any]:
        """The release that understands the record."""
        whole = kinesis_event(records[poisoned:])
        assert len(event["Records"]) == len(whole["Records"])
        return invoke(whole)

    assert redriven(mapping, repaired) == (1, 0, False)
    assert messages(his) == {f"{number}" for number in range(6)}
    assert failed_objects(mapping) == []


def test_a_batch_that_raises_is_bisected_down_to_what_raises(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream, mapping: EventSourceMapping
) -> None:
    his = sockets.connect(bob)
    records = written(alice, general, stream)

    def raising(event: dict[str, Any]) -> dict[str, Any]:
        written_keys = [change.sk for change in decode(event)]
        if "M#000000000003" in written_keys:
            raise MemoryError
        return invoke(event)

    mapping.invoke = raising
    mapping.read(records)
    assert messages(his) == {"0", "1", "3", "4", "5"}
    mapping.invoke = invoke
    assert redriven(mapping, invoke) == (1, 0, False)
    assert messages(his) == {f"{number}" for number in range(6)}


@pytest.fixture
def shard(stream: Stream) -> Iterator[Shard]:
    kinesis = boto3.client("kinesis")
    name = f"changes-{uuid.uuid4().hex}"
    kinesis.create_stream(StreamName=name, ShardCount=1)
    yield Shard(kinesis, name, kinesis.describe_stream(StreamName=name)["StreamDescription"]["StreamARN"])
    kinesis.delete_stream(StreamName=name)


def test_an_object_that_names_positions_alone_is_read_from_the_stream(
    alice: Person,
    bob: Person,
    general: str,
    sockets: Sockets,
    stream: Stream,
    mapping: EventSourceMapping,
    shard: Shard,
) -> None:
    """As for records that grew too old before the consumer was invoked."""
    his = sockets.connect(bob)
    positions = [shard.put(each) for each in written(alice, general, stream)]
    of_messages = [n for n, each in enumerate(positions) if each.sk.startswith("M#")]
    first, last = of_messages[1], of_messages[3]
    object_of(mapping, "b", shard, positions[first].sequence, positions[last].sequence)
    assert redriven(mapping, invoke, shard.kinesis) == (1, 0, False)
    assert messages(his) == {"1", "2", "3"}
    assert failed_objects(mapping) == []


def test_what_cannot_be_read_any_more_stays_and_the_rest_is_tried(
    alice: Person,
    bob: Person,
    general: str,
    sockets: Sockets,
    stream: Stream,
    mapping: EventSourceMapping,
    shard: Shard,
) -> None:
    his = sockets.connect(bob)
    positions = [shard.put(each) for each in written(alice, general, stream)]
    object_of(mapping, "a", replace(shard, arn=f"{shard.arn}-gone"), positions[0].sequence, positions[-1].sequence)
    mapping.s3.put_object(Bucket=mapping.bucket, Key="b", Body=b"not what Lambda writes")
    object_of(mapping, "c", shard, positions[0].sequence, positions[-1].sequence)
    assert redriven(mapping, invoke, shard.kinesis) == (1, 2, False)
    assert failed_objects(mapping) == ["a", "b"]
    assert messages(his) == {f"{number}" for number in range(6)}


def test_what_fails_again_and_again_does_not_hide_what_comes_after_it(
    alice: Person,
    bob: Person,
    general: str,
    sockets: Sockets,
    stream: Stream,
    mapping: EventSourceMapping,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(redrive, "BATCHES_PER_CALL", 2)
    his = sockets.connect(bob)
    for name in "abc":
        mapping.s3.put_object(Bucket=mapping.bucket, Key=name, Body=b"{}")
    record = {"requestContext": {"functionArn": FUNCTION}, "payload": kinesis_event(written(alice, general, stream))}
    mapping.s3.put_object(Bucket=mapping.bucket, Key="d", Body=json.dumps(record).encode())
    clients = redrive.Clients(mapping.s3, Functions({FUNCTION: invoke}), None)
    first = redrive.do_redrive(clients, bucket=mapping.bucket)
    assert first == redrive.Redriven(0, 2, more=True, last="b")
    second = redrive.do_redrive(clients, bucket=mapping.bucket, after=str(first.last))
    assert second == redrive.Redriven(1, 1, more=False, last="d")
    assert messages(his) == {f"{number}" for number in range(6)}
    assert redrive.do_redrive(clients, bucket=mapping.bucket, has_time=lambda: False).more


def test_a_batch_that_is_too_large_for_a_call_is_handed_over_in_parts(
    alice: Person,
    general: str,
    stream: Stream,
    mapping: EventSourceMapping,
    shard: Shard,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(redrive, "BYTES_PER_BATCH", 3000)
    monkeypatch.setattr(redrive, "RECORDS_PER_READ", 3)
    positions = [shard.put(each) for each in written(alice, general, stream)]
    object_of(mapping, "a", shard, positions[0].sequence, positions[-1].sequence)
    handed: list[list[str]] = []

    def note(event: dict[str, Any]) -> dict[str, Any]:
        handed.append([record["kinesis"]["sequenceNumber"] for record in event["Records"]])
        return {"batchItemFailures": []}

    assert redriven(mapping, note, shard.kinesis) == (1, 0, False)
    assert len(handed) > 1
    assert [each for batch in handed for each in batch] == [each.sequence for each in positions]
