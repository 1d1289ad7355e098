"""Redriving batches from the failure destination: each object is a batch that its consumer gave up on.

An object holds the batch as the consumer was handed it. One that Lambda wrote without it, for records that grew too
old before the consumer could be invoked, names their positions: they are read again from Kinesis, which keeps them for
days.
"""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from parley.observability import logger

BATCHES_PER_CALL = 100
RECORDS_PER_READ = 500
POSITIONS = ("startSequenceNumber", "endSequenceNumber")
BYTES_PER_BATCH = 4 * 1024 * 1024
"""Lambda takes 6 MiB a call; a record is in base64 in it."""


class Unreadable(Exception):
    """A batch whose records are neither in its object nor in the stream any more."""


@dataclass(frozen=True, slots=True)
class Clients:
    """What a redrive calls."""

    s3: Any
    functions: Any
    kinesis: Any


@dataclass(frozen=True, slots=True)
class Redriven:
    """What became of the batches of one call; with `more`, go on after the object `last`."""

    applied: int
    failed: int
    more: bool
    last: str | None


def do_redrive(
    clients: Clients, *, bucket: str, prefix: str = "", after: str = "", has_time: Callable[[], bool] = lambda: True
) -> Redriven:
    """Hand up to a hundred batches to their consumers again, shard by shard, oldest first; what is applied is deleted.

    A batch stays where a record of it fails again, and the next one is tried. Every effect of a consumer is idempotent,
    and none shows an older state after a newer, so a batch may be handed over however late, and again. `has_time` is
    asked before each batch.
    """
    applied = failed = 0
    last, more = None, False
    for key in _keys(clients.s3, bucket, prefix, after):
        if applied + failed >= BATCHES_PER_CALL or not has_time():
            more = True
            break
        if _redrive_one(clients, bucket, key):
            applied += 1
        else:
            failed += 1
        last = key
    logger().info("redriven", extra={"bucket": bucket, "applied": applied, "failed": failed, "more": more})
    return Redriven(applied, failed, more, last)


def _keys(s3: Any, bucket: str, prefix: str, after: str) -> Iterator[str]:
    """Keys as S3 sorts them: Lambda names an object by its mapping, the shard and the moment."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix, StartAfter=after)
    for page in pages:
        yield from (each["Key"] for each in page.get("Contents", ()))


def _redrive_one(clients: Clients, bucket: str, key: str) -> bool:
    """Try one object again; whether all of it was applied, and the object is gone."""
    try:
        record = json.loads(clients.s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        function = record["requestContext"]["functionArn"]
        left = sum(not _hand_over(clients.functions, function, event) for event in _events(clients.kinesis, record))
    except (Unreadable, KeyError, TypeError, ValueError, ClientError, BotoCoreError) as error:
        logger().error("batch not redriven", extra={"key": key}, exc_info=error)
        return False
    if left == 0:
        clients.s3.delete_object(Bucket=bucket, Key=key)
    return left == 0


def _events(kinesis: Any, record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The batch in Lambda's failure record, or the batches that the positions it names give."""
    payload = record.get("payload")
    if payload:
        yield json.loads(payload) if isinstance(payload, str) else payload
        return
    batch: list[dict[str, Any]] = []
    size = 0
    for each in _read_again(kinesis, record.get("KinesisBatchInfo")):
        length = len(each["kinesis"]["data"])
        if batch and size + length > BYTES_PER_BATCH:
            yield {"Records": batch}
            batch, size = [], 0
        batch.append(each)
        size += length
    yield {"Records": batch}


def _read_again(kinesis: Any, info: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    """The records from one position of a shard to another, as Lambda hands them over.

    Among them are some that the mapping's filter had left out, which a consumer ignores. Raises `Unreadable` where the
    stream has forgotten some of them.
    """
    if info is None:
        raise Unreadable("an object without records or positions")
    arn, shard, first, last = (info[name] for name in ("streamArn", "shardId", *POSITIONS))
    position = {"ShardIteratorType": "AT_SEQUENCE_NUMBER", "StartingSequenceNumber": first}
    iterator = kinesis.get_shard_iterator(StreamARN=arn, ShardId=shard, **position)["ShardIterator"]
    expected: str | None = first
    while iterator:
        page = kinesis.get_records(StreamARN=arn, ShardIterator=iterator, Limit=RECORDS_PER_READ)
        for record in page["Records"]:
            if expected not in (None, record["SequenceNumber"]):
                raise Unreadable("the stream has forgotten the first of these records")
            expected = None
            yield _as_lambda_record(record, arn, shard)
            if record["SequenceNumber"] == last:
                return
        iterator = page.get("NextShardIterator")
        if not page["Records"] and not page.get("MillisBehindLatest"):
            break
    raise Unreadable("the stream does not have all of these records")


def _as_lambda_record(record: dict[str, Any], arn: str, shard: str) -> dict[str, Any]:
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": record["PartitionKey"],
            "sequenceNumber": record["SequenceNumber"],
            "data": base64.b64encode(record["Data"]).decode(),
            "approximateArrivalTimestamp": record["ApproximateArrivalTimestamp"].timestamp(),
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{shard}:{record['SequenceNumber']}",
        "eventName": "aws:kinesis:record",
        "eventSourceARN": arn,
    }


def _hand_over(functions: Any, name: str, event: dict[str, Any]) -> bool:
    """Invoke the consumer with a batch; whether all of it was applied."""
    encoded = json.dumps(event, separators=(",", ":")).encode()
    answer = functions.invoke(FunctionName=name, InvocationType="RequestResponse", Payload=encoded)
    said = json.loads(answer["Payload"].read() or b"{}")
    return "FunctionError" not in answer and not (said or {}).get("batchItemFailures")
