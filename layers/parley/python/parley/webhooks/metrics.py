"""Metrics of a batch of delivery attempts: how many, how they failed, how long they took, what they led to.

The failures are also counted by class, in a dimension of their own. A tenant is no dimension: it is in the log.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from aws_lambda_powertools.metrics import MetricUnit

from parley.observability import metrics
from parley.outbound.transport import Outcome


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: its `outcome`; whether it opened the endpoint's circuit, disabled the webhook, was the last."""

    outcome: Outcome
    opened: bool = False
    disabled: bool = False
    given_up: bool = False

    @property
    def failure(self) -> str | None:
        """What kept the event from arriving: the transport's reason, or `3xx`, `4xx`, `5xx`. None where it arrived."""
        if self.outcome.succeeded:
            return None
        return self.outcome.failure if self.outcome.status is None else f"{self.outcome.status // 100}xx"


def emit(attempts: Sequence[Attempt]) -> None:
    """Emit the metrics of a batch; nothing for one in which nothing was attempted."""
    if not attempts:
        return
    failures = Counter(attempt.failure for attempt in attempts if attempt.failure is not None)
    emitted = metrics()
    emitted.add_metric("WebhookAttempts", MetricUnit.Count, len(attempts))
    emitted.add_metric("WebhookFailures", MetricUnit.Count, failures.total())
    emitted.add_metric("WebhookCircuitsOpened", MetricUnit.Count, sum(attempt.opened for attempt in attempts))
    emitted.add_metric("WebhooksDisabled", MetricUnit.Count, sum(attempt.disabled for attempt in attempts))
    emitted.add_metric("WebhooksGivenUp", MetricUnit.Count, sum(attempt.given_up for attempt in attempts))
    for attempt in attempts:
        emitted.add_metric("WebhookLatency", MetricUnit.Milliseconds, attempt.outcome.duration_ms)
    emitted.flush_metrics()
    for failure, count in failures.items():
        emitted.add_dimension("failure", failure)
        emitted.add_metric("WebhookFailures", MetricUnit.Count, count)
        emitted.flush_metrics()
