"""Jobs in this process: queues on the test's clock, workers called as Lambda would, held to their grants."""

import importlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from infrastructure.access import Grant
from infrastructure.triggered.jobs import (
    RUN_ANNOUNCEMENT,
    RUN_ERASURE,
    RUN_EXPORT,
    RUN_IMPORT,
    RUN_RETENTION,
    RUN_TRUNCATION,
    SHOW_PREVIEWS,
    START_RETENTIONS,
    SWEEP,
)
from parley import clock
from tests.support.aws.aws_calls import recording
from tests.support.aws.gateway import Context
from tests.support.aws.job_queues import (
    ANNOUNCEMENTS,
    ERASURES,
    EXPORTS,
    IMPORTS,
    PREVIEWS,
    RETENTIONS,
    TRUNCATIONS,
    job_queues,
)
from tests.support.aws.sqs import PlayedSqs
from tests.support.people.clocks import Clock

WORKERS: dict[str, tuple[str, tuple[Grant, ...]]] = {
    ERASURES: ("run_erasure", RUN_ERASURE.grants),
    EXPORTS: ("run_export", RUN_EXPORT.grants),
    IMPORTS: ("run_import", RUN_IMPORT.grants),
    TRUNCATIONS: ("run_truncation", RUN_TRUNCATION.grants),
    RETENTIONS: ("run_retention", RUN_RETENTION.grants),
    ANNOUNCEMENTS: ("run_announcement", RUN_ANNOUNCEMENT.grants),
    PREVIEWS: ("show_previews", SHOW_PREVIEWS.grants),
}
RUN_SECONDS = 300


class WorkerContext(Context):
    """The context of a worker's run; it has as much time left as it began with."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return RUN_SECONDS * 1000


def call(function: str, event: dict[str, Any], grants: tuple[Grant, ...]) -> Any:
    """Call a function of the service `jobs`; fail where it did what its role does not allow."""
    module = importlib.import_module(f"functions.jobs.{function}")
    with recording() as calls:
        answer = module.handler(event, WorkerContext())
    denied = calls.denied(grants)
    assert not denied, f"jobs/{function} is not granted {denied}"
    return answer


@dataclass
class JobQueues:
    """The queues, and the clock that decides what is due."""

    sqs: PlayedSqs
    moved: Clock
    runs: int = field(default=0)

    def messages(self) -> list[tuple[str, str, int]]:
        """Queue, body and moment of every message, the next due first."""
        waiting = [(url, each.body, each.visible_at) for url in WORKERS for each in self.sqs.queues[url]]
        return sorted(waiting, key=lambda message: message[2])

    def run_next(self) -> bool:
        """Wait for the next message and have it worked on; false where there is none."""
        waiting = self.messages()
        if not waiting:
            return False
        url, body, visible_at = waiting[0]
        self.moved.now = max(self.moved.now, visible_at)
        taken = next(each for each in self.sqs.queues[url] if each.body == body)
        function, grants = WORKERS[url]
        self.runs += 1
        call(function, {"Records": [{"body": body}]}, grants)
        self.sqs.queues[url].remove(taken)
        return True

    def run_all(self) -> None:
        """Work until nothing is queued."""
        for _ in range(1_000):
            if not self.run_next():
                return
        raise AssertionError("the jobs never end")

    def lose_messages(self) -> None:
        for url in WORKERS:
            self.sqs.queues[url].clear()

    def start_retentions(self) -> int:
        """What the clock does each day."""
        return int(call("start_retentions", {}, START_RETENTIONS.grants)["started"])

    def sweep(self) -> int:
        return int(call("sweep", {}, SWEEP.grants)["queued"])


@contextmanager
def playing_jobs() -> Iterator[JobQueues]:
    """Queues and a clock that stands still until it is moved."""
    moved = Clock()
    with job_queues() as sqs, patch.object(clock, "now_ms", moved):
        yield JobQueues(sqs, moved)


def bodies(queues: JobQueues) -> list[dict[str, str]]:
    return [json.loads(body) for _, body, _ in queues.messages()]
