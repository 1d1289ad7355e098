"""Invites, invite links, requests to join, mutes of users."""

from infrastructure.access import chat, control
from infrastructure.routes.messaging import UNLISTED
from infrastructure.routes.route import IDEMPOTENCY, Route
from infrastructure.routes.sending import SENDING
from infrastructure.uses.audit import AuditLog
from infrastructure.uses.jobs import Jobs
from infrastructure.uses.permissions import PERMISSIONS
from infrastructure.uses.use import Use

ENTERING: tuple[Use, ...] = (
    chat("BatchGetItem PutItem UpdateItem ConditionCheckItem", "user"),
    chat("GetItem BatchGetItem Query PutItem UpdateItem", "conversation"),
    control("PutItem", "conversation"),
    control("BatchWriteItem", "user"),
    UNLISTED,
)
"""What joining writes, whatever lets one in."""

ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/v1/conversations/{conversation_id}/truncate",
        "community/truncate_conversation",
        (
            *SENDING,
            chat("ConditionCheckItem", "user"),
            control("GetItem PutItem", "jobs"),
            control("PutItem", "active_jobs"),
            control("DeleteItem", "idempotency"),
            Jobs(("truncations",)),
            AuditLog(),
        ),
    ),
    Route(
        "POST",
        "/v1/conversations/{conversation_id}/invites",
        "community/invite_users",
        (
            PERMISSIONS,
            chat("GetItem BatchGetItem PutItem ConditionCheckItem", "user"),
            chat("GetItem BatchGetItem PutItem ConditionCheckItem", "conversation"),
            IDEMPOTENCY,
        ),
    ),
    Route(
        "GET",
        "/v1/conversations/{conversation_id}/invites",
        "community/list_invites",
        (PERMISSIONS, chat("GetItem", "user"), chat("GetItem Query", "conversation")),
    ),
    Route(
        "DELETE",
        "/v1/conversations/{conversation_id}/invites/{user_id}",
        "community/take_back_invite",
        (PERMISSIONS, chat("GetItem ConditionCheckItem", "user"), chat("GetItem DeleteItem", "conversation")),
    ),
    Route(
        "POST",
        "/v1/conversations/{conversation_id}/invites/accept",
        "community/accept_invite",
        (*ENTERING, chat("DeleteItem", "conversation"), IDEMPOTENCY),
    ),
    Route(
        "GET",
        "/v1/users/me/invites",
        "community/list_own_invites",
        (
            chat("BatchGetItem", "user"),
            chat("BatchGetItem", "conversation"),
            chat("Query", "user", index="collection"),
        ),
    ),
    Route(
        "POST",
        "/v1/conversations/{conversation_id}/invite-links",
        "community/create_invite_link",
        (
            PERMISSIONS,
            chat("GetItem ConditionCheckItem", "user"),
            chat("GetItem PutItem UpdateItem ConditionCheckItem", "conversation"),
            IDEMPOTENCY,
            AuditLog(),
        ),
    ),
    Route(
        "GET",
        "/v1/conversations/{conversation_id}/invite-links",
        "community/list_invite_links",
        (PERMISSIONS, chat("GetItem", "user"), chat("GetItem Query", "conversation")),
    ),
    Route(
        "DELETE",
        "/v1/conversations/{conversation_id}/invite-links/{link_id}",
        "community/remove_invite_link",
        (
            PERMISSIONS,
            chat("GetItem ConditionCheckItem", "user"),
            chat("GetItem UpdateItem DeleteItem", "conversation"),
            AuditLog(),
        ),
    ),
    Route(
        "POST",
        "/v1/conversations/{conversation_id}/join-requests",
        "community/ask_to_join",
        (chat("BatchGetItem PutItem", "user"), chat("BatchGetItem PutItem", "conversation"), IDEMPOTENCY),
    ),
    Route(
        "GET",
        "/v1/conversations/{conversation_id}/join-requests",
        "community/list_join_requests",
        (PERMISSIONS, chat("GetItem BatchGetItem", "user"), chat("GetItem Query", "conversation")),
    ),
    Route(
        "POST",
        "/v1/conversations/{conversation_id}/join-requests/{user_id}/approve",
        "community/approve_join_request",
        (
            PERMISSIONS,
            chat("GetItem BatchGetItem PutItem UpdateItem ConditionCheckItem", "user"),
            chat("GetItem BatchGetItem UpdateItem DeleteItem", "conversation"),
            control("PutItem", "conversation"),
            control("BatchWriteItem", "user"),
            IDEMPOTENCY,
        ),
    ),
    Route(
        "DELETE",
        "/v1/conversations/{conversation_id}/join-requests/{user_id}",
        "community/take_back_join_request",
        (PERMISSIONS, chat("GetItem ConditionCheckItem", "user"), chat("GetItem DeleteItem", "conversation")),
    ),
    Route(
        "GET",
        "/v1/users/me/join-requests",
        "community/list_own_join_requests",
        (
            chat("BatchGetItem", "user", "conversation"),
            chat("Query", "user", index="collection"),
        ),
    ),
    Route(
        "PUT",
        "/v1/users/{user_id}/mute",
        "community/mute_user",
        (chat("GetItem BatchGetItem UpdateItem", "user"),),
    ),
    Route("DELETE", "/v1/users/{user_id}/mute", "community/unmute_user", (chat("DeleteItem", "user"),)),
    Route("GET", "/v1/users/me/mutes", "community/list_user_mutes", (chat("Query", "user"),)),
    Route("POST", "/v1/invite-links/join", "community/join_by_link", (*ENTERING, IDEMPOTENCY)),
)
