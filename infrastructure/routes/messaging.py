"""Messages, conversations, members, unread counts and blocks."""

from infrastructure.access import chat, control
from infrastructure.routes.route import IDEMPOTENCY, Route
from infrastructure.uses.audit import AuditLog
from infrastructure.uses.permissions import PERMISSIONS, USING_TYPES
from infrastructure.uses.translation import Translate
from infrastructure.uses.use import Libraries, Use

MODERATING: tuple[Use, ...] = (
    chat("GetItem", "moderation"),
    control("BatchGetItem", "pre_send", "pre_send_secret"),
    control("UpdateItem DeleteItem", "pre_send"),
    Libraries(("moderation",)),
)
"""What is sent and edited is held against the block list and shown to the pre-send webhook: its secret, its breaker."""

UNLISTED = control("UpdateItem", "unlisted")
"""Whoever changes what lists show of a conversation says so there."""
KEPT_LIST: tuple[Use, ...] = (
    UNLISTED,
    control("Query", "unlisted"),
    control("BatchGetItem BatchWriteItem DeleteItem Query UpdateItem", "user"),
)
"""Lists are kept for users with many conversations."""

ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/v1/messages/{message_id}",
        "messaging/get_message",
        (PERMISSIONS, chat("BatchGetItem", "user"), chat("BatchGetItem GetItem", "conversation")),
    ),
    Route(
        "PUT",
        "/v1/messages/{message_id}",
        "messaging/edit_message",
        (
            PERMISSIONS,
            chat("BatchGetItem GetItem UpdateItem", "user"),
            chat("BatchGetItem GetItem PutItem UpdateItem DeleteItem", "conversation"),
            chat("BatchGetItem", "user_groups"),
            chat("BatchGetItem PutItem UpdateItem DeleteItem", "media"),
            *MODERATING,
        ),
    ),
    Route(
        "GET",
        "/v1/messages/{message_id}/edits",
        "messaging/list_edits",
        (PERMISSIONS, chat("BatchGetItem", "user"), chat("BatchGetItem GetItem Query", "conversation")),
    ),
    Route(
        "DELETE",
        "/v1/messages/{message_id}",
        "messaging/delete_message",
        (
            PERMISSIONS,
            chat("BatchGetItem ConditionCheckItem", "user"),
            chat("BatchGetItem GetItem Query UpdateItem DeleteItem ConditionCheckItem", "conversation"),
            chat("DeleteItem", "media"),
            control("UpdateItem", "idempotency"),
            control("PutItem", "due"),
            UNLISTED,
            AuditLog(),
        ),
    ),
    Route(
        "GET",
        "/v1/messages/{message_id}/replies",
        "messaging/list_replies",
        (
            PERMISSIONS,
            chat("BatchGetItem", "user"),
            chat("BatchGetItem GetItem Query PutItem UpdateItem", "conversation"),
            UNLISTED,
        ),
    ),
    Route(
        "POST",
        "/v1/messages/{message_id}/reactions",
        "messaging/add_reaction",
        (
            PERMISSIONS,
            chat("BatchGetItem", "user"),
            chat("BatchGetItem GetItem PutItem UpdateItem DeleteItem", "conversation"),
            IDEMPOTENCY,
        ),
    ),
    Route(
        "GET",
        "/v1/messages/{message_id}/reactions",
        "messaging/list_reactions",
        (PERMISSIONS, chat("BatchGetItem", "user"), chat("BatchGetItem GetItem Query", "conversation")),
    ),
    Route(
        "DELETE",
        "/v1/messages/{message_id}/reactions/{reaction}",
        "messaging/remove_reaction",
        (PERMISSIONS, chat("BatchGetItem", "user"), chat("BatchGetItem GetItem UpdateItem DeleteItem", "conversation")),
    ),
    Route(
        "PUT",
        "/v1/messages/{message_id}/pin",
        "messaging/pin_message",
        (
            PERMISSIONS,
            chat("BatchGetItem ConditionCheckItem", "user"),
            chat("BatchGetItem GetItem UpdateItem ConditionCheckItem", "conversation"),
        ),
    ),
    Route(
        "DELETE",
        "/v1/messages/{message_id}/pin",
        "messaging/unpin_message",
        (
            PERMISSIONS,
            chat("BatchGetItem ConditionCheckItem", "user"),
            chat("BatchGetItem GetItem UpdateItem ConditionCheckItem", "conversation"),
        ),
    ),
    Route(
        "DELETE",
        "/v1/messages/{message_id}/link_previews",
        "messaging/remove_link_preview",
        (PERMISSIONS, chat("BatchGetItem", "user"), chat("BatchGetItem GetItem UpdateItem", "conversation")),
    ),
    Route(
        "POST",
        "/v1/messages/{message_id}/translations",
        "messaging/translate_message",
        (
            PERMISSIONS,
            chat("BatchGetItem", "user"),
            chat("BatchGetItem GetItem UpdateItem", "conversation"),
            control("BatchGetItem", "pre_send", "pre_send_secret"),
            control("UpdateItem DeleteItem", "pre_send"),
            Translate(),
            IDEMPOTENCY,
        ),
    ),
    Route(
        "GET",
        "/v1/conversations/{conversation_id}/pins",
        "messaging/list_pins",
        (PERMISSIONS, chat("GetItem BatchGetItem", "user"), chat("BatchGetItem GetItem", "conversation")),
    ),
    Route(
        "POST",
        "/v1/messages/{message_id}/flag",
        "messaging/flag_message",
        (
            PERMISSIONS,
            chat("BatchGetItem UpdateItem ConditionCheckItem", "user"),
            chat("BatchGetItem GetItem PutItem UpdateItem", "conversation"),
            IDEMPOTENCY,
        ),
    ),
    Route(
        "GET",
        "/v1/conversations/{conversation_id}/messages",
        "messaging/list_messages",
        (
            PERMISSIONS,
            chat("BatchGetItem", "user"),
            chat("BatchGetItem GetItem Query PutItem UpdateItem", "conversation"),
            UNLISTED,
        ),
    ),
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
            chat("GetItem BatchGetItem PutItem DeleteItem ConditionCheckItem", "user"),
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
            chat("GetItem ConditionCheckItem", "user"),
            chat("GetItem DeleteItem", "conversation"),
            AuditLog(),
        ),
    ),
    Route(
        "GET",
        "/v1/unread",
        "messaging/count_unread",
        (
            chat("BatchGetItem Query", "user"),
            chat("BatchGetItem GetItem Query PutItem UpdateItem", "conversation"),
            *KEPT_LIST,
        ),
    ),
    Route(
        "POST",
        "/v1/delivered",
        "messaging/acknowledge_delivery",
        (chat("BatchGetItem UpdateItem", "user"), chat("BatchGetItem", "conversation"), IDEMPOTENCY),
    ),
    Route(
        "GET",
        "/v1/threads",
        "messaging/list_threads",
        (
            chat("BatchGetItem Query", "user"),
            chat("BatchGetItem GetItem PutItem Query UpdateItem", "conversation"),
            UNLISTED,
        ),
    ),
    Route(
        "GET",
        "/v1/unread/threads",
        "messaging/count_unread_threads",
        (
            chat("BatchGetItem Query", "user"),
            chat("BatchGetItem GetItem PutItem Query UpdateItem", "conversation"),
            UNLISTED,
        ),
    ),
    Route(
        "GET",
        "/v1/threads/{message_id}",
        "messaging/get_thread",
        (
            PERMISSIONS,
            chat("BatchGetItem", "user"),
            chat("BatchGetItem GetItem PutItem Query UpdateItem", "conversation"),
            UNLISTED,
        ),
    ),
    Route(
        "PUT",
        "/v1/threads/{message_id}/follow",
        "messaging/follow_thread",
        (
            PERMISSIONS,
            chat("BatchGetItem UpdateItem", "user"),
            chat("BatchGetItem GetItem PutItem Query UpdateItem", "conversation"),
            UNLISTED,
        ),
    ),
    Route(
        "DELETE",
        "/v1/threads/{message_id}/follow",
        "messaging/unfollow_thread",
        (PERMISSIONS, chat("BatchGetItem UpdateItem", "user"), chat("BatchGetItem GetItem", "conversation")),
    ),
    Route(
        "POST",
        "/v1/threads/{message_id}/read",
        "messaging/mark_thread_read",
        (
            PERMISSIONS,
            chat("BatchGetItem UpdateItem", "user"),
            chat("BatchGetItem GetItem PutItem Query UpdateItem", "conversation"),
            UNLISTED,
            IDEMPOTENCY,
        ),
    ),
    Route("GET", "/v1/users/me/blocks", "messaging/list_blocks", (chat("Query", "user"),)),
    Route(
        "PUT",
        "/v1/users/{user_id}/block",
        "messaging/block_user",
        (
            chat("GetItem BatchGetItem UpdateItem ConditionCheckItem", "user"),
            chat("GetItem BatchGetItem PutItem", "conversation"),
        ),
    ),
    Route(
        "DELETE",
        "/v1/users/{user_id}/block",
        "messaging/unblock_user",
        (chat("GetItem UpdateItem DeleteItem ConditionCheckItem", "user"),),
    ),
)
