"""The queue of files to check. S3's own events arrive there, and what the sweeper sends again."""

import contextlib
import json
from functools import cache
from typing import Any

from botocore.exceptions import ClientError

from parley import aws
from parley.settings import media_settings


@cache
def client() -> Any:
    return aws.client("sqs")


RETRY_SECONDS = 30
LONGEST_RETRY_SECONDS = 900


def retry_soon(receipt_handle: str, received: int) -> None:
    """Have a message that could not be handled come back soon, not only when its visibility timeout ends.

    That timeout is six times the longest run. If this fails the message comes back then.
    """
    with contextlib.suppress(ClientError):
        client().change_message_visibility(
            QueueUrl=media_settings().queue_url,
            ReceiptHandle=receipt_handle,
            VisibilityTimeout=min(LONGEST_RETRY_SECONDS, RETRY_SECONDS * 2 ** max(0, received - 1)),
        )


MESSAGES_AT_ONCE = 10


def redrive(limit: int) -> int:
    """Move up to `limit` messages about checks that failed back into the queue; how many were moved.

    A message is removed there after it is here: a crash between the two checks a file twice, which does no harm.
    """
    failures, moved = media_settings().failures_url, 0
    while moved < limit:
        wanted = min(MESSAGES_AT_ONCE, limit - moved)
        messages = client().receive_message(QueueUrl=failures, MaxNumberOfMessages=wanted).get("Messages", [])
        if not messages:
            break
        for message in messages:
            client().send_message(QueueUrl=media_settings().queue_url, MessageBody=message["Body"])
            client().delete_message(QueueUrl=failures, ReceiptHandle=message["ReceiptHandle"])
        moved += len(messages)
    return moved


def send(key: str) -> None:
    """Have the object at this key in quarantine checked (again)."""
    client().send_message(QueueUrl=media_settings().queue_url, MessageBody=json.dumps({"key": key}))
