"""The schemas of events, one for each type: what sockets, webhooks and the replay carry.

`parley.streams` builds the events, without Pydantic where it is fast; these classes say what comes of it, for the
documents alone: no function loads them. The functional tests hold every event that they see to its class.
"""

from typing import Annotated, Any, Literal, get_args

from pydantic import Field, TypeAdapter

from infrastructure.contract.event_data import (
    Annotations,
    BookmarkPlace,
    ConversationDetails,
    ConversationState,
    DraftPlace,
    DraftState,
    InviteName,
    InviteState,
    JoinRequestState,
    MediaState,
    MemberName,
    MemberState,
    MessageGone,
    ModerationDecision,
    MutePlace,
    MuteState,
    OwnBookmark,
    OwnMemberState,
    OwnScheduledMessage,
    PollState,
    ReactionState,
    Reference,
    ReplyPlace,
    SavedSearchMatch,
    ScheduledMessageGone,
    ThreadState,
    UserName,
    UserState,
    VoteState,
)
from parley.messaging.messages.schemas import MessageContent
from parley.realtime.schemas import CustomEvent, EphemeralMessage, UserPresence
from parley.review.schemas import CaseState
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


class PollUpdated(_OfMessage):
    """Users have voted in a message's poll, taken votes back, or it was closed. Several votes are told as one event.

    A poll that closes at its time tells nothing then: `closes_at` says so beforehand.
    """

    type: Literal["poll.updated"]
    data: PollState | Reference


class PollVoted(_OfMessage):
    """A user has voted in a poll that is not anonymous, or taken their votes back; told to the user alone."""

    type: Literal["poll.voted"]
    data: VoteState | Reference


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


class ConversationTruncated(_OfConversation):
    """Messages were taken away from everybody: `truncated_seq` says up to which number. None of them is told apart."""

    type: Literal["conversation.truncated"]
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


class DraftUpdated(_OfConversation):
    """A user has written what they have not sent yet; told to the user's sockets alone."""

    type: Literal["draft.updated"]
    data: DraftState


class DraftDeleted(_OfConversation):
    """A draft has been sent or let go of; told to the user's sockets alone."""

    type: Literal["draft.deleted"]
    data: DraftPlace


class BookmarkUpdated(_OfTenant):
    """A user keeps a message, or has changed how; told to the user's sockets alone."""

    type: Literal["bookmark.updated"]
    data: OwnBookmark


class BookmarkDeleted(_OfTenant):
    """A user keeps a message no more; told to the user's sockets alone."""

    type: Literal["bookmark.deleted"]
    data: BookmarkPlace


class BookmarkDue(_OfTenant):
    """A reminder has come due; told to the user's sockets and, without the user's note, to webhooks."""

    type: Literal["bookmark.due"]
    data: OwnBookmark


class MuteUpdated(_OfTenant):
    """A user has muted another, or until another moment; told to the user's sockets alone."""

    type: Literal["mute.updated"]
    data: MuteState


class MuteDeleted(_OfTenant):
    """A user has muted another no more; told to the user's sockets alone."""

    type: Literal["mute.deleted"]
    data: MutePlace


class InviteCreated(_OfTenant):
    """A user was invited, or an invite of theirs holds longer; told to the user alone."""

    type: Literal["invite.created"]
    data: InviteState | Reference


class InviteRemoved(_OfTenant):
    """An invite was accepted, declined or taken back; told to the user alone."""

    type: Literal["invite.removed"]
    data: InviteName | Reference


class JoinRequestCreated(_OfConversation):
    """A user asks to join; told to the admins and to the user."""

    type: Literal["join_request.created"]
    data: JoinRequestState | Reference


class JoinRequestRemoved(_OfConversation):
    """A request to join was approved, declined or withdrawn; told to the admins and to the user."""

    type: Literal["join_request.removed"]
    data: InviteName | Reference


class ScheduledMessageUpdated(_OfTenant):
    """A message is to be sent later, or something else, or at another moment; told to its author's sockets alone."""

    type: Literal["scheduled_message.updated"]
    data: OwnScheduledMessage


class ScheduledMessageDeleted(_OfTenant):
    """A message that was to be sent later was taken back; told to its author's sockets alone."""

    type: Literal["scheduled_message.deleted"]
    data: ScheduledMessageGone


