"""What the deliverer measures: attempts, failures by class, latencies, circuits opened, webhooks disabled."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from parley.outbound.transport import Outcome
from parley.webhooks import metrics
from parley.webhooks.metrics import Attempt
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace
from tests.support.people.tenant_servers import Deliveries, Server, create


@dataclass
class Emitted:
    """The metrics that were printed since it was last asked."""

    capsys: pytest.CaptureFixture[str]

    def take(self) -> list[dict[str, Any]]:
        lines = self.capsys.readouterr().out.splitlines()
        return [json.loads(line) for line in lines if '"_aws"' in line]

    def webhooks(self) -> list[dict[str, Any]]:
        """Those of webhooks, without what is of EMF; a value that is alone stands for itself."""
        return [
            {name: value[0] if len(value) == 1 else value for name, value in each.items() if isinstance(value, list)}
            | {name: each[name] for name in ("failure",) if name in each}
            for each in self.take()
            if any(name.startswith("Webhook") for name in each)
        ]


@pytest.fixture
def emitted(capsys: pytest.CaptureFixture[str]) -> Emitted:
    return Emitted(capsys)


@pytest.fixture
def webhook(acme: Workspace, endpoint: Server, general: str, deliveries: Deliveries, emitted: Emitted) -> str:
    made = create(acme.server, endpoint.url, "message.created")
    deliveries.changes.take(acme.tenant_id)
    emitted.take()
    return str(made["id"])


def test_a_delivery_is_counted_with_its_latency(
    alice: Person, general: str, webhook: str, endpoint: Server, deliveries: Deliveries, emitted: Emitted
) -> None:
    alice.send(general)
    deliveries.deliver(alice.tenant_id)
    (shown,) = emitted.webhooks()
    assert 0 <= shown.pop("WebhookLatency") < 10_000
    assert shown == {
        "WebhookAttempts": 1,
        "WebhookFailures": 0,
        "WebhookCircuitsOpened": 0,
        "WebhooksDisabled": 0,
        "WebhooksGivenUp": 0,
    }


def test_the_attempts_of_a_batch_are_counted_together_and_failures_by_class(
    alice: Person, general: str, webhook: str, endpoint: Server, deliveries: Deliveries, emitted: Emitted
) -> None:
    endpoint.status = 404
    for number in range(3):
        alice.send(general, str(number))
    deliveries.deliver(alice.tenant_id)
    everything, refused = emitted.webhooks()
    assert (everything["WebhookAttempts"], everything["WebhookFailures"]) == (3, 3)
    assert len(everything["WebhookLatency"]) == 3
    assert refused == {"failure": "4xx", "WebhookFailures": 3}


def test_a_circuit_is_counted_when_it_opens_and_not_while_it_stays_open(
    alice: Person,
    general: str,
    webhook: str,
    endpoint: Server,
    deliveries: Deliveries,
    moving_clock: MovingClock,
    emitted: Emitted,
) -> None:
    endpoint.status = 500
    opened = []
    for number in range(8):
        alice.send(general, str(number))
        deliveries.deliver(alice.tenant_id)
        opened.append(sum(each["WebhookCircuitsOpened"] for each in emitted.webhooks() if "failure" not in each))
        moving_clock.pass_seconds(3600)
    assert len(endpoint.received) > 5
    assert sum(opened) == 1


def test_a_webhook_that_is_disabled_and_a_delivery_that_is_given_up_are_counted(
    alice: Person,
    acme: Workspace,
    general: str,
    webhook: str,
    endpoint: Server,
    deliveries: Deliveries,
    moving_clock: MovingClock,
    emitted: Emitted,
) -> None:
    endpoint.status = 503
    alice.send(general)
    deliveries.deliver(alice.tenant_id)
    while deliveries.waiting:
        moving_clock.pass_seconds(900)
        deliveries.attempt()
    assert sum(each.get("WebhooksGivenUp", 0) for each in emitted.webhooks()) == 1
    endpoint.status = 410
    moving_clock.pass_seconds(3600)
    alice.send(general)
    deliveries.deliver(alice.tenant_id)
    assert sum(each.get("WebhooksDisabled", 0) for each in emitted.webhooks()) == 1


def test_a_batch_without_an_attempt_emits_nothing(
    alice: Person, acme: Workspace, general: str, webhook: str, deliveries: Deliveries, emitted: Emitted
) -> None:
    alice.send(general)
    deliveries.dispatch(alice.tenant_id)
    acme.server.put(f"/v1/webhooks/{webhook}", {"enabled": False})
    deliveries.attempt()
    assert emitted.webhooks() == []


@pytest.mark.parametrize(
    ("outcome", "failure"),
    [
        (Outcome(status=204), None),
        (Outcome(status=302), "3xx"),
        (Outcome(status=503), "5xx"),
        (Outcome(failure="timed_out"), "timed_out"),
        (Outcome(failure="address_refused"), "address_refused"),
    ],
)
def test_a_failure_has_a_class(outcome: Outcome, failure: str | None) -> None:
    assert Attempt(outcome).failure == failure
    assert metrics.emit([]) is None  # type: ignore[func-returns-value]
