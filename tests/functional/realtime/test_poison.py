"""A record that nobody can apply ends in the failure destination and the shard moves on; redrive applies it."""

import json
import uuid
from typing import Any

import boto3
import pytest

from functions.streams import deliver_realtime
from parley.streams import redrive
from parley.streams.changes import decode
from tests.support.event_source_mapping import EventSourceMapping, Functions
from tests.support.gateway import Context
from tests.support.people import Person
from tests.support.sockets import Socket, Sockets, Stream
from tests.support.stream import Payload, kinesis_event

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:parley-dev-streams-deliver_realtime:live"


def invoke(event: dict[str, Any]) -> dict[str, Any]:
    return deliver_realtime.handler(event, Context())


@pytest.fixture
def mapping(stream: Stream) -> EventSourceMapping:
    s3 = boto3.client("s3")
    bucket = f"failures-{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=bucket)
    return EventSourceMapping(FUNCTION, invoke, s3, bucket)


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
    lambda_client = Functions({FUNCTION: invoke})
    assert redrive.do_redrive(mapping.s3, lambda_client, bucket=mapping.bucket) == redrive.Redriven(0, 1, more=False)
    assert failed_objects(mapping) == [key]

    def repaired(event: dict[str, Any]) -> dict[str, Any]:
        """The release that understands the record."""
        whole = kinesis_event(records[poisoned:])
        assert len(event["Records"]) == len(whole["Records"])
        return invoke(whole)

    lambda_client = Functions({FUNCTION: repaired})
    assert redrive.do_redrive(mapping.s3, lambda_client, bucket=mapping.bucket) == redrive.Redriven(1, 0, more=False)
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
    lambda_client = Functions({FUNCTION: invoke})
    redriven = redrive.do_redrive(mapping.s3, lambda_client, bucket=mapping.bucket)
    assert (redriven.applied, redriven.failed) == (1, 0)
    assert messages(his) == {f"{number}" for number in range(6)}
