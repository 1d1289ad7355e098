"""Lambda's event source mapping on a shard, as AWS documents it, since the emulator neither bisects nor gives up.

A batch that raises is bisected; bisecting costs no retry. A batch of which records are reported as failed is tried
again from the first of them on. After six retries what is left of it goes to the failure destination with its payload,
and the shard moves on. See "Using Lambda to process records from Amazon Kinesis Data Streams".
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.support.dynamodb.change_stream import Payload, kinesis_event

RETRIES = 6
Invoke = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass
class EventSourceMapping:
    """One shard, one function; `s3` and `bucket` are the failure destination."""

    function_arn: str
    invoke: Invoke
    s3: Any
    bucket: str
    batch_size: int = 500
    invocations: int = 0
    given_up: int = 0
    _read: int = 0

    def read(self, records: Sequence[Payload | bytes]) -> None:
        """Hand over all records, batch by batch; returns when the shard has moved past them."""
        for first in range(0, len(records), self.batch_size):
            event = kinesis_event(list(records[first : first + self.batch_size]), first=self._read + first)
            self._process(event["Records"])
        self._read += len(records)

    def _process(self, batch: list[dict[str, Any]]) -> None:
        for _ in range(RETRIES + 1):
            self.invocations += 1
            try:
                failed = self.invoke({"Records": batch})["batchItemFailures"]
            except Exception:  # noqa: BLE001 - a function may raise anything
                if len(batch) > 1:
                    half = len(batch) // 2
                    self._process(batch[:half])
                    self._process(batch[half:])
                    return
                continue
            if not failed:
                return
            reported = {failure["itemIdentifier"] for failure in failed}
            position = next(n for n, each in enumerate(batch) if each["kinesis"]["sequenceNumber"] in reported)
            batch = batch[position:]
        self._give_up(batch)

    def _give_up(self, batch: list[dict[str, Any]]) -> None:
        """The invocation record with the whole payload, as Lambda writes it to S3."""
        first, last = batch[0], batch[-1]
        record = {
            "requestContext": {
                "requestId": "c9b8fa9f-5a7f-xmpl-af9c-0c604cde93a5",
                "functionArn": self.function_arn,
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": RETRIES + 1,
            },
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
            "version": "1.0",
            "timestamp": "2026-11-23T10:00:00.000Z",
            "KinesisBatchInfo": {
                "shardId": "shardId-000000000000",
                "startSequenceNumber": first["kinesis"]["sequenceNumber"],
                "endSequenceNumber": last["kinesis"]["sequenceNumber"],
                "batchSize": len(batch),
                "streamArn": first["eventSourceARN"],
            },
            "payload": json.dumps({"Records": batch}),
        }
        self.given_up += 1
        key = f"aws/lambda/mapping/shardId-000000000000/2026/11/23/2026-11-23T10.00.00-{self.given_up:04d}"
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=json.dumps(record).encode())


@dataclass
class Functions:
    """Lambda's invoke API for functions that live here, by ARN."""

    by_arn: dict[str, Invoke]

    def invoke(self, *, FunctionName: str, InvocationType: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803
        assert InvocationType == "RequestResponse"
        try:
            answer, error = self.by_arn[FunctionName](json.loads(Payload)), {}
        except Exception as failure:  # noqa: BLE001 - told as Lambda tells it
            answer, error = {"errorType": type(failure).__name__}, {"FunctionError": "Unhandled"}
        return {"Payload": _Body(json.dumps(answer).encode()), **error}


@dataclass
class _Body:
    content: bytes

    def read(self) -> bytes:
        return self.content
