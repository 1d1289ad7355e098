"""The queue of deliveries to tenants' servers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from infrastructure.uses.use import Place, Statement, Use

TAKE = ("sqs:ReceiveMessage", "sqs:DeleteMessage")


@dataclass(frozen=True)
class Webhooks(Use):
    """Sending deliveries; a deliverer sets aside what it gives up, and a redrive takes it from there."""

    purpose: Literal["send", "deliver", "redrive"]

    def statements(self, place: Place) -> Iterable[Statement]:
        queues = place.resources.webhooks
        if queues is not None:
            send = ("sqs:SendMessage",)
            yield Statement(send, (queues.queue.queue_arn,))
            if self.purpose != "send":
                yield Statement(send if self.purpose == "deliver" else TAKE, (queues.failures.queue_arn,))

    def environment(self, place: Place) -> Mapping[str, str]:
        queues = place.resources.webhooks
        if queues is None:
            return {}
        found = {"WEBHOOK_QUEUE_URL": queues.queue.queue_url}
        return found | ({} if self.purpose == "send" else {"WEBHOOK_FAILURES_URL": queues.failures.queue_url})
