"""The queues that wake functions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from infrastructure.access import JobQueue
from infrastructure.uses.use import Place, Statement, Use

CONSUME = ("ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "GetQueueAttributes", "GetQueueUrl")


@dataclass(frozen=True)
class Consumed(Use):
    """Taking messages from the queue of deliveries, or of jobs of a kind, as the event source mapping does."""

    queue: JobQueue | Literal["deliveries"]

    def statements(self, place: Place) -> Iterable[Statement]:
        actions = tuple(f"sqs:{action}" for action in CONSUME)
        webhooks, jobs = place.resources.webhooks, place.resources.jobs
        if self.queue == "deliveries":
            if webhooks is not None:
                yield Statement(actions, (webhooks.queue.queue_arn,))
        elif jobs is not None:
            yield Statement(actions, (jobs.queues[self.queue].queue_arn,))


@dataclass(frozen=True)
class ConsumedUploads(Use):
    """Taking uploads from the queue of checks, and leaving one for later that cannot be checked yet."""

    def statements(self, place: Place) -> Iterable[Statement]:
        actions = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "ChangeMessageVisibility")
        if place.resources.media is not None:
            yield Statement(tuple(f"sqs:{action}" for action in actions), (place.resources.media.queue.queue_arn,))

    def environment(self, place: Place) -> Mapping[str, str]:
        store = place.resources.media
        return {} if store is None else {"MEDIA_QUEUE_URL": store.queue.queue_url}
