"""The schemas of events, one for each type: what sockets, webhooks and the replay carry.

`parley.streams` builds the events, without Pydantic where it is fast; these classes say what comes of it, for the
documents alone: no function loads them. The functional tests hold every event that they see to its class.
"""

from typing import Annotated, Any, Literal, get_args

from pydantic import Field, TypeAdapter

from infrastructure.contract.event_data import (
    Annotations,
    ConversationDetails,
    ConversationState,
    MediaState,
    MemberName,
    MemberState,
    MessageGone,
    OwnMemberState,
    ReactionState,
    Reference,
    ReplyPlace,
    SavedSearchMatch,
    ThreadState,
    UserName,
    UserState,
)
from parley.messaging.messages.schemas import MessageContent
from parley.realtime.schemas import UserPresence
from parley.webhooks.schemas import Webhook
from parley.wire import Answer, Timestamp

Schema = dict[str, Any]


# the envelope
class _Envelope(Answer):
    spec: Literal["parley.event/1"]
    id: str = Field(description="The same for every delivery of this event")
    tenant_id: str
    entity_id: str = Field(description="What `version` is counted for")
    version: int = Field(description="Grows with every change of the entity: drop what is lower than what you have")
    created_at: Timestamp = Field(description="When it happened")
    actor_id: str | None = Field(description="Who did it, where that is known")
    changed: list[str] = Field(description="The fields that an update changed")


class _OfMessage(_Envelope):
    conversation_id: str
    seq: int = Field(description="The message's position in its conversation or, for a reply, its thread")


class _OfConversation(_Envelope):
    conversation_id: str
    seq: None


class _OfTenant(_Envelope):
    conversation_id: None
    seq: None


class MessageCreated(_OfMessage):
    """A message was sent, or a thread reply took its place in the conversation."""

    type: Literal["message.created"]
    data: MessageContent | ReplyPlace | Reference


class MessageUpdated(_OfMessage):
    """A message was edited, pinned or unpinned, shows a file otherwise, or its thread has another reply."""

    type: Literal["message.updated"]
    data: MessageContent | Annotations | Reference


class MessageDeleted(_OfMessage):
    """A message was deleted: a tombstone is left, or nothing but its place."""

    type: Literal["message.deleted"]
    data: MessageContent | MessageGone | Reference


class ReactionAdded(_OfMessage):
    """A user reacted to a message."""

    type: Literal["reaction.added"]
    data: ReactionState | Reference


class ReactionRemoved(_OfMessage):
    """A user took a reaction back."""

    type: Literal["reaction.removed"]
    data: ReactionState | Reference


class ConversationCreated(_OfConversation):
    """A conversation was opened."""

    type: Literal["conversation.created"]
    data: ConversationState | Reference


class ConversationUpdated(_OfConversation):
    """A conversation has another name, picture, history setting or custom data."""

    type: Literal["conversation.updated"]
    data: ConversationState | ConversationDetails | Reference


class ConversationArchived(_OfConversation):
    """A conversation was archived."""

    type: Literal["conversation.archived"]
    data: ConversationState | Reference


class MemberAdded(_OfConversation):
    """A user became a member."""

    type: Literal["member.added"]
    data: MemberState | Reference


class MemberRemoved(_OfConversation):
    """A member left or was removed."""

    type: Literal["member.removed"]
    data: MemberName | Reference


class MemberUpdated(_OfConversation):
    """A member has another role; to the member alone, other settings of their own."""

    type: Literal["member.updated"]
    data: MemberState | OwnMemberState | Reference


class ReadUpdated(_OfConversation):
    """A member has read further."""

    type: Literal["read.updated"]
    data: MemberState | Reference


class DeliveredUpdated(_OfConversation):
    """What was sent has reached a member's devices, up to a number."""

    type: Literal["delivered.updated"]
    data: MemberState | Reference


class ThreadUpdated(_OfConversation):
    """A user follows a thread, follows it no more, or has read further in it; told to the user alone."""

    type: Literal["thread.updated"]
    data: ThreadState | Reference


class TypingStarted(_OfConversation):
    """A member has begun to type; told to sockets that watch the conversation alone."""

    type: Literal["typing.started"]
    data: MemberName


