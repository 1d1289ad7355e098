"""The keys of webhooks' signing secrets."""

from parley.errors import WebhookNotFound
from parley.outbound.items import WebhookSecretItem
from parley.tables import keys
from parley.tables.keys import Key


def secret_key(tenant_id: str, webhook_id: str) -> Key:
    return Key(keys.webhooks(tenant_id), keys.webhook_sk(webhook_id))


def current(tenant_id: str, webhook_id: str) -> WebhookSecretItem:
    """The secrets as they are now. Raises `WebhookNotFound`."""
    item = WebhookSecretItem.at(secret_key(tenant_id, webhook_id), consistent=True)
    if item is None:
        raise WebhookNotFound
    return item
