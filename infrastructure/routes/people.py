"""Tokens, users, their erasure and export, tenants and their keys."""

from infrastructure.access import chat, control
from infrastructure.routes.route import IDEMPOTENCY, Route
from infrastructure.uses.audit import AuditLog
from infrastructure.uses.jobs import Exports, Jobs
from infrastructure.uses.use import Libraries

ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/v1/tokens",
        "identity/mint_token",
        (chat("Query", "tenant"), control("GetItem", "secrets"), IDEMPOTENCY, Libraries(("identity",))),
    ),
    Route(
        "POST",
        "/v1/users/{user_id}/revoke-tokens",
        "identity/revoke_user_tokens",
        (chat("UpdateItem", "user"), IDEMPOTENCY, AuditLog()),
    ),
    Route("PUT", "/v1/users/{user_id}", "users/put_user", (chat("UpdateItem", "user"),)),
    Route(
        "DELETE",
        "/v1/users/{user_id}",
        "users/delete_user",
        (
            chat("GetItem Query UpdateItem", "user"),
            control("GetItem PutItem", "jobs"),
            control("PutItem", "active_jobs"),
            Jobs(("erasures",)),
            AuditLog(),
        ),
    ),
    Route(
        "POST",
        "/v1/exports",
        "jobs/start_export",
        (
            control("GetItem PutItem", "jobs"),
            control("PutItem", "active_jobs", "user"),
            IDEMPOTENCY,
            Jobs(("exports",)),
            AuditLog(),
        ),
    ),
    Route("GET", "/v1/exports/{export_id}", "jobs/get_export", (control("GetItem", "jobs"), Exports("read"))),
    Route("GET", "/v1/jobs/{job_id}", "jobs/get_job", (control("GetItem", "jobs"),)),
    Route("GET", "/v1/users/{user_id}", "users/get_user", (chat("GetItem", "user"),)),
    Route("GET", "/v1/users", "users/list_users", (chat("Query", "directory", index="collection"),)),
    Route("POST", "/v1/tenants", "tenants/create_tenant", (chat("PutItem", "tenant"), IDEMPOTENCY, AuditLog())),
    Route("GET", "/v1/tenants/{tenant_id}", "tenants/get_tenant", (chat("GetItem", "tenant"),)),
    Route(
        "PUT",
        "/v1/tenants/{tenant_id}",
        "tenants/update_tenant",
        (
            chat("GetItem UpdateItem", "tenant"),
            control("ConditionCheckItem", "pre_send_secret"),
            control("DeleteItem", "pre_send"),
            AuditLog(),
        ),
    ),
    Route(
        "POST",
        "/v1/tenants/{tenant_id}/revoke-tokens",
        "tenants/revoke_tenant_tokens",
        (chat("GetItem UpdateItem", "tenant"), IDEMPOTENCY, AuditLog()),
    ),
    Route(
        "POST",
        "/v1/tenants/{tenant_id}/keys",
        "tenants/create_key",
        (
            chat("GetItem Query PutItem UpdateItem", "tenant"),
            control("PutItem", "secrets"),
            IDEMPOTENCY,
            AuditLog(),
            Libraries(("identity",)),
        ),
    ),
    Route("GET", "/v1/tenants/{tenant_id}/keys", "tenants/list_keys", (chat("GetItem Query", "tenant"),)),
    Route("GET", "/v1/tenants/{tenant_id}/keys/{kid}", "tenants/get_key", (chat("GetItem Query", "tenant"),)),
    Route(
        "DELETE",
        "/v1/tenants/{tenant_id}/keys/{kid}",
        "tenants/delete_key",
        (chat("GetItem Query UpdateItem DeleteItem", "tenant"), control("DeleteItem", "secrets"), AuditLog()),
    ),
    Route(
        "POST",
        "/v1/tenants/{tenant_id}/issuers",
        "tenants/create_issuer",
        (
            chat("GetItem Query PutItem UpdateItem", "tenant"),
            control("BatchGetItem PutItem UpdateItem", "issuer_audiences"),
            control("UpdateItem", "issuer_keys"),
            IDEMPOTENCY,
            AuditLog(),
            Libraries(("identity",)),
        ),
    ),
    Route(
        "GET",
        "/v1/tenants/{tenant_id}/issuers",
        "tenants/list_issuers",
        (chat("GetItem Query", "tenant"), control("Query", "issuer_keys")),
    ),
    Route(
        "GET",
        "/v1/tenants/{tenant_id}/issuers/{issuer_id}",
        "tenants/get_issuer",
        (chat("GetItem Query", "tenant"), control("GetItem", "issuer_keys")),
    ),
    Route(
        "DELETE",
        "/v1/tenants/{tenant_id}/issuers/{issuer_id}",
        "tenants/delete_issuer",
        (
            chat("GetItem Query UpdateItem DeleteItem", "tenant"),
            control("DeleteItem UpdateItem", "issuer_audiences"),
            control("DeleteItem", "issuer_keys"),
            AuditLog(),
        ),
    ),
)
