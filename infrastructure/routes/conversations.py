"""Conversations, their members, and what each member has seen of them."""

from infrastructure.access import chat, control
from infrastructure.routes.messaging import UNLISTED
from infrastructure.routes.route import IDEMPOTENCY, Route
from infrastructure.uses.audit import AuditLog
from infrastructure.uses.permissions import PERMISSIONS, USING_TYPES
from infrastructure.uses.use import Use

KEPT_LIST: tuple[Use, ...] = (
    UNLISTED,
    control("Query", "unlisted"),
    control("BatchGetItem BatchWriteItem DeleteItem Query UpdateItem", "user"),
)
"""Lists are kept for users with many conversations."""

ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/v1/conversations",
        "messaging/create_conversation",
        (
            *USING_TYPES,
            chat("BatchGetItem PutItem UpdateItem ConditionCheckItem", "user"),
            chat("BatchGetItem GetItem PutItem UpdateItem Query", "conversation"),
            control("PutItem", "conversation"),
            IDEMPOTENCY,
            UNLISTED,
            control("BatchWriteItem PutItem", "user"),
        ),
    ),
    Route(
        "GET",
        "/v1/conversations",
        "messaging/list_conversations",
        (
            chat("BatchGetItem Query", "user"),
            chat("BatchGetItem GetItem Query PutItem UpdateItem", "conversation"),
            *KEPT_LIST,
        ),
    ),
    Route(
        "GET",
        "/v1/conversations/{conversation_id}",
        "messaging/get_conversation",
        (chat("BatchGetItem", "user"), chat("BatchGetItem GetItem Query PutItem UpdateItem", "conversation"), UNLISTED),
    ),
    Route(
        "PUT",
        "/v1/conversations/{conversation_id}",
        "messaging/update_conversation",
        (
            PERMISSIONS,
            chat("GetItem BatchGetItem ConditionCheckItem", "user"),
            chat("GetItem BatchGetItem PutItem UpdateItem Query", "conversation"),
            UNLISTED,
            AuditLog(),
        ),
    ),
    Route(
        "DELETE",
        "/v1/conversations/{conversation_id}",
        "messaging/archive_conversation",
        (
            PERMISSIONS,
            chat("GetItem ConditionCheckItem", "user"),
            chat("GetItem BatchGetItem PutItem UpdateItem", "conversation"),
            UNLISTED,
        ),
    ),
    Route(
        "GET",
        "/v1/conversations/{conversation_id}/members",
        "messaging/list_members",
        (
            PERMISSIONS,
            chat("GetItem", "user"),
            chat("GetItem", "conversation"),
            chat("Query", "conversation", index="collection"),
        ),
    ),
    Route(
        "POST",
        "/v1/conversations/{conversation_id}/members",
        "messaging/add_members",
        (
            PERMISSIONS,
            chat("GetItem BatchGetItem PutItem UpdateItem ConditionCheckItem", "user"),
            chat("GetItem BatchGetItem UpdateItem", "conversation"),
            control("PutItem", "conversation"),
            IDEMPOTENCY,
            control("BatchWriteItem", "user"),
        ),
    ),
    Route(
        "DELETE",
        "/v1/conversations/{conversation_id}/members/{user_id}",
        "messaging/remove_member",
        (
            PERMISSIONS,
            chat("GetItem PutItem UpdateItem DeleteItem ConditionCheckItem", "user"),
            chat("GetItem BatchGetItem PutItem UpdateItem", "conversation"),
            control("PutItem", "user"),
        ),
    ),
    Route(
        "PUT",
        "/v1/conversations/{conversation_id}/members/{user_id}/role",
        "messaging/change_role",
        (
            PERMISSIONS,
            chat("GetItem UpdateItem ConditionCheckItem", "user"),
            chat("GetItem UpdateItem", "conversation"),
            AuditLog(),
        ),
    ),
    Route(
        "PUT",
        "/v1/conversations/{conversation_id}/mute",
        "messaging/mute_conversation",
        (PERMISSIONS, chat("UpdateItem", "user"), chat("GetItem", "conversation")),
    ),
    Route(
        "DELETE",
        "/v1/conversations/{conversation_id}/mute",
        "messaging/unmute_conversation",
        (PERMISSIONS, chat("UpdateItem", "user"), chat("GetItem", "conversation")),
    ),
    Route(
        "PUT",
        "/v1/conversations/{conversation_id}/settings",
        "messaging/update_settings",
        (
            PERMISSIONS,
            chat("BatchGetItem UpdateItem", "user"),
            chat("BatchGetItem GetItem", "conversation"),
            control("PutItem", "user"),
        ),
    ),
    Route(
        "POST",
        "/v1/conversations/{conversation_id}/read",
        "messaging/mark_read",
        (PERMISSIONS, chat("GetItem UpdateItem", "user"), chat("GetItem Query", "conversation"), IDEMPOTENCY),
    ),
    Route(
        "POST",
        "/v1/conversations/{conversation_id}/clear",
        "messaging/clear_history",
        (PERMISSIONS, chat("GetItem UpdateItem", "user"), chat("GetItem Query", "conversation"), IDEMPOTENCY),
    ),
    Route(
        "POST",
        "/v1/conversations/{conversation_id}/unread",
        "messaging/mark_unread",
        (
            PERMISSIONS,
            chat("BatchGetItem UpdateItem", "user"),
            chat("GetItem BatchGetItem Query", "conversation"),
            control("PutItem", "user"),
            IDEMPOTENCY,
        ),
    ),
    Route(
        "GET",
        "/v1/conversations/{conversation_id}/receipts",
        "messaging/list_receipts",
        (
            PERMISSIONS,
            chat("GetItem BatchGetItem", "user"),
            chat("GetItem", "conversation"),
            chat("Query", "conversation", index="collection"),
        ),
    ),
    Route(
        "GET",
        "/v1/conversations/{conversation_id}/bans",
        "messaging/list_bans",
        (PERMISSIONS, chat("GetItem", "user"), chat("GetItem Query", "conversation")),
    ),
    Route(
        "PUT",
        "/v1/conversations/{conversation_id}/bans/{user_id}",
        "messaging/ban_user",
        (
            PERMISSIONS,
            chat("GetItem BatchGetItem PutItem UpdateItem DeleteItem ConditionCheckItem", "user"),
            chat("GetItem BatchGetItem PutItem UpdateItem", "conversation"),
            AuditLog(),
        ),
    ),
    Route(
        "DELETE",
        "/v1/conversations/{conversation_id}/bans/{user_id}",
        "messaging/unban_user",
        (
            PERMISSIONS,
            chat("GetItem UpdateItem ConditionCheckItem", "user"),
            chat("GetItem UpdateItem DeleteItem", "conversation"),
            AuditLog(),
        ),
    ),
)