class ScheduledMessageSent(_OfTenant):
    """A message that was to be sent later has been sent; told to its author's sockets, and to webhooks."""

    type: Literal["scheduled_message.sent"]
    data: ScheduledMessageGone


class ScheduledMessageFailed(_OfTenant):
    """A message was refused for good at its moment; told to its author's sockets, and to webhooks."""

    type: Literal["scheduled_message.failed"]
    data: OwnScheduledMessage


class TypingStarted(_OfConversation):
    """A member has begun to type; told to sockets that watch the conversation alone."""

    type: Literal["typing.started"]
    data: MemberName


class TypingStopped(_OfConversation):
    """A member has ceased to type; told to sockets that watch the conversation alone."""

    type: Literal["typing.stopped"]
    data: MemberName


class CustomEventSent(_OfConversation):
    """An app told something that only it understands; told to sockets that watch the conversation alone."""

    type: Literal["custom_event.sent"]
    data: CustomEvent


class EphemeralMessageSent(_OfConversation):
    """A message that one member alone sees; told to the member's sockets alone, and kept nowhere."""

    type: Literal["ephemeral_message.sent"]
    data: EphemeralMessage


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


class CaseOpened(_OfTenant):
    """A message was reported for the first time, or again after it was decided; told to webhooks alone."""

    type: Literal["case.opened"]
    data: CaseState


class CaseClaimed(_OfTenant):
    """A moderator has a reported message to themselves; told to webhooks alone."""

    type: Literal["case.claimed"]
    data: CaseState


class CaseDecided(_OfTenant):
    """A reported message was decided, and that carried out; told to webhooks alone."""

    type: Literal["case.decided"]
    data: CaseState


class ModerationDecided(_OfTenant):
    """Moderators have decided about a message of a user's; told to the user alone, and to webhooks."""

    type: Literal["moderation.decided"]
    data: ModerationDecision | Reference


class AppealFiled(_OfTenant):
    """A user says why a decision is wrong; told to the user alone, and to webhooks."""

    type: Literal["appeal.filed"]
    data: ModerationDecision | Reference


class AppealDecided(_OfTenant):
    """A moderator has upheld or overturned a decision; told to the user alone, and to webhooks."""

    type: Literal["appeal.decided"]
    data: ModerationDecision | Reference


class UserUpdated(_OfTenant):
    """A user's profile has changed."""

    type: Literal["user.updated"]
    data: UserState | Reference


class UserDeleted(_OfTenant):
    """A user was erased."""

    type: Literal["user.deleted"]
    data: UserName


class UserDeactivated(_OfTenant):
    """The tenant has deactivated a user."""

    type: Literal["user.deactivated"]
    data: UserState | Reference


class UserReactivated(_OfTenant):
    """The tenant has brought a deactivated user back."""

    type: Literal["user.reactivated"]
    data: UserState | Reference


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
    | PollUpdated
    | PollVoted
    | ConversationCreated
    | ConversationUpdated
    | ConversationArchived
    | ConversationTruncated
    | MemberAdded
    | MemberRemoved
    | MemberUpdated
    | ReadUpdated
    | DeliveredUpdated
    | ThreadUpdated
    | DraftUpdated
    | DraftDeleted
    | BookmarkUpdated
    | BookmarkDeleted
    | BookmarkDue
    | MuteUpdated
    | MuteDeleted
    | InviteCreated
    | InviteRemoved
    | JoinRequestCreated
    | JoinRequestRemoved
    | ScheduledMessageUpdated
    | ScheduledMessageDeleted
    | ScheduledMessageSent
    | ScheduledMessageFailed
    | TypingStarted
    | TypingStopped
    | CustomEventSent
    | EphemeralMessageSent
    | PresenceChanged
    | MediaReady
    | MediaRejected
    | CaseOpened
    | CaseClaimed
    | CaseDecided
    | ModerationDecided
    | AppealFiled
    | AppealDecided
    | UserUpdated
    | UserDeleted
    | UserDeactivated
    | UserReactivated
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
SOCKETS_ALONE = frozenset(
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
WEBHOOKS_ALONE = frozenset({"webhook.disabled", "case.opened", "case.claimed", "case.decided"})
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
