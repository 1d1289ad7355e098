"""A tenant's webhooks: made, listed, changed and removed by its own back end."""

from collections.abc import Sequence
from typing import Any, cast

from parley import clock, ids
from parley.audit import audit_log
from parley.errors import TooManyWebhooks, VersionConflict, WebhookNotFound
from parley.identity.caller import Caller
from parley.outbound import circuit
from parley.outbound.addresses import check_url
from parley.outbound.secrets import new_item, new_secret, rotate
from parley.settings import settings
from parley.streams.envelope import EVENT_TYPES, EventType
from parley.tables import dynamodb, idempotency, keys, transactions
from parley.tables.dynamodb import ConditionFailed, TransactionRefused
from parley.tables.expressions import (
    Condition,
    Update,
    absent,
    contains,
    equals,
    exists,
    holds_fewer,
    matching,
)
from parley.tables.keys import Key
from parley.tables.transactions import Action
from parley.webhooks import signing_secrets
from parley.webhooks.items import WebhookItem
from parley.webhooks.schemas import CreateWebhook, NewWebhook, RotateSecret, UpdateWebhook, Webhook, Webhooks

MAX_WEBHOOKS = 10
"""Each is told of every event that it asks for."""
SCOPE = "webhooks"


def webhook_key(tenant_id: str, webhook_id: str) -> Key:
    return Key(keys.webhooks(tenant_id), keys.webhook_sk(webhook_id))


def ids_key(tenant_id: str) -> Key:
    """Where the set of the ids of a tenant's webhooks is: it changes in the transaction that makes or removes one."""
    return Key(keys.webhooks(tenant_id), keys.WEBHOOK_IDS_SK)


def endpoint_key(tenant_id: str, webhook_id: str) -> Key:
    """Where the circuit of a webhook's endpoint is, in `control`."""
    return Key(keys.webhook_log(tenant_id, webhook_id), keys.ENDPOINT_SK)


def load_webhooks(tenant_id: str) -> list[WebhookItem]:
    """All webhooks of a tenant as they are now, oldest first: one Query."""
    raw, _ = dynamodb.query(
        settings().chat_table, keys.webhooks(tenant_id), begins_with=keys.WEBHOOK_PREFIX, consistent=True
    )
    return sorted(
        (WebhookItem.from_raw_data(item) for item in raw), key=lambda item: (item.created_at, item.webhook_id)
    )


def access_webhook(caller: Caller, webhook_id: str) -> WebhookItem:
    """One webhook of the caller's tenant as it is now. Raises `WebhookNotFound`."""
    if not ids.is_well_formed(webhook_id):
        raise WebhookNotFound
    item = WebhookItem.at(webhook_key(caller.tenant_id, webhook_id), consistent=True)
    if item is None:
        raise WebhookNotFound
    return item


def do_create(caller: Caller, body: CreateWebhook, *, idempotency_key: str | None) -> tuple[NewWebhook, bool]:
    """Make a webhook with a secret of ours; whether the request is a repetition.

    A repetition gets the secret again from where it is kept: the idempotency record holds the webhook's id alone. A
    repetition of a request that crashed finds what it made. Raises `InvalidWebhookUrl`, `TooManyWebhooks`.
    """
    check_url(body.url)
    if idempotency_key is None:
        return _create(caller, ids.new_id(), body, None), False
    webhook_id = ids.derived_id("webhook", caller.tenant_id, caller.user_id, idempotency_key)
    at = keys.idempotency(caller.tenant_id, SCOPE, caller.user_id, idempotency_key)
    return idempotency.once(
        at,
        body.model_dump(mode="json"),
        make=lambda: _create(caller, webhook_id, body, webhook_id),
        again=lambda: _existing(caller, webhook_id),
    )


