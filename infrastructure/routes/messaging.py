"""Messages, and what hangs on them."""

from infrastructure.access import chat, control
from infrastructure.routes.route import IDEMPOTENCY, Route
from infrastructure.uses.audit import AuditLog
from infrastructure.uses.permissions import PERMISSIONS
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
)
