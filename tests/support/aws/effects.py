"""The consumer that delivers changes: one of its effects alone, and the queue and bucket of what an effect leaves."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from botocore.exceptions import EndpointConnectionError

from functions.streams import deliver_changes
from parley.settings import stream_settings
from parley.streams import effects, retries
from tests.support.aws.gateway import Context

QUEUE, BUCKET = "https://sqs/effect-retries", "failures"
Event = dict[str, Any]


def apply_alone(effect: str, event: Event, context: Context | None = None) -> Event:
    """Hand a batch to one effect alone, as a redrive does: the answer names what it did not apply."""
    return deliver_changes.handler({retries.EFFECTS: [effect], **event}, context or Context())


@dataclass
class Message:
    """A message that waits, and for how long it was held back."""

    body: str
    delay: int

    @property
    def effect(self) -> str:
        return str(json.loads(self.body)["effect"])


@dataclass
class Retries:
    """SQS and S3 as `parley.streams.retries` calls them."""

    messages: list[Message] = field(default_factory=list)
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    is_down: bool = False

    def send_message(self, *, QueueUrl: str, MessageBody: str, DelaySeconds: int) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self._check()
        assert QueueUrl == QUEUE
        assert len(MessageBody.encode()) <= 256 * 1024
        assert 0 <= DelaySeconds <= 900
        self.messages.append(Message(MessageBody, DelaySeconds))
        return {}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> dict[str, Any]:  # noqa: N803
        self._check()
        assert Bucket == BUCKET
        self.objects[Key] = json.loads(Body)
        return {}

    def _check(self) -> None:
        if self.is_down:
            raise EndpointConnectionError(endpoint_url=QUEUE)

    def waiting(self) -> list[str]:
        """The effects that have something to try again, one for each message."""
        return [message.effect for message in self.messages]

    def come_back(self, context: Context | None = None) -> int:
        """Hand every message that waits to the function once; how many those were."""
        waiting, self.messages = self.messages, []
        for message in waiting:
            record = {"messageId": "m", "eventSource": "aws:sqs", "body": message.body}
            deliver_changes.handler({"Records": [record]}, context or Context())
        return len(waiting)

    def set_aside(self) -> list[tuple[str, int]]:
        """By object of the bucket: its effects, and how many records it holds."""
        found = []
        for failure in self.objects.values():
            event = json.loads(failure["payload"])
            found.append(("+".join(event[retries.EFFECTS]), len(event["Records"])))
        return found


@contextmanager
def using_retries() -> Iterator[Retries]:
    """An empty queue and bucket for as long as this is entered, and no effect that rests."""
    played = Retries()
    addresses = {"RETRY_QUEUE_URL": QUEUE, "FAILURE_BUCKET": BUCKET}
    effects.forget()
    with (
        patch.object(retries, "queue", lambda: played),
        patch.object(retries, "bucket", lambda: played),
        patch.dict(os.environ, addresses),
    ):
        stream_settings.cache_clear()
        yield played
    stream_settings.cache_clear()
    effects.forget()
