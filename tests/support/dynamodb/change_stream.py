"""The change stream of the tests: what the tables really wrote, as records of Kinesis and of Kafka (MSK)."""

import base64
import copy
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from parley import clock
from parley.settings import settings
from parley.streams.changes import Change, Position, decode
from parley.tables import keys
from tests.support.dynamodb import table_server

EVENTS = Path(__file__).parents[3] / "events"
ACCOUNT = "123456789012"
STREAM = f"arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/parley-dev-changes"
CLUSTER = f"arn:aws:kafka:us-east-1:{ACCOUNT}:cluster/parley-dev/0f6a-1"
SHARD = "shardId-000000000000"
FIRST_SEQUENCE = 49590338271490256608559692538361571095921575989136588898
Payload = dict[str, Any]


class ChangeStream:
    """What `chat` wrote since this was made, oldest first: DynamoDB's records for a Kinesis destination."""

    def __init__(self) -> None:
        self._records = table_server.records_of(settings().chat_table)

    def take(self, tenant_id: str | None = None) -> list[Payload]:
        """The records that came since the last call, of one tenant alone where it is named."""
        payloads = [payload(copy.deepcopy(record)) for record in self._records.take()]
        return _without_halves(
            each for each in payloads if tenant_id in (None, keys.tenant_of(each["dynamodb"]["Keys"]["pk"]["S"]))
        )


def payload(record: dict[str, Any]) -> Payload:
    """A record of DynamoDB Streams as DynamoDB writes it to Kinesis."""
    written = record["dynamodb"]
    at = written["ApproximateCreationDateTime"]
    images = {name: written[name] for name in ("NewImage", "OldImage") if written.get(name)}
    return {
        "awsRegion": "us-east-1",
        "eventID": record["eventID"],
        "eventName": record["eventName"],
        "userIdentity": None,
        "recordFormat": "application/json",
        "tableName": settings().chat_table,
        "dynamodb": {
            "ApproximateCreationDateTime": int(at.timestamp() * 1000) if hasattr(at, "timestamp") else at,
            "Keys": written["Keys"],
            **images,
            "SizeBytes": written["SizeBytes"],
        },
        "eventSource": "aws:dynamodb",
    }


def _without_halves(payloads: Iterable[Payload]) -> list[Payload]:
    """Moto tells an update of an absent item as the insert of its bare key and an update; DynamoDB, as one insert."""
    whole: list[Payload] = []
    for each in payloads:
        written, last = each["dynamodb"], whole[-1] if whole else None
        if last and last["dynamodb"].get("NewImage") == last["dynamodb"]["Keys"] == written["Keys"]:
            written.pop("OldImage", None)
            whole[-1] = each | {"eventName": "INSERT"}
        else:
            whole.append(each)
    return whole


def kinesis_event(payloads: Sequence[Payload | bytes], *, first: int = 0) -> dict[str, Any]:
    """A batch of one shard; bytes stand for a record that is no payload of ours."""
    return {
        "Records": [
            {
                "kinesis": {
                    "kinesisSchemaVersion": "1.0",
                    "partitionKey": _partition_key(each),
                    "sequenceNumber": str(FIRST_SEQUENCE + first + number),
                    "data": _encoded(each),
                    "approximateArrivalTimestamp": 1795428000.123,
                },
                "eventSource": "aws:kinesis",
                "eventVersion": "1.0",
                "eventID": f"{SHARD}:{FIRST_SEQUENCE + first + number}",
                "eventName": "aws:kinesis:record",
                "invokeIdentityArn": f"arn:aws:iam::{ACCOUNT}:role/parley-dev-streams",
                "awsRegion": "us-east-1",
                "eventSourceARN": STREAM,
            }
            for number, each in enumerate(payloads)
        ]
    }


def kafka_event(payloads: Sequence[Payload | bytes], *, topic: str = "chat.messages", first: int = 0) -> dict[str, Any]:
    """A batch of one partition of a topic, as the MSK trigger hands it over."""
    return {
        "eventSource": "aws:kafka",
        "eventSourceArn": CLUSTER,
        "bootstrapServers": "b-1.parley-dev.kafka.us-east-1.amazonaws.com:9098",
        "records": {
            f"{topic}-0": [
                {
                    "topic": topic,
                    "partition": 0,
                    "offset": first + number,
                    "timestamp": 1795428000123,
                    "timestampType": "CREATE_TIME",
                    "key": base64.b64encode(_partition_key(each).encode()).decode(),
                    "value": _encoded(each),
                    "headers": [],
                }
                for number, each in enumerate(payloads)
            ]
        },
    }


def changes(payloads: Sequence[Payload]) -> list[Change]:
    """The changes that these records tell."""
    return list(decode(kinesis_event(payloads)))


def _partition_key(each: Payload | bytes) -> str:
    return "poison" if isinstance(each, bytes) else str(each["dynamodb"]["Keys"]["pk"]["S"])


def _encoded(each: Payload | bytes) -> str:
    data = each if isinstance(each, bytes) else json.dumps(each, separators=(",", ":"), ensure_ascii=False).encode()
    return base64.b64encode(data).decode()


def modified(tenant_id: str, before: dict[str, Any], after: dict[str, Any]) -> Change:
    """The change that made an item what it is."""
    return Change(
        pk=after["pk"]["S"],
        sk=after["sk"]["S"],
        entity=after["entity"]["S"],
        tenant_id=tenant_id,
        version=int(after["version"]["N"]),
        op="modify",
        old=before,
        new=after,
        occurred_at=clock.now_ms(),
        position=Position("kinesis", "shard", "1"),
    )
