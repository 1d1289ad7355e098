"""Moderation: block lists, reports, and the cases that moderators decide."""

from infrastructure.access import chat, control
from infrastructure.routes.messaging import UNLISTED
from infrastructure.routes.route import IDEMPOTENCY, Route
from infrastructure.uses.audit import AuditLog
from infrastructure.uses.permissions import PERMISSIONS
from infrastructure.uses.use import Libraries, Use

CARRYING_OUT: tuple[Use, ...] = (
    chat("BatchGetItem GetItem PutItem UpdateItem DeleteItem ConditionCheckItem", "user"),
    chat("BatchGetItem GetItem Query PutItem UpdateItem ConditionCheckItem", "conversation"),
    control("UpdateItem", "user"),
    UNLISTED,
    AuditLog(),
)
"""What decisions do: deleting, banning, deactivating."""

ROUTES: tuple[Route, ...] = (
    Route(
        "PUT",
        "/v1/moderation/block-list",
        "moderation/put_block_list",
        (chat("GetItem PutItem", "moderation"), chat("UpdateItem", "tenant"), Libraries(("moderation",)), AuditLog()),
    ),
    Route(
        "GET",
        "/v1/moderation/block-list",
        "moderation/get_block_list",
        (chat("GetItem", "moderation"),),
    ),
    Route(
        "DELETE",
        "/v1/moderation/block-list",
        "moderation/delete_block_list",
        (chat("GetItem DeleteItem", "moderation"), chat("UpdateItem", "tenant"), AuditLog()),
    ),
    Route(
        "POST",
        "/v1/moderation/pre-send/rotate-secret",
        "moderation/rotate_pre_send_secret",
        (control("GetItem PutItem", "pre_send_secret"), IDEMPOTENCY, AuditLog()),
    ),
    Route(
        "GET",
        "/v1/moderation/flags",
        "moderation/list_flags",
        (chat("Query", "flags", index="collection"), chat("BatchGetItem", "conversation")),
    ),
    Route(
        "POST",
        "/v1/moderation/flags/{flag_id}/resolve",
        "moderation/resolve_flag",
        (chat("GetItem Query UpdateItem", "conversation"), IDEMPOTENCY, AuditLog()),
    ),
    Route(
        "GET",
        "/v1/moderation/cases",
        "moderation/list_cases",
        (chat("Query", "cases", index="collection"), chat("BatchGetItem", "conversation")),
    ),
    Route(
        "GET",
        "/v1/moderation/cases/{message_id}",
        "moderation/get_case",
        (chat("BatchGetItem GetItem Query", "conversation"),),
    ),
    Route(
        "POST",
        "/v1/moderation/cases/{message_id}/claim",
        "moderation/claim_case",
        (chat("BatchGetItem UpdateItem", "conversation"), IDEMPOTENCY),
    ),
    Route(
        "DELETE",
        "/v1/moderation/cases/{message_id}/claim",
        "moderation/release_case",
        (chat("UpdateItem", "conversation"),),
    ),
    Route(
        "POST",
        "/v1/moderation/cases/{message_id}/decide",
        "moderation/decide_case",
        (PERMISSIONS, *CARRYING_OUT, IDEMPOTENCY),
        timeout=29,
    ),
    Route(
        "POST",
        "/v1/moderation/cases/{message_id}/reopen",
        "moderation/reopen_case",
        (PERMISSIONS, *CARRYING_OUT, IDEMPOTENCY),
        timeout=29,
    ),
    Route(
        "GET",
        "/v1/conversations/{conversation_id}/shadowed-messages",
        "moderation/list_shadowed_messages",
        (PERMISSIONS, chat("GetItem", "user"), chat("GetItem Query", "conversation")),
    ),
    Route(
        "GET",
        "/v1/users/{user_id}/shadowed-messages",
        "moderation/list_shadowed_by_user",
        (chat("Query", "user", index="collection"), chat("BatchGetItem", "conversation")),
    ),
    Route(
        "GET",
        "/v1/users/{user_id}/moderation-record",
        "moderation/get_record",
        (chat("GetItem Query", "user"),),
    ),
    Route(
        "GET",
        "/v1/users/{user_id}/moderation-decisions",
        "moderation/list_decisions",
        (chat("Query", "user"),),
    ),
    Route(
        "POST",
        "/v1/users/{user_id}/moderation-decisions/{decision_id}/appeal",
        "moderation/file_appeal",
        (chat("GetItem UpdateItem", "user"), IDEMPOTENCY),
    ),
    Route(
        "GET",
        "/v1/moderation/appeals",
        "moderation/list_appeals",
        (chat("Query", "appeals", index="collection"), chat("BatchGetItem", "user")),
    ),
    Route(
        "POST",
        "/v1/moderation/appeals/{user_id}/{decision_id}/answer",
        "moderation/answer_appeal",
        (
            chat("GetItem UpdateItem ConditionCheckItem", "user"),
            chat("GetItem UpdateItem DeleteItem", "conversation"),
            control("UpdateItem", "user"),
            IDEMPOTENCY,
            AuditLog(),
        ),
    ),
)
