"""The queue of deliveries: jobs as they lie in SQS, held back until they are due, set aside when they are given up.

A standard queue with the tenant as the message group: SQS then serves a quiet tenant first where another has filled
the queue. A job that waits longer than SQS can hold a message back (15 minutes) is looked at and held back again.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any

from parley import aws, clock
from parley.settings import webhook_settings

LONGEST_DELAY_SECONDS = 900
ENTRIES_PER_CALL = 10
BYTES_PER_CALL = 250_000
"""SQS takes 256 KiB a call; the attributes of a message count too."""


class UnreadableJob(ValueError):
    """A message that no function of ours wrote."""


@dataclass(frozen=True, slots=True)
class Job:
    """One event for one endpoint. `attempt` counts those that were made; `not_before` is in milliseconds."""

    tenant_id: str
    webhook_id: str
    delivery_id: str
    event: dict[str, Any]
    attempt: int = 0
    not_before: int = 0

    @property
    def is_due(self) -> bool:
        return self.not_before <= clock.now_ms()

    def write(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"), ensure_ascii=False)

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


def send_all(jobs: Sequence[Job]) -> list[Job]:
    """Put jobs into the queue, ten a call; those that SQS did not take."""
    refused: list[Job] = []
    for chunk in _chunks(jobs):
        entries = [
            {"Id": str(number), "MessageBody": job.write(), "MessageGroupId": job.tenant_id}
            for number, job in enumerate(chunk)
        ]
        answer = client().send_message_batch(QueueUrl=webhook_settings().queue_url, Entries=entries)
        refused += [chunk[int(failure["Id"])] for failure in answer.get("Failed", ())]
    return refused


def _chunks(jobs: Sequence[Job]) -> Iterator[list[Job]]:
    chunk: list[Job] = []
    size = 0
    for job in jobs:
        length = len(job.write().encode())
        if chunk and (len(chunk) == ENTRIES_PER_CALL or size + length > BYTES_PER_CALL):
            yield chunk
            chunk, size = [], 0
        chunk.append(job)
        size += length
    if chunk:
        yield chunk


def hold_back(job: Job) -> None:
    """Put a job back until it is due, or for as long as SQS can."""
    seconds = max(0, -(-(job.not_before - clock.now_ms()) // 1000))
    client().send_message(
        QueueUrl=webhook_settings().queue_url,
        MessageBody=job.write(),
        MessageGroupId=job.tenant_id,
        DelaySeconds=min(seconds, LONGEST_DELAY_SECONDS),
    )


def set_aside(job: Job) -> None:
    """Put a job that was given up where the operator finds it, ready to be tried anew."""
    fresh = replace(job, attempt=0, not_before=0)
    client().send_message(
        QueueUrl=webhook_settings().failures_url, MessageBody=fresh.write(), MessageGroupId=job.tenant_id
    )


def redrive(limit: int) -> int:
    """Move up to `limit` messages from the failures back into the queue; how many were moved.

    A message is removed there after it is here: a crash between the two delivers it twice, and loses none.
    """
    failures, moved = webhook_settings().failures_url, 0
    while moved < limit:
        wanted = min(ENTRIES_PER_CALL, limit - moved)
        messages = (
            client()
            .receive_message(
                QueueUrl=failures,
                MaxNumberOfMessages=wanted,
                MessageSystemAttributeNames=["MessageGroupId"],
            )
            .get("Messages", [])
        )
        if not messages:
            break
        for message in messages:
            group = message.get("Attributes", {}).get("MessageGroupId")
            client().send_message(
                QueueUrl=webhook_settings().queue_url,
                MessageBody=message["Body"],
                **({"MessageGroupId": group} if group else {}),
            )
            client().delete_message(QueueUrl=failures, ReceiptHandle=message["ReceiptHandle"])
        moved += len(messages)
    return moved
