"""The queues of jobs: a message says which job is to be gone on with, nothing more, so one too many changes nothing."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from parley import aws, clock
from parley.jobs.store import StoredJob
from parley.settings import job_settings

LONGEST_DELAY_SECONDS = 900


class UnreadableMessage(ValueError):
    """A message that no function of ours wrote."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Which job."""

    tenant_id: str
    job_id: str

    @classmethod
    def read(cls, text: str) -> "Reference":
        """The job that a message names; raises `UnreadableMessage`."""
        try:
            return cls(**json.loads(text))
        except (TypeError, ValueError) as error:
            raise UnreadableMessage(type(error).__name__) from None


@cache
def client() -> Any:
    return aws.client("sqs")


def _url(job: StoredJob) -> str:
    """The queue of a kind of job. A function has the addresses of those alone that it sends to."""
    match job.kind:
        case "erasure":
            return job_settings().erasures_url
        case "import":
            return job_settings().imports_url
        case "truncation":
            return job_settings().truncations_url
        case "retention":
            return job_settings().retentions_url
        case "announcement":
            return job_settings().announcements_url
        case _:
            return job_settings().exports_url


def send(job: StoredJob) -> None:
    """Have a job gone on with, once its next step may begin or as long as SQS can hold a message back."""
    wait = max(0, -(-(job.not_before - clock.now_ms()) // 1000))
    client().send_message(
        QueueUrl=_url(job),
        MessageBody=json.dumps({"tenant_id": job.tenant_id, "job_id": job.id}),
        MessageGroupId=job.tenant_id,
        DelaySeconds=min(wait, LONGEST_DELAY_SECONDS),
    )
