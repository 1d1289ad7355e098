"""What an effect could not apply: another try from a queue of its own, and in the end a place in the failure bucket.

A message of the queue names the effect and holds the records as they came, packed. Each try that leaves some of them
makes a new message with what is left; where the effect raised, two with a half each, so that the one record that it
cannot bear stands alone soon. What is left after the last try lies in the bucket under the effect's name, in the form
of Lambda's own failure records, and `redrive` hands it to that effect alone.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from parley import aws
from parley.settings import stream_settings
from parley.streams.changes import Source, position_of, records_of

EFFECTS = "effects"
"""In an event: the effects that it is for."""
TRIES = 10
"""In all about 18 minutes."""
LONGEST_DELAY_SECONDS = 300
RECORDS_PER_MESSAGE = 50
BYTES_PER_MESSAGE = 250_000
"""SQS takes 256 KiB."""
FOLDER = "effects/"
FASTEST = 1
"""Of zlib's levels."""

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Retry:
    """Records that an effect is to be applied to again; `tries` counts those that were made."""

    effect: str
    source: Source
    records: Sequence[Raw]
    tries: int

    @property
    def is_last(self) -> bool:
        return self.tries + 1 >= TRIES


@cache
def queue() -> Any:
    return aws.client("sqs")


@cache
def bucket() -> Any:
    return aws.client("s3")


def is_message(event: Mapping[str, Any]) -> bool:
    """Whether an event comes from the queue."""
    records = event.get("Records")
    return isinstance(records, list) and bool(records) and records[0].get("eventSource") == "aws:sqs"


def read(event: Mapping[str, Any]) -> Iterator[Retry]:
    """What the messages of an event ask for."""
    for message in event["Records"]:
        body = json.loads(message["body"])
        source, records = records_of(json.loads(zlib.decompress(base64.b64decode(body["packed"]))))
        yield Retry(body["effect"], source, records, body["tries"])


def put(effect: str, source: Source, records: Sequence[Raw], function: str) -> None:
    """Queue records for an effect of a function, at once. Raises where they are not taken."""
    for first in range(0, len(records), RECORDS_PER_MESSAGE):
        _send(Retry(effect, source, records[first : first + RECORDS_PER_MESSAGE], 0), function, 0)


def put_again(retry: Retry, left: Sequence[Raw], function: str, *, split: bool) -> None:
    """Queue what a try has left, for later; in two halves if asked to."""
    tries = retry.tries + 1
    delay = min(2**tries, LONGEST_DELAY_SECONDS)
    half = len(left) // 2 if split else 0
    for part in (left[:half], left[half:]):
        if part:
            _send(Retry(retry.effect, retry.source, part, tries), function, delay)


def set_aside(effects: Sequence[str], source: Source, records: Sequence[Raw], function: str) -> None:
    """Put records into the failure bucket, for these effects of a function.

    Named by the effect and the first of them, so that the same again takes the same place.
    """
    event = json.dumps({EFFECTS: list(effects), **_event(source, records)}, separators=(",", ":"))
    first = position_of(records[0], source)
    digest = hashlib.sha256(event.encode()).hexdigest()[:16]
    key = f"{FOLDER}{'+'.join(effects)}/{first.partition}/{first.sequence}-{digest}"
    failure = {"requestContext": {"functionArn": function, "condition": "EffectNotApplied"}, "payload": event}
    bucket().put_object(Bucket=stream_settings().failure_bucket, Key=key, Body=json.dumps(failure).encode())


def _send(retry: Retry, function: str, delay: int) -> None:
    """Put one message, or two where it is too large. A record that is too large by itself is set aside at once."""
    packed = _pack(_event(retry.source, retry.records))
    if len(packed) > BYTES_PER_MESSAGE:
        if len(retry.records) == 1:
            set_aside([retry.effect], retry.source, retry.records, function)
            return
        half = len(retry.records) // 2
        for part in (retry.records[:half], retry.records[half:]):
            _send(replace(retry, records=part), function, delay)
        return
    body = json.dumps({"effect": retry.effect, "tries": retry.tries, "packed": packed})
    queue().send_message(QueueUrl=stream_settings().retry_queue_url, MessageBody=body, DelaySeconds=delay)


def _event(source: Source, records: Sequence[Raw]) -> dict[str, Any]:
    """The event in which Lambda would hand over these records."""
    return {"records": {"": list(records)}} if source == "kafka" else {"Records": list(records)}


def _pack(event: Mapping[str, Any]) -> str:
    text = json.dumps(event, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode(), FASTEST)).decode()
