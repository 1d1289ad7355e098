"""Webhooks, usage and health: what a tenant's back end and an operator call."""

from infrastructure.access import chat, control
from infrastructure.routes.route import IDEMPOTENCY, Route
from infrastructure.uses.audit import AuditLog
from infrastructure.uses.search import Engine, IndexCheck
from infrastructure.uses.webhooks import Webhooks

ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/v1/webhooks",
        "webhooks/create_webhook",
        (
            chat("GetItem PutItem UpdateItem", "webhooks"),
            control("GetItem PutItem", "webhooks"),
            IDEMPOTENCY,
            AuditLog(),
        ),
    ),
    Route("GET", "/v1/webhooks", "webhooks/list_webhooks", (chat("Query", "webhooks"),)),
    Route("GET", "/v1/webhooks/{webhook_id}", "webhooks/get_webhook", (chat("GetItem", "webhooks"),)),
    Route(
        "PUT",
        "/v1/webhooks/{webhook_id}",
        "webhooks/update_webhook",
        (chat("GetItem UpdateItem", "webhooks"), control("DeleteItem", "webhook_log"), AuditLog()),
    ),
    Route(
        "DELETE",
        "/v1/webhooks/{webhook_id}",
        "webhooks/delete_webhook",
        (chat("DeleteItem UpdateItem", "webhooks"), control("DeleteItem", "webhooks"), AuditLog()),
    ),
    Route(
        "POST",
        "/v1/webhooks/{webhook_id}/rotate-secret",
        "webhooks/rotate_secret",
        (chat("GetItem", "webhooks"), control("GetItem PutItem", "webhooks"), IDEMPOTENCY, AuditLog()),
    ),
    Route(
        "GET",
        "/v1/webhooks/{webhook_id}/deliveries",
        "webhooks/list_deliveries",
        (chat("GetItem", "webhooks"), control("Query", "webhook_log")),
    ),
    Route(
        "POST",
        "/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/replay",
        "webhooks/replay_delivery",
        (chat("GetItem", "webhooks"), control("UpdateItem", "webhook_log"), IDEMPOTENCY, Webhooks("send")),
    ),
    Route(
        "POST",
        "/v1/admin/webhooks/redrive",
        "webhooks/redrive_deliveries",
        (IDEMPOTENCY, Webhooks("redrive")),
        timeout=29,
    ),
    Route(
        "GET",
        "/v1/health/ready",
        "operations/check_readiness",
        (control("GetItem Query", "search_state"), control("Query", "breakers"), Engine("read"), IndexCheck()),
    ),
    Route("GET", "/v1/audit", "operations/list_audit", (AuditLog("read"),)),
    Route("GET", "/v1/usage", "usage/get_usage", (control("BatchGetItem Query", "quota"),), timeout=20),
    Route("GET", "/v1/health", "operations/health", public=True, memory=128),
)
