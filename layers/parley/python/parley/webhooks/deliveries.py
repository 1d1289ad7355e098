"""The log of deliveries, and replaying one from it. Kept for a week."""

from typing import cast

from parley import clock, ids
from parley.errors import DeliveryNotFound, InvalidCursor, WebhookDisabled
from parley.identity.caller import Caller
from parley.outbound.transport import Outcome
from parley.settings import settings
from parley.tables import cursors, dynamodb, keys
from parley.tables.attributes import required_text
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, differs, lasting, stored_or
from parley.tables.keys import Key
from parley.webhooks import delivery_queue
from parley.webhooks.delivery_queue import Job
from parley.webhooks.items import DeliveryItem
from parley.webhooks.registry import access_webhook
from parley.webhooks.schemas import Delivery, DeliveryPage, DeliveryStatus

KEPT_SECONDS = 7 * 24 * 3600
_LISTING = ("deliveries",)


def delivery_key(tenant_id: str, webhook_id: str, delivery_id: str) -> Key:
    return Key(keys.webhook_log(tenant_id, webhook_id), keys.delivery_sk(delivery_id))


def record(
    job: Job, status: DeliveryStatus, outcome: Outcome | None = None, *, next_attempt_at: int | None = None
) -> None:
    """Note where a delivery stands, after an attempt with its `outcome`. What was delivered stays so: a copy of the
    job that comes late changes nothing. 1 WRU for each KiB of the event.
    """
    now = clock.now_ms()
    noted = Update().set(
        entity="webhook_delivery",
        delivery_id=job.delivery_id,
        event_type=job.event["type"],
        event_id=job.event["id"],
        event=DeliveryItem.event.serialize(job.event),
        status=status,
        created_at=stored_or("created_at", now),
        expires_at=now // 1000 + KEPT_SECONDS,
    )
    noted.set_or_remove(next_attempt_at=next_attempt_at)
    if outcome is not None:
        noted.set(attempted_at=now, duration_ms=outcome.duration_ms, attempts=job.attempt)
        noted.set_or_remove(response_status=outcome.status, failure=outcome.failure, response=outcome.shown or None)
    try:
        dynamodb.renew(
            settings().control_table,
            delivery_key(job.tenant_id, job.webhook_id, job.delivery_id),
            noted,
            condition=differs("status", "delivered"),
        )
    except ConditionFailed:
        return


def do_list(caller: Caller, webhook_id: str, *, limit: int, cursor: str | None) -> DeliveryPage:
    """The deliveries of a webhook, newest event first. Raises `WebhookNotFound`, `InvalidCursor`."""
    position = None if cursor is None else cursors.decode_text(cursor, _LISTING)
    if position is not None and not ids.is_well_formed(position):
        raise InvalidCursor
    access_webhook(caller, webhook_id)
    pk = keys.webhook_log(caller.tenant_id, webhook_id)
    raw, more = dynamodb.query(
        settings().control_table,
        pk,
        begins_with=keys.DELIVERY_PREFIX,
        limit=limit,
        forward=False,
        after=None if position is None else dynamodb.key((pk, keys.delivery_sk(position))),
    )
    return DeliveryPage(
        data=[delivery_view(DeliveryItem.from_raw_data(item)) for item in raw],
        next_cursor=None if more is None else cursors.encode(keys.delivery_of(required_text(more, "sk")), _LISTING),
    )


def do_replay(caller: Caller, webhook_id: str, delivery_id: str) -> Delivery:
    """Send an event of the log again, whatever became of it. The receiver knows it by its id.

    Raises `WebhookNotFound`, `DeliveryNotFound`, and `WebhookDisabled` for one that nothing is sent to.
    """
    webhook = access_webhook(caller, webhook_id)
    if not ids.is_well_formed(delivery_id):
        raise DeliveryNotFound
    if webhook.disabled_at is not None:
        raise WebhookDisabled
    now = clock.now_ms()
    try:
        raw = dynamodb.update(
            settings().control_table,
            delivery_key(caller.tenant_id, webhook_id, delivery_id),
            Update().set(status="pending", next_attempt_at=now, expires_at=now // 1000 + KEPT_SECONDS),
            condition=lasting(),
            returning="ALL_NEW",
        )
    except ConditionFailed:
        raise DeliveryNotFound from None
    item = DeliveryItem.from_raw_data(raw)
    delivery_queue.hold_back(Job(caller.tenant_id, webhook_id, delivery_id, item.event))
    return delivery_view(item)


def delivery_view(item: DeliveryItem) -> Delivery:
    return Delivery(
        id=item.delivery_id,
        event_id=item.event_id,
        event_type=item.event_type,
        status=cast("DeliveryStatus", item.status),
        attempts=int(item.attempts),
        created_at=clock.to_datetime(int(item.created_at)),
        attempted_at=clock.optional_datetime(item.attempted_at),
        next_attempt_at=clock.optional_datetime(item.next_attempt_at),
        response_status=None if item.response_status is None else int(item.response_status),
        response=item.response,
        failure=item.failure,
        duration_ms=None if item.duration_ms is None else int(item.duration_ms),
    )
