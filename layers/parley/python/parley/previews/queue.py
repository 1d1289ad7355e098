"""The queue of messages whose links are to be looked at: a message of it says which, and nothing of what it says."""

import json
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any

from parley import aws
from parley.settings import preview_settings

TRIES = 7
"""In all about ten minutes: longer than another needs who fetches the same link, or a scanner for a picture."""
FIRST_DELAY_SECONDS = 5


class UnreadableJob(ValueError):
    """A message that no function of ours wrote."""


@dataclass(frozen=True, slots=True)
class Job:
    """A message to look at; `tries` counts those that were made."""

    tenant_id: str
    message_id: str
    tries: int = 0

    @classmethod
    def read(cls, text: str) -> "Job":
        """The job in a message; raises `UnreadableJob`."""
        try:
            return cls(**json.loads(text))
        except (TypeError, ValueError) as error:
            raise UnreadableJob(type(error).__name__) from None


@cache
def client() -> Any:
    return aws.client("sqs")


def send(job: Job, delay: int = 0) -> None:
    """Have a message looked at, after so many seconds."""
    client().send_message(
        QueueUrl=preview_settings().queue_url,
        MessageBody=json.dumps(asdict(job)),
        MessageGroupId=job.tenant_id,
        DelaySeconds=delay,
    )


def send_again(job: Job) -> None:
    """Have a message looked at once more, later each time; after the last try it stays as it is."""
    if job.tries + 1 < TRIES:
        send(replace(job, tries=job.tries + 1), FIRST_DELAY_SECONDS * 2**job.tries)
