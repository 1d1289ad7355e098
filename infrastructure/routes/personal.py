"""What a user has for themselves: drafts, bookmarks, messages that are sent later."""

from infrastructure.access import chat, control
from infrastructure.routes.route import IDEMPOTENCY, Route
from infrastructure.uses.permissions import PERMISSIONS

DRAFT = "/v1/conversations/{conversation_id}/draft"
BOOKMARK = "/v1/messages/{message_id}/bookmark"
LATER = "/v1/scheduled-messages"
ONE_LATER = f"{LATER}/{{scheduled_message_id}}"

ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/v1/drafts",
        "personal/list_drafts",
        (chat("BatchGetItem Query", "user"), chat("BatchGetItem", "conversation")),
    ),
    Route(
        "PUT",
        DRAFT,
        "personal/put_draft",
        (
            PERMISSIONS,
            chat("BatchGetItem DeleteItem Query UpdateItem", "user"),
            chat("BatchGetItem GetItem", "conversation"),
            chat("BatchGetItem", "media"),
        ),
    ),
    Route(
        "GET",
        DRAFT,
        "personal/get_draft",
        (PERMISSIONS, chat("BatchGetItem", "user"), chat("BatchGetItem GetItem", "conversation")),
    ),
    Route("DELETE", DRAFT, "personal/delete_draft", (chat("DeleteItem", "user"),)),
    Route(
        "GET",
        "/v1/bookmarks",
        "personal/list_bookmarks",
        (chat("BatchGetItem Query", "user"), chat("BatchGetItem", "conversation")),
    ),
    Route(
        "PUT",
        BOOKMARK,
        "personal/put_bookmark",
        (
            PERMISSIONS,
            chat("BatchGetItem GetItem UpdateItem", "user"),
            chat("BatchGetItem GetItem", "conversation"),
            control("PutItem DeleteItem", "timers"),
        ),
    ),
    Route(
        "DELETE",
        BOOKMARK,
        "personal/delete_bookmark",
        (chat("GetItem UpdateItem DeleteItem", "user"), control("DeleteItem", "timers")),
    ),
    Route(
        "POST",
        LATER,
        "personal/schedule_message",
        (
            PERMISSIONS,
            chat("GetItem PutItem UpdateItem", "user"),
            chat("GetItem BatchGetItem", "conversation"),
            chat("BatchGetItem PutItem UpdateItem DeleteItem", "media"),
            control("PutItem DeleteItem", "timers"),
            IDEMPOTENCY,
        ),
    ),
    Route("GET", LATER, "personal/list_scheduled_messages", (chat("Query", "user"),)),
    Route("GET", ONE_LATER, "personal/get_scheduled_message", (chat("GetItem", "user"),)),
    Route(
        "PUT",
        ONE_LATER,
        "personal/update_scheduled_message",
        (
            PERMISSIONS,
            chat("GetItem UpdateItem", "user"),
            chat("GetItem BatchGetItem", "conversation"),
            chat("BatchGetItem PutItem UpdateItem DeleteItem", "media"),
            control("PutItem DeleteItem", "timers"),
        ),
    ),
    Route(
        "DELETE",
        ONE_LATER,
        "personal/cancel_scheduled_message",
        (
            chat("GetItem UpdateItem DeleteItem", "user"),
            chat("DeleteItem", "media"),
            control("DeleteItem", "timers"),
        ),
    ),
)