class TypingStopped(_OfConversation):
    """A member has ceased to type; told to sockets that watch the conversation alone."""

    type: Literal["typing.stopped"]
    data: MemberName


class PresenceChanged(_OfTenant):
    """A user came online, went offline or says something else of themselves; told to sockets alone."""

    type: Literal["presence.changed"]
    data: UserPresence


class MediaReady(_OfTenant):
    """A file has been checked and can be downloaded."""

    type: Literal["media.ready"]
    data: MediaState | Reference


class MediaRejected(_OfTenant):
    """A file was refused, for the reason that `data` gives."""

    type: Literal["media.rejected"]
    data: MediaState | Reference


class UserUpdated(_OfTenant):
    """A user's profile has changed."""

    type: Literal["user.updated"]
    data: UserState | Reference


class UserDeleted(_OfTenant):
    """A user was erased."""

    type: Literal["user.deleted"]
    data: UserName


class SearchMatched(_OfConversation):
    """A message matches a saved search that notifies; told to its owner, who may see the message."""

    type: Literal["search.matched"]
    data: SavedSearchMatch


class WebhookDisabled(_OfTenant):
    """Parley has disabled a webhook; told to the tenant's other webhooks alone."""

    type: Literal["webhook.disabled"]
    data: Webhook


AnyEvent = Annotated[
    MessageCreated
    | MessageUpdated
    | MessageDeleted
    | ReactionAdded
    | ReactionRemoved
    | ConversationCreated
    | ConversationUpdated
    | ConversationArchived
    | MemberAdded
    | MemberRemoved
    | MemberUpdated
    | ReadUpdated
    | DeliveredUpdated
    | ThreadUpdated
    | TypingStarted
    | TypingStopped
    | PresenceChanged
    | MediaReady
    | MediaRejected
    | UserUpdated
    | UserDeleted
    | SearchMatched
    | WebhookDisabled,
    Field(discriminator="type"),
]


class Gap(Answer):
    """A marker in the replay: a conversation to fetch anew or, without a conversation, everything."""

    id: str
    type: Literal["gap"]
    conversation_id: str | None


CLASSES: tuple[type[Answer], ...] = get_args(get_args(AnyEvent)[0])
TYPES: dict[str, type[Answer]] = {get_args(each.model_fields["type"].annotation)[0]: each for each in CLASSES}
"""The class of each type of event."""
SOCKETS_ALONE = frozenset({"typing.started", "typing.stopped", "presence.changed"})
WEBHOOKS_ALONE = frozenset({"webhook.disabled"})
TOLD_ON_SOCKETS = {name: kind for name, kind in TYPES.items() if name not in WEBHOOKS_ALONE}
TOLD_TO_WEBHOOKS = {name: kind for name, kind in TYPES.items() if name not in SOCKETS_ALONE}
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def summary_of(kind: type) -> str:
    """What a class says of itself in one line."""
    return (kind.__doc__ or "").strip().partition("\n")[0]


def components(prefix: str = "#/components/schemas/") -> Schema:
    """The schemas of all events and of what they show, by name; `Event` is any of them, `ReplayedEvent` a gap too."""
    template = prefix + "{model}"
    union = TypeAdapter(AnyEvent).json_schema(mode="serialization", ref_template=template)
    named: Schema = union.pop("$defs")
    named["Gap"] = Gap.model_json_schema(mode="serialization", ref_template=template)
    named["Event"] = union | {
        "description": "Something that happened, delivered at least once: drop an `id` that you have, and a `version` "
        "of an `entity_id` that is lower than the one that you have. `data` is the state of the entity, never a "
        "difference."
    }
    replayed = [{"$ref": prefix + "Event"}, {"$ref": prefix + "Gap"}]
    named["ReplayedEvent"] = {"description": "An event, or a marker of what was missed", "anyOf": replayed}
    return named


def files() -> dict[str, Schema]:
    """What `events/schemas` holds, by file: a schema of each type of event, and `event.json` for any."""
    written: dict[str, Schema] = {
        f"{name}.json": {"$schema": DIALECT, **each.model_json_schema(mode="serialization")}
        for name, each in TYPES.items()
    }
    union = TypeAdapter(AnyEvent).json_schema(mode="serialization")
    return written | {"event.json": {"$schema": DIALECT, "title": "Event", **union}}
