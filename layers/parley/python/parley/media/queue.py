"""The queue of files to check. S3's own events arrive there, and what the sweeper sends again."""

import json
from functools import cache
from typing import Any

from parley.settings import media_settings, settings
from parley.tables import dynamodb


@cache
def client() -> Any:
    return dynamodb.connection().session.create_client("sqs", settings().region)


def send(key: str) -> None:
    """Have the object at this key in quarantine checked (again)."""
    client().send_message(QueueUrl=media_settings().queue_url, MessageBody=json.dumps({"key": key}))
