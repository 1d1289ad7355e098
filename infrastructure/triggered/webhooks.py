"""The function that sends events to tenants' servers, as data: CDK deploys it, tests hold its calls to its grants."""

from infrastructure.access import Grant, chat, control

DELIVERER_GRANTS: tuple[Grant, ...] = (
    chat("GetItem UpdateItem", "webhooks"),
    control("BatchGetItem", "webhooks", "webhook_log"),
    control("UpdateItem DeleteItem", "webhook_log"),
)
