"""From the change stream to the queue: what a change tells becomes a job for each webhook that asks for it.

The event shows the state that the record carries: what happened then. A record that comes twice makes a job with the
same delivery id, and the delivery that has been made is not made again.
"""

import hashlib
from collections.abc import Iterable, Sequence

from parley import clock, ids
from parley.streams.changes import Change
from parley.streams.envelope import Event
from parley.streams.occurrences import TOLD_ENTITIES, events_of
from parley.webhooks import notices, queue
from parley.webhooks.items import WebhookItem
from parley.webhooks.queue import Job
from parley.webhooks.registry import load_webhooks

ENTITIES = TOLD_ENTITIES | {notices.ENTITY}
KEPT_MS = 60_000
"""How long a change of a tenant's webhooks may take to be seen by a process that the stream does not tell of it.

Whether one still stands is asked at delivery.
"""
MOST_TENANTS = 10_000


class _Webhooks:
    """The webhooks of the tenants whose changes come by, each tenant's read once a minute, or when they change."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[int, list[WebhookItem]]] = {}

    def of(self, tenant_id: str) -> list[WebhookItem]:
        now = clock.now_ms()
        until, kept = self._kept.get(tenant_id, (0, []))
        if until <= now:
            kept = [item for item in load_webhooks(tenant_id) if item.disabled_at is None]
            if len(self._kept) >= MOST_TENANTS:
                self._kept.clear()
            self._kept[tenant_id] = (now + KEPT_MS, kept)
        return kept

    def forget(self, tenant_id: str) -> None:
        self._kept.pop(tenant_id, None)


webhooks = _Webhooks()


def dispatch(changes: Sequence[Change]) -> list[Change]:
    """Queue what these changes tell; those of which something was not queued, for another try."""
    jobs: list[Job] = []
    owners: dict[str, Change] = {}
    for tenant_id in {change.tenant_id for change in changes if change.entity == notices.ENTITY}:
        webhooks.forget(tenant_id)
    for change in changes:
        for job in _jobs_of(change):
            jobs.append(job)
            owners[job.delivery_id] = change
    refused = queue.send_all(jobs) if jobs else []
    return list({owners[job.delivery_id].position: owners[job.delivery_id] for job in refused}.values())


def _jobs_of(change: Change) -> Iterable[Job]:
    listening = webhooks.of(change.tenant_id)
    if not listening:
        return
    told = notices.events_of(change) if change.entity == notices.ENTITY else events_of(change)
    for event in told:
        for webhook in listening:
            if wants(webhook, event):
                yield Job(
                    tenant_id=change.tenant_id,
                    webhook_id=webhook.webhook_id,
                    delivery_id=delivery_id(webhook.webhook_id, event),
                    event=event.model_dump(mode="json"),
                )


def wants(webhook: WebhookItem, event: Event) -> bool:
    """Whether a webhook asks for such an event. One is not told of its own end."""
    if event.type == "webhook.disabled" and event.entity_id == webhook.webhook_id:
        return False
    return not webhook.events or event.type in webhook.events


def delivery_id(webhook_id: str, event: Event) -> str:
    """The same for every copy of the record, and sorted by when the event occurred."""
    digest = hashlib.sha256(f"{webhook_id}|{event.id}".encode()).digest()
    return ids.timed_id(clock.from_datetime(event.occurred_at), int.from_bytes(digest[:10], "big"))
