"""The notice that Parley has disabled a webhook, for the other webhooks of its tenant."""

from collections.abc import Iterator

from parley import clock
from parley.streams.changes import Change
from parley.streams.envelope import Event, event_id
from parley.webhooks.items import WebhookItem
from parley.webhooks.registry import webhook_view

ENTITY = "webhook"


def events_of(change: Change) -> Iterator[Event]:
    """`webhook.disabled` for the write by which Parley disabled a webhook; nothing for what its tenant does."""
    if change.op != "modify" or change.new is None or "disabled_at" not in change.changed():
        return
    item = WebhookItem.from_raw_data(change.new)
    if item.disabled_at is None or item.disabled_by != "parley":
        return
    yield Event(
        id=event_id(change.pk, change.sk, change.version, change.op),
        type="webhook.disabled",
        tenant_id=change.tenant_id,
        entity_id=item.webhook_id,
        version=change.version,
        created_at=clock.to_datetime(change.occurred_at),
        data=webhook_view(item).model_dump(mode="json"),
        changed=["enabled"],
    )