def _create(caller: Caller, webhook_id: str, body: CreateWebhook, made_with: str | None) -> NewWebhook:
    """Make a webhook, its secret and its id in the tenant's set of at most ten, or nothing of it: 8 WRU."""
    tenant_id = caller.tenant_id
    now, at = clock.now_ms(), webhook_key(tenant_id, webhook_id)
    item = WebhookItem(
        pk=at.pk,
        sk=at.sk,
        webhook_id=webhook_id,
        url=body.url,
        description=body.description,
        events=set(body.events) or None,
        created_at=now,
        updated_at=now,
        version=now,
    )
    secret = new_secret()
    kept = new_item(signing_secrets.secret_key(tenant_id, webhook_id), secret, made_with)
    try:
        dynamodb.transact(
            [
                _enter(tenant_id, webhook_id),
                transactions.put_if_absent(settings().chat_table, item.serialize()),
                transactions.put_if_absent(settings().control_table, kept.serialize()),
                audit_log.line(caller, "webhook.created", ("webhook", webhook_id)),
            ]
        )
    except TransactionRefused as refused:
        if refused.failed(0):
            raise TooManyWebhooks(f"At most {MAX_WEBHOOKS} webhooks") from None
        # made before a crash, by the same request
        item = WebhookItem.at(at, consistent=True) or item
        secret = str(signing_secrets.current(tenant_id, webhook_id).current)
    return NewWebhook(**webhook_view(item).model_dump(), secret=secret)


def _enter(tenant_id: str, webhook_id: str) -> Action:
    """Add a webhook's id to its tenant's set, where it is already or there is room."""
    has_room = absent("ids") | holds_fewer("ids", MAX_WEBHOOKS) | contains("ids", webhook_id)
    return _change_ids(tenant_id, Update().add(ids={webhook_id}), condition=has_room)


def _change_ids(tenant_id: str, change: Update, *, condition: Condition | None = None) -> Action:
    """A change of the set of a tenant's webhooks; in a set, doing so again changes nothing."""
    changed = change.set(entity="webhook_roster")
    return transactions.update(settings().chat_table, ids_key(tenant_id), changed, condition=condition)


def _existing(caller: Caller, webhook_id: str) -> NewWebhook:
    item = access_webhook(caller, webhook_id)
    secret = str(signing_secrets.current(caller.tenant_id, webhook_id).current)
    return NewWebhook(**webhook_view(item).model_dump(), secret=secret)


def do_list(caller: Caller) -> Webhooks:
    """All webhooks of the tenant, without their secrets."""
    return Webhooks(data=[webhook_view(item) for item in load_webhooks(caller.tenant_id)])


def do_get(caller: Caller, webhook_id: str) -> Webhook:
    """One webhook, without its secret. Raises `WebhookNotFound`."""
    return webhook_view(access_webhook(caller, webhook_id))


def do_update(caller: Caller, webhook_id: str, change: UpdateWebhook, *, if_match: int | None) -> Webhook:
    """Change a webhook. What the stream tells afterwards goes by it.

    Enabling it, or another URL, closes its circuit, so that it is tried at once. Raises `WebhookNotFound`,
    `InvalidWebhookUrl`, `VersionConflict`.
    """
    if change.url is not None:
        check_url(change.url)
    item = access_webhook(caller, webhook_id)
    if if_match is not None and if_match != item.version:
        raise VersionConflict
    try:
        updated = audit_log.update(
            settings().chat_table,
            item.key,
            _update(item, change),
            lines=[_line_of_update(caller, webhook_id, change)],
            condition=matching(exists(), if_match),
        )
    except ConditionFailed as failed:
        raise (WebhookNotFound if failed.item is None else VersionConflict) from None
    if not updated:
        raise WebhookNotFound
    if change.enabled or change.url is not None:
        circuit.close(endpoint_key(caller.tenant_id, webhook_id))
    return webhook_view(WebhookItem.from_raw_data(updated))


def _line_of_update(caller: Caller, webhook_id: str, change: UpdateWebhook) -> Action:
    details = {"changed": sorted(change.model_fields_set), "enabled": change.enabled}
    return audit_log.line(caller, "webhook.updated", ("webhook", webhook_id), details=details)


