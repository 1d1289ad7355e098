"""Events missed, presence, devices and what is pushed to them."""

from infrastructure.access import chat, control
from infrastructure.routes.route import IDEMPOTENCY, Route
from infrastructure.uses.permissions import PERMISSIONS, TOLD_BY_PERMISSION
from infrastructure.uses.push import Push
from infrastructure.uses.realtime import Sockets
from infrastructure.uses.use import Use

TELL_WATCHERS: tuple[Use, ...] = (
    chat("GetItem", "tenant"),
    chat("Query BatchGetItem", "user"),
    chat("BatchGetItem GetItem", "conversation"),
    control("Query", "conversation"),
    control("UpdateItem", "user"),
    control("DeleteItem", "connections", "conversation"),
    Sockets(),
)
"""Telling who watches a conversation, and that those are offline whose connections turn out to be gone."""

TELL_MEMBER: tuple[Use, ...] = (*TELL_WATCHERS, control("GetItem", "user"))
"""Telling one member; who is then offline is told to who watches."""

ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/v1/conversations/{conversation_id}/events",
        "realtime/send_event",
        (PERMISSIONS, *TELL_WATCHERS, IDEMPOTENCY),
    ),
    Route(
        "POST",
        "/v1/conversations/{conversation_id}/ephemeral-messages",
        "realtime/send_ephemeral_message",
        (PERMISSIONS, *TELL_MEMBER, IDEMPOTENCY),
    ),
    Route(
        "GET",
        "/v1/events",
        "realtime/list_events",
        (
            *TOLD_BY_PERMISSION,
            chat("Query BatchGetItem", "user"),
            chat("BatchGetItem", "conversation", "media"),
            control("Query", "user", "conversation"),
            control("BatchGetItem", "conversation"),
        ),
    ),
    Route(
        "GET",
        "/v1/users/{user_id}/presence",
        "realtime/get_presence",
        (chat("BatchGetItem", "user"), control("GetItem", "user")),
    ),
    Route(
        "PUT",
        "/v1/users/me/status",
        "realtime/set_status",
        (
            *TOLD_BY_PERMISSION,
            chat("Query BatchGetItem", "user"),
            control("Query", "conversation"),
            control("UpdateItem", "user"),
            control("DeleteItem", "connections", "conversation"),
            Sockets(),
        ),
    ),
    Route(
        "PUT",
        "/v1/users/me/devices/{device_id}",
        "push/register_device",
        (
            control("BatchGetItem GetItem UpdateItem", "user"),
            control("BatchGetItem PutItem DeleteItem", "push_tokens"),
            Push("forget"),
        ),
    ),
    Route(
        "DELETE",
        "/v1/users/me/devices/{device_id}",
        "push/remove_device",
        (control("GetItem UpdateItem", "user"), control("DeleteItem", "push_tokens"), Push("forget")),
    ),
    Route("GET", "/v1/users/me/devices", "push/list_devices", (control("GetItem", "user"),)),
    Route("GET", "/v1/users/me/notifications", "push/get_notifications", (control("GetItem", "user"),)),
    Route("PUT", "/v1/users/me/notifications", "push/set_notifications", (control("UpdateItem", "user"),)),
    Route(
        "GET",
        "/v1/conversations/{conversation_id}/notifications",
        "push/get_conversation_notifications",
        (PERMISSIONS, chat("GetItem", "user", "conversation")),
    ),
    Route(
        "PUT",
        "/v1/conversations/{conversation_id}/notifications",
        "push/set_conversation_notifications",
        (PERMISSIONS, chat("UpdateItem", "user"), chat("GetItem", "conversation")),
    ),
    Route(
        "DELETE",
        "/v1/conversations/{conversation_id}/notifications",
        "push/reset_conversation_notifications",
        (PERMISSIONS, chat("UpdateItem", "user"), chat("GetItem", "conversation")),
    ),
)
