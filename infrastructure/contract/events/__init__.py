"""The schemas of events, one for each type: what sockets, webhooks and the replay carry.

`parley.streams` builds the events, without Pydantic where it is fast; these classes say what comes of it, for the
documents alone: no function loads them. The functional tests hold every event that they see to its class.
"""

from typing import Annotated, Any, Literal, get_args

from pydantic import Field, TypeAdapter

from infrastructure.contract.events.conversations import (
    ConversationArchived,
    ConversationCreated,
    ConversationTruncated,
    ConversationUpdated,
    DeliveredUpdated,
    InviteCreated,
    InviteRemoved,
    JoinRequestCreated,
    JoinRequestRemoved,
    MemberAdded,
    MemberRemoved,
    MemberUpdated,
    ReadUpdated,
)
from infrastructure.contract.events.messages import (
    MessageCreated,
    MessageDeleted,
    MessageShadowed,
    MessageUpdated,
    PollUpdated,
    PollVoted,
    ReactionAdded,
    ReactionRemoved,
)
from infrastructure.contract.events.moderation import (
    AppealDecided,
    AppealFiled,
    CaseClaimed,
    CaseDecided,
    CaseOpened,
    ModerationDecided,
)
from infrastructure.contract.events.moments import (
    CustomEventSent,
    EphemeralMessageSent,
    PresenceChanged,
    TypingStarted,
    TypingStopped,
)
from infrastructure.contract.events.personal import (
    BookmarkDeleted,
    BookmarkDue,
    BookmarkUpdated,
    DraftDeleted,
    DraftUpdated,
    MuteDeleted,
    MuteUpdated,
    ScheduledMessageDeleted,
    ScheduledMessageFailed,
    ScheduledMessageSent,
    ScheduledMessageUpdated,
    SearchMatched,
    ThreadUpdated,
)
from infrastructure.contract.events.tenants import (
    MediaReady,
    MediaRejected,
    UserDeactivated,
    UserDeleted,
    UserReactivated,
    UserUpdated,
    WebhookDisabled,
)
from parley.streams.envelope import SOCKETS_ALONE
from parley.wire import Answer

Schema = dict[str, Any]

AnyEvent = Annotated[
    MessageCreated
    | MessageUpdated
    | MessageDeleted
    | MessageShadowed
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
WEBHOOKS_ALONE = frozenset({"webhook.disabled", "message.shadowed", "case.opened", "case.claimed", "case.decided"})
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
