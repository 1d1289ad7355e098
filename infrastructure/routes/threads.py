"""What is unread, threads, and blocks."""

from infrastructure.access import chat
from infrastructure.routes.conversations import KEPT_LIST
from infrastructure.routes.messaging import UNLISTED
from infrastructure.routes.route import IDEMPOTENCY, Route
from infrastructure.uses.permissions import PERMISSIONS

ROUTES: tuple[Route, ...] = (
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
