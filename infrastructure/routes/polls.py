"""Votes in messages' polls."""

from infrastructure.access import chat
from infrastructure.routes.route import IDEMPOTENCY, Route
from infrastructure.uses.permissions import PERMISSIONS

ROUTES: tuple[Route, ...] = (
    Route(
        "PUT",
        "/v1/messages/{message_id}/votes",
        "messaging/vote",
        (
            PERMISSIONS,
            chat("BatchGetItem", "user"),
            chat("BatchGetItem GetItem PutItem UpdateItem", "conversation"),
        ),
    ),
    Route(
        "GET",
        "/v1/messages/{message_id}/votes",
        "messaging/list_votes",
        (PERMISSIONS, chat("BatchGetItem", "user"), chat("BatchGetItem GetItem Query", "conversation")),
    ),
    Route(
        "POST",
        "/v1/messages/{message_id}/poll/close",
        "messaging/close_poll",
        (
            PERMISSIONS,
            chat("BatchGetItem ConditionCheckItem", "user"),
            chat("BatchGetItem GetItem UpdateItem ConditionCheckItem", "conversation"),
            IDEMPOTENCY,
        ),
    ),
)
