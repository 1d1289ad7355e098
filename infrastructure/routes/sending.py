"""Sending: one message, many at once, or what one says to other conversations."""

from infrastructure.access import chat, control
from infrastructure.routes.messaging import MODERATING, UNLISTED
from infrastructure.routes.route import Route
from infrastructure.uses.permissions import PERMISSIONS
from infrastructure.uses.use import Use

SENDING: tuple[Use, ...] = (
    chat("GetItem BatchGetItem UpdateItem", "user"),
    chat("BatchGetItem GetItem PutItem Query UpdateItem", "conversation"),
    chat("BatchGetItem PutItem UpdateItem DeleteItem", "media"),
    chat("BatchGetItem", "user_groups"),
    control("PutItem", "due"),
    control("GetItem PutItem UpdateItem", "idempotency"),
    control("PutItem", "user"),
    PERMISSIONS,
    *MODERATING,
    UNLISTED,
)
"""What a send reaches."""

ROUTES: tuple[Route, ...] = (
    Route("POST", "/v1/messages", "messaging/send_message", SENDING),
    Route("POST", "/v1/messages/batch", "messaging/send_batch", SENDING, memory=512, timeout=29),
    Route("POST", "/v1/messages/{message_id}/forward", "messaging/forward_message", SENDING, memory=512, timeout=29),
)
