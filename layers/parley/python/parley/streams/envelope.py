"""The envelope of every event, as clients and tenants' servers receive it.

`events/schemas` has the JSON Schema of each type, made from `infrastructure/contract/events`.
"""

import hashlib
from typing import Any, Literal, get_args

from pydantic import Field

from parley.wire import Answer, Timestamp

EventType = Literal[
    "message.created",
    "message.updated",
    "message.deleted",
    "message.shadowed",
    "reaction.added",
    "reaction.removed",
    "poll.updated",
    "poll.voted",
    "conversation.created",
    "conversation.updated",
    "conversation.archived",
    "conversation.truncated",
    "member.added",
    "member.removed",
    "member.updated",
    "read.updated",
    "delivered.updated",
    "thread.updated",
    "draft.updated",
    "draft.deleted",
    "bookmark.updated",
    "bookmark.deleted",
    "bookmark.due",
    "mute.updated",
    "mute.deleted",
    "invite.created",
    "invite.removed",
    "join_request.created",
    "join_request.removed",
    "scheduled_message.updated",
    "scheduled_message.deleted",
    "scheduled_message.sent",
    "scheduled_message.failed",
    "typing.started",
    "typing.stopped",
    "custom_event.sent",
    "ephemeral_message.sent",
    "presence.changed",
    "media.ready",
    "media.rejected",
    "search.matched",
    "case.opened",
    "case.claimed",
    "case.decided",
    "moderation.decided",
    "appeal.filed",
    "appeal.decided",
    "user.updated",
    "user.deleted",
    "user.deactivated",
    "user.reactivated",
    "webhook.disabled",
]
EVENT_TYPES: tuple[EventType, ...] = get_args(EventType)
SOCKETS_ALONE: frozenset[EventType] = frozenset(
    {
        "typing.started",
        "typing.stopped",
        "custom_event.sent",
        "ephemeral_message.sent",
        "presence.changed",
        "draft.updated",
        "draft.deleted",
        "bookmark.updated",
        "bookmark.deleted",
        "mute.updated",
        "mute.deleted",
        "scheduled_message.updated",
        "scheduled_message.deleted",
    }
)
"""What no webhook is told: it passes at once, or is a user's own."""


class Event(Answer):
    """Something that happened.

    Delivered at least once: drop an `id` that you have, and a `version` of an `entity_id` that is lower than the one
    that you have. `data` is the state of the entity, never a difference, so the newest event alone suffices.
    """

    spec: Literal["parley.event/1"] = "parley.event/1"
    id: str = Field(description="The same for every delivery of this event")
    type: EventType
    tenant_id: str
    conversation_id: str | None = None
    entity_id: str = Field(description="What `version` is counted for")
    seq: int | None = Field(None, description="A message's position in its conversation or, for a reply, its thread")
    version: int
    created_at: Timestamp = Field(description="When it happened")
    actor_id: str | None = Field(None, description="Who did it, where that is known")
    data: dict[str, Any]
    changed: list[str] = Field(default_factory=list, description="The fields that an update changed")


def event_id(pk: str, sk: str, version: int, op: str) -> str:
    """The id of an event: the same write always gives the same. `op` tells the several events of one write apart."""
    return hashlib.sha256(f"{pk}|{sk}|{version}|{op}".encode()).hexdigest()
