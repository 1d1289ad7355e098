"""SQS, played on the clock of the test: an emulator's messages come on its own."""

import itertools
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from parley import clock
from parley.settings import webhook_settings
from parley.webhooks import delivery_queue

QUEUE, FAILURES = "https://sqs/webhooks", "https://sqs/webhooks-failures"
_numbers = itertools.count(1)


@dataclass
class Message:
    id: str
    body: str
    group: str
    visible_at: int


class PlayedSqs:
    """SQS as `parley.webhooks.delivery_queue` calls it."""

    def __init__(self) -> None:
        self.queues: dict[str, list[Message]] = {QUEUE: [], FAILURES: []}
        self.refuses = 0
        """How many entries of batches are not taken."""

    def send_message(
        self,
        *,
        QueueUrl: str,  # noqa: N803 - boto3's names
        MessageBody: str,  # noqa: N803
        MessageGroupId: str = "",  # noqa: N803
        DelaySeconds: int = 0,  # noqa: N803
    ) -> dict[str, Any]:
        assert len(MessageBody.encode()) <= 256 * 1024
        assert 0 <= DelaySeconds <= 900
        visible_at = clock.now_ms() + DelaySeconds * 1000
        self.queues[QueueUrl].append(Message(f"m{next(_numbers)}", MessageBody, MessageGroupId, visible_at))
        return {}

    def send_message_batch(self, *, QueueUrl: str, Entries: Sequence[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        assert len(Entries) <= 10
        assert sum(len(entry["MessageBody"].encode()) for entry in Entries) <= 256 * 1024
        failed = []
        for entry in Entries:
            if self.refuses:
                self.refuses -= 1
                failed.append({"Id": entry["Id"]})
                continue
            self.send_message(
                QueueUrl=QueueUrl, MessageBody=entry["MessageBody"], MessageGroupId=entry["MessageGroupId"]
            )
        return {"Failed": failed}

    def receive_message(self, *, QueueUrl: str, MaxNumberOfMessages: int, **_: Any) -> dict[str, Any]:  # noqa: N803
        now = clock.now_ms()
        visible = [message for message in self.queues[QueueUrl] if message.visible_at <= now][:MaxNumberOfMessages]
        for message in visible:
            message.visible_at = now + 30_000
        return {
            "Messages": [
                {
                    "Body": message.body,
                    "MessageId": message.id,
                    "ReceiptHandle": message.id,
                    "Attributes": {"MessageGroupId": message.group},
                }
                for message in visible
            ]
        }

    def delete_message(self, *, QueueUrl: str, ReceiptHandle: str) -> dict[str, Any]:  # noqa: N803
        self.queues[QueueUrl] = [each for each in self.queues[QueueUrl] if each.id != ReceiptHandle]
        return {}


@contextmanager
def using_queues() -> Iterator[PlayedSqs]:
    """The queues of webhooks, empty, for as long as this is entered."""
    sqs = PlayedSqs()
    addresses = {"WEBHOOK_QUEUE_URL": QUEUE, "WEBHOOK_FAILURES_URL": FAILURES}
    with patch.object(delivery_queue, "client", lambda: sqs), patch.dict(os.environ, addresses):
        webhook_settings.cache_clear()
        yield sqs
    webhook_settings.cache_clear()
