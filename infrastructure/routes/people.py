"""Tokens, users, their erasure and export, tenants and their keys."""

from infrastructure.access import ExportUse, chat, control
from infrastructure.routes.route import IDEMPOTENCY, Route
from infrastructure.uses.audit import AuditLog
from infrastructure.uses.jobs import Exports, Jobs
from infrastructure.uses.use import Libraries, Use

LEAVING_TEAMS: tuple[Use, ...] = (
    chat("BatchGetItem GetItem PutItem Query UpdateItem DeleteItem", "user"),
    chat("BatchGetItem GetItem UpdateItem", "conversation"),
    chat("Query", "conversation", index="collection"),
    control("Query", "conversation"),
)
"""What a put of a user reaches: whom it takes out of a team leaves its conversations."""
IMPORT_ACTS: dict[str, ExportUse] = {"check": "assemble", "start": "write"}

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
    Route("PUT", "/v1/users/{user_id}", "users/put_user", LEAVING_TEAMS, timeout=29),
    *(
        Route(
            "POST",
            f"/v1/users/{{user_id}}/{act}",
            f"users/{act}_user",
            (chat("GetItem UpdateItem", "user"), control("UpdateItem", "user"), IDEMPOTENCY, AuditLog()),
        )
        for act in ("deactivate", "reactivate")
    ),
    Route(
        "PUT",
        "/v1/users/{user_id}/shadow-ban",
        "users/shadow_ban_user",
        (chat("GetItem UpdateItem ConditionCheckItem", "user"), AuditLog()),
    ),
    Route("GET", "/v1/users/{user_id}/shadow-ban", "users/get_shadow_ban", (chat("GetItem", "user"),)),
    Route(
        "DELETE",
        "/v1/users/{user_id}/shadow-ban",
        "users/lift_shadow_ban",
        (chat("GetItem UpdateItem", "user"), AuditLog()),
    ),
    Route(
        "POST",
        "/v1/users/batch",
        "users/put_users",
        (*LEAVING_TEAMS, IDEMPOTENCY),
        timeout=29,
    ),
    Route(
        "DELETE",
        "/v1/users/{user_id}",
        "users/delete_user",
        (
            chat("GetItem Query UpdateItem", "user"),
            chat("Query", "holds"),
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
    Route(
        "POST",
        "/v1/holds",
        "jobs/place_hold",
        (
            chat("GetItem", "conversation"),
            chat("Query", "user"),
            chat("GetItem PutItem UpdateItem", "holds"),
            IDEMPOTENCY,
            AuditLog(),
        ),
    ),
    Route("GET", "/v1/holds", "jobs/list_holds", (chat("Query", "holds"),)),
    Route(
        "DELETE",
        "/v1/holds/{hold_id}",
        "jobs/release_hold",
        (chat("UpdateItem DeleteItem", "holds"), AuditLog()),
    ),
    Route("GET", "/v1/exports/{export_id}", "jobs/get_export", (control("GetItem", "jobs"), Exports("read"))),
    Route(
        "POST",
        "/v1/imports",
        "jobs/create_import",
        (control("PutItem", "jobs", "active_jobs", "imports"), IDEMPOTENCY, Exports("write")),
    ),
    Route("GET", "/v1/imports", "jobs/list_imports", (control("Query", "imports"), control("BatchGetItem", "jobs"))),
    Route("GET", "/v1/imports/{import_id}", "jobs/get_import", (control("GetItem", "jobs"), Exports("write"))),
    *(
        Route(
            "POST",
            f"/v1/imports/{{import_id}}/{act}",
            f"jobs/{act}_import",
            (control("GetItem PutItem", "jobs"), IDEMPOTENCY, Jobs(("imports",)), Exports(purpose), AuditLog()),
        )
        for act, purpose in IMPORT_ACTS.items()
    ),
    Route(
        "POST",
        "/v1/imports/{import_id}/cancel",
        "jobs/cancel_import",
        (
            control("GetItem PutItem", "jobs"),
            control("DeleteItem", "active_jobs"),
            IDEMPOTENCY,
            Exports("remove"),
            AuditLog(),
        ),
    ),
    Route("GET", "/v1/jobs/{job_id}", "jobs/get_job", (control("GetItem", "jobs"),)),
    Route("GET", "/v1/users/{user_id}", "users/get_user", (chat("GetItem", "user"),)),
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