def _update(item: WebhookItem, change: UpdateWebhook) -> Update:
    now = clock.now_ms()
    update = Update().set(updated_at=now).add(version=1)
    if change.url is not None:
        update.set(url=change.url)
    if change.events is not None:
        update.set_or_remove(events=set(change.events) or None)
    if "description" in change.model_fields_set:
        update.set_or_remove(description=change.description)
    if change.enabled is True:
        update.remove("disabled_at", "disabled_by", "disabled_reason")
    elif change.enabled is False and item.disabled_at is None:
        update.set(disabled_at=now, disabled_by="tenant")
    return update


def do_rotate(
    caller: Caller, webhook_id: str, body: RotateSecret, *, idempotency_key: str | None
) -> tuple[NewWebhook, bool]:
    """Give a webhook a new secret, shown once; the one before signs beside it until the overlap ends.

    Whether the request is a repetition, which shows the secret that is current now. Raises `WebhookNotFound`.
    """
    item = access_webhook(caller, webhook_id)
    at = signing_secrets.secret_key(caller.tenant_id, webhook_id)

    def make(made_with: str | None = None) -> NewWebhook:
        details = {"overlap_seconds": body.overlap_seconds}
        line = audit_log.line(caller, "webhook.secret_rotated", ("webhook", webhook_id), details=details)
        secret = rotate(at, overlap_seconds=body.overlap_seconds, made_with=made_with, line=line)
        return NewWebhook(**webhook_view(item).model_dump(), secret=secret)

    if idempotency_key is None:
        return make(), False
    made_with = ids.derived_id("rotation", caller.tenant_id, caller.user_id, webhook_id, idempotency_key)
    return idempotency.once(
        keys.idempotency(caller.tenant_id, SCOPE, caller.user_id, idempotency_key),
        [webhook_id, body.model_dump(mode="json")],
        make=lambda: make(made_with),
        again=lambda: _existing(caller, webhook_id),
    )


def do_delete(caller: Caller, webhook_id: str, *, if_match: int | None) -> None:
    """Remove a webhook and its secrets; what is on its way to it is dropped, its log expires. Absent is no failure.

    Raises `VersionConflict` for one that has another version than `if_match`.
    """
    if not ids.is_well_formed(webhook_id):
        return
    at, secret = webhook_key(caller.tenant_id, webhook_id), signing_secrets.secret_key(caller.tenant_id, webhook_id)
    try:
        dynamodb.transact(
            [
                _change_ids(caller.tenant_id, Update().discard(ids={webhook_id})),
                transactions.delete(settings().chat_table, at, condition=matching(exists(), if_match), tell=True),
                transactions.delete(settings().control_table, secret),
                audit_log.line(caller, "webhook.removed", ("webhook", webhook_id)),
            ]
        )
    except TransactionRefused as refused:
        if refused.item(1) is not None:
            raise VersionConflict from None


def disable(tenant_id: str, item: WebhookItem, reason: str) -> bool:
    """Disable a webhook that keeps failing, unless its tenant has changed it since it was read; whether it was."""
    now = clock.now_ms()
    disabled = Update().set(disabled_at=now, updated_at=now, disabled_by="parley", disabled_reason=reason)
    try:
        dynamodb.update(
            settings().chat_table,
            webhook_key(tenant_id, item.webhook_id),
            disabled.add(version=1),
            condition=equals("version", int(item.version)) & absent("disabled_at"),
        )
    except ConditionFailed:
        return False
    return True


def webhook_view(item: WebhookItem) -> Webhook:
    return Webhook(
        id=item.webhook_id,
        url=item.url,
        events=_known(sorted(item.events or ())),
        description=item.description,
        enabled=item.disabled_at is None,
        disabled_at=clock.optional_datetime(item.disabled_at),
        disabled_by=cast("Any", item.disabled_by),
        disabled_reason=item.disabled_reason,
        created_at=clock.to_datetime(int(item.created_at)),
        updated_at=clock.to_datetime(int(item.updated_at)),
        version=int(item.version),
    )


def _known(stored: Sequence[str]) -> list[EventType]:
    return [event_type for event_type in EVENT_TYPES if event_type in stored]
