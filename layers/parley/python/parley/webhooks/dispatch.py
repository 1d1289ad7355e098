"""From the change stream to the queue: what a change tells becomes a job for each webhook that asks for it.

The event shows the state that the record carries: what happened then; what a message quotes, as it is now. A record
that comes twice makes a job with the same delivery id, and the delivery that has been made is not made again.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from parley import clock, ids
from parley.settings import settings
from parley.streams import quotes, shared_reads
from parley.streams.changes import Change
from parley.streams.consumer import MALFORMED, set_aside
from parley.streams.envelope import SOCKETS_ALONE, Event
from parley.streams.events import EVENT_ENTITIES, events_for_webhooks
from parley.tables import dynamodb
from parley.tables.keys import Key
from parley.webhooks import delivery_queue, notices
from parley.webhooks.delivery_queue import Job
from parley.webhooks.items import WebhookItem
from parley.webhooks.registry import ids_key, load_webhooks

ENTITIES = EVENT_ENTITIES | {notices.ENTITY}


def wants_change(change: Change) -> bool:
    """Whether a change may tell events, or that a webhook was disabled."""
    return change.entity in ENTITIES


def reads(changes: Sequence[Change]) -> Iterator[Key]:
    """Which webhooks the tenants have."""
    return (ids_key(tenant_id) for tenant_id in _tenants(changes))


def dispatch(changes: Sequence[Change]) -> list[Change]:
    """Queue what these changes tell; those of which something was not queued, for another try, and poison."""
    listening = _listening(_tenants(changes))
    jobs: list[Job] = []
    owners: dict[str, Change] = {}
    poison: list[Change] = []
    for change in changes:
        try:
            made = list(_jobs_of(change, listening[change.tenant_id]))
        except MALFORMED:
            poison.append(set_aside(change))
            continue
        jobs += made
        owners |= {job.delivery_id: change for job in made}
    jobs = _without_passed(jobs)
    refused = delivery_queue.send_all(jobs) if jobs else []
    return [*poison, *{owners[job.delivery_id].position: owners[job.delivery_id] for job in refused}.values()]


def _without_passed(jobs: Sequence[Job]) -> list[Job]:
    """All jobs but those of a poll that the same batch changes again: a poll is voted in by many at once."""
    last: dict[tuple[str, str], int] = {}
    for job in jobs:
        if job.event["type"] == "poll.updated":
            poll = (job.webhook_id, job.event["entity_id"])
            last[poll] = max(last.get(poll, 0), job.event["version"])
    return [
        job
        for job in jobs
        if job.event["type"] != "poll.updated" or job.event["version"] == last[job.webhook_id, job.event["entity_id"]]
    ]


def _tenants(changes: Sequence[Change]) -> list[str]:
    return list(dict.fromkeys(change.tenant_id for change in changes))


def _listening(tenant_ids: Sequence[str]) -> dict[str, list[WebhookItem]]:
    """The webhooks of these tenants that are enabled now: 1 RRU a tenant once a batch, 2 for one that has any.

    Nothing is kept from one batch to the next: a webhook that has been made is told of what follows, whichever process
    the stream gives that to. Its id is in the tenant's set from its first moment to its last.
    """
    known = shared_reads.read(settings().chat_table, [ids_key(tenant_id) for tenant_id in tenant_ids])
    having = [tenant_id for tenant_id in tenant_ids if "ids" in known.get(ids_key(tenant_id), {})]
    loaded = dict(zip(having, dynamodb.map_parallel(load_webhooks, having), strict=True))
    return {
        tenant_id: [item for item in loaded.get(tenant_id, ()) if item.disabled_at is None] for tenant_id in tenant_ids
    }


def _jobs_of(change: Change, listening: Sequence[WebhookItem]) -> Iterable[Job]:
    if not listening:
        return
    change_events = list(notices.events_of(change) if change.entity == notices.ENTITY else events_for_webhooks(change))
    quoted = quotes.read(change_events)
    for event in change_events:
        for webhook in listening:
            if wants(webhook, event):
                yield Job(
                    tenant_id=change.tenant_id,
                    webhook_id=webhook.webhook_id,
                    delivery_id=delivery_id(webhook.webhook_id, event),
                    event=quotes.shown(event, quoted).model_dump(mode="json"),
                )


def wants(webhook: WebhookItem, event: Event) -> bool:
    """Whether a webhook asks for such an event. One is not told of its own end."""
    if event.type in SOCKETS_ALONE:
        return False
    if event.type == "webhook.disabled" and event.entity_id == webhook.webhook_id:
        return False
    return not webhook.events or event.type in webhook.events


def delivery_id(webhook_id: str, event: Event) -> str:
    """The same for every copy of the record, and sorted by when the event was."""
    digest = hashlib.sha256(f"{webhook_id}|{event.id}".encode()).digest()
    return ids.timed_id(clock.from_datetime(event.created_at), int.from_bytes(digest[:10], "big"))
