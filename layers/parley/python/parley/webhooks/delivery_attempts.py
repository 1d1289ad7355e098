"""An attempt at a webhook delivery, and what follows from its outcome.

| the endpoint | what follows |
| --- | --- |
| answers 2xx | delivered |
| answers 410 | failed, and the webhook is disabled |
| answers 4xx, but 408, 425 or 429 | failed: the same request would be refused again |
| answers 3xx, 5xx, 408, 425 or 429, late or never | tried again, twelve times over a day; then set aside |
| leads to an address that is not public | failed, and nothing is connected to |

`Retry-After` is kept, up to an hour. While the circuit is open, deliveries wait for it and no attempt is counted.
Delivery is at least once: after a crash between an attempt and its record the attempt is made again.
"""

import json
from dataclasses import replace

from parley import chance, clock
from parley.observability import logger
from parley.outbound import circuit, secrets, signing, transport
from parley.outbound.circuit import Circuit
from parley.outbound.items import EndpointItem, WebhookSecretItem
from parley.outbound.transport import Outcome
from parley.settings import settings
from parley.tables import dynamodb
from parley.webhooks import deliveries, delivery_queue, registry
from parley.webhooks.deliveries import delivery_key
from parley.webhooks.delivery_queue import Job
from parley.webhooks.items import DeliveryItem, WebhookItem
from parley.webhooks.metrics import Attempt
from parley.webhooks.registry import endpoint_key
from parley.webhooks.signing_secrets import secret_key

MAX_ATTEMPTS = 12
FIRST_WAIT_MS, LONGEST_WAIT_MS = 10_000, 4 * 3600_000
"""Waits of 10 s, 30 s, 90 s, … up to 4 h: the last attempt comes some 20 h after the first."""
LONGEST_RETRY_AFTER_SECONDS = 3600
WITHOUT_SECRET_MS = 10 * 60_000
"""How long a delivery waits that cannot be signed: until the webhook is gone, or its tenant has rotated the secret."""
GONE = 410
TRIED_AGAIN = frozenset({408, 425, 429})
USER_AGENT = "Parley-Webhooks/1"


def prepare() -> None:
    """Make the clients before there are threads: two must not make one at once."""
    dynamodb.client()
    delivery_queue.client()


def deliver(job: Job) -> Attempt | None:
    """Do what is due for a job; the attempt, where one was made.

    What it raises is ours: SQS hands the job over again.
    """
    if not job.is_due:
        delivery_queue.hold_back(job)
        return None
    webhook = WebhookItem.at(registry.webhook_key(job.tenant_id, job.webhook_id))
    if webhook is None or webhook.disabled_at is not None:
        if webhook is not None:
            deliveries.record(job, "discarded")
        return None
    secret, seen, known = _read(job)
    if known is not None and known.status == "delivered":
        return None
    if secret is None:
        _wait(job, clock.now_ms() + WITHOUT_SECRET_MS)
        return None
    if not circuit.may_attempt(endpoint_key(job.tenant_id, job.webhook_id), seen):
        _wait(job, seen.open_until or 0)
        return None
    outcome = _attempt(job, webhook, secret)
    return _conclude(replace(job, attempt=job.attempt + 1), webhook, seen, outcome)


def _read(job: Job) -> tuple[WebhookSecretItem | None, Circuit, DeliveryItem | None]:
    """The secrets, the circuit and the log entry, in one read."""
    places = (
        secret_key(job.tenant_id, job.webhook_id),
        endpoint_key(job.tenant_id, job.webhook_id),
        delivery_key(job.tenant_id, job.webhook_id, job.delivery_id),
    )
    found = dynamodb.batch_get(settings().control_table, places, consistent=True)
    secret, endpoint, delivery = (found.get(place) for place in places)
    return WebhookSecretItem.read(secret), Circuit.of(EndpointItem.read(endpoint)), DeliveryItem.read(delivery)


def _wait(job: Job, moment: clock.Milliseconds) -> None:
    """Hold a delivery back until its endpoint may be asked again, spread over some seconds."""
    until = max(moment, clock.now_ms()) + chance.randrange(1_000, 15_000)
    deliveries.record(job, "pending", next_attempt_at=until)
    delivery_queue.hold_back(replace(job, not_before=until))


def _attempt(job: Job, webhook: WebhookItem, secret: WebhookSecretItem) -> Outcome:
    body = json.dumps(job.event, separators=(",", ":"), ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "Parley-Webhook-Id": job.webhook_id,
        "Parley-Delivery-Id": job.delivery_id,
        **signing.headers(secrets.active(secret), job.event["id"], clock.now_ms() // 1000, body),
    }
    outcome = transport.post(webhook.url, body, headers)
    logger().info(
        "webhook attempt",
        extra={
            "tenant_id": job.tenant_id,
            "webhook_id": job.webhook_id,
            "delivery_id": job.delivery_id,
            "attempt": job.attempt + 1,
            "response_status": outcome.status,
            "failure": outcome.failure,
            "duration_ms": outcome.duration_ms,
        },
    )
    return outcome


def _conclude(job: Job, webhook: WebhookItem, seen: Circuit, outcome: Outcome) -> Attempt:
    """`job` counts the attempt that was made."""
    if outcome.succeeded:
        deliveries.record(job, "delivered", outcome)
        circuit.note_success(endpoint_key(job.tenant_id, job.webhook_id), seen)
        return Attempt(outcome)
    permanent = is_permanent(outcome)
    answered = outcome.status is not None and permanent
    after = circuit.note_failure(endpoint_key(job.tenant_id, job.webhook_id), answered=answered)
    disabled = _disable(job, webhook, after, outcome)
    given_up = not permanent and job.attempt >= MAX_ATTEMPTS
    if permanent:
        deliveries.record(job, "failed", outcome)
    elif given_up:
        delivery_queue.set_aside(job)
        deliveries.record(job, "failed", outcome)
    else:
        until = clock.now_ms() + wait_ms(job.attempt, outcome.retry_after)
        delivery_queue.hold_back(replace(job, not_before=until))
        deliveries.record(job, "pending", outcome, next_attempt_at=until)
    return Attempt(outcome, opened=after.has_opened, disabled=disabled, given_up=given_up)


def _disable(job: Job, webhook: WebhookItem, after: Circuit, outcome: Outcome) -> bool:
    """Disable a webhook that is gone or has failed for too long; whether it was disabled."""
    if outcome.status == GONE:
        return registry.disable(job.tenant_id, webhook, "The endpoint answered 410 Gone")
    return after.is_given_up and registry.disable(job.tenant_id, webhook, "The endpoint has failed for a day")


def is_permanent(outcome: Outcome) -> bool:
    """Whether the same request would fail again."""
    if outcome.status is None:
        return outcome.failure == "address_refused"
    return 400 <= outcome.status < 500 and outcome.status not in TRIED_AGAIN  # noqa: PLR2004 - HTTP's 4xx


def wait_ms(attempt: int, retry_after: int | None) -> int:
    """How long after its `attempt`th failure a delivery waits: exponential with jitter, or what the server asks for."""
    wait = min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 3 ** (attempt - 1)) * chance.uniform(0.8, 1.2)
    asked = min(retry_after or 0, LONGEST_RETRY_AFTER_SECONDS) * 1000
    return max(int(wait), asked)
