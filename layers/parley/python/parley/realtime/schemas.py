"""What crosses the wire in realtime: client actions, presence, and the replay of events."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from parley.ids import ConversationId, UserId
from parley.messaging.members.schemas import DeliveredUpTo
from parley.texts import check_visible
from parley.wire import Answer, Body, Custom, Name, Timestamp

RequestId = Annotated[str, StringConstraints(min_length=1, max_length=80)]
EPHEMERAL_LIMIT = 4_000
EphemeralText = Annotated[
    str, StringConstraints(min_length=1, max_length=EPHEMERAL_LIMIT), AfterValidator(check_visible)
]
"""With 5 KB of custom data it fits a frame, however it is written."""
EventName = Annotated[
    str,
    StringConstraints(max_length=64, pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$"),
    Field(description="What happened, as the app names it: `cursor.moved`"),
]
StatusText = Name
"""A line of text, as a name."""


class ClientAction(Body):
    """What a client sends over its socket. `request_id` comes back with the answer."""

    action: str
    request_id: RequestId | None = None


class Ping(ClientAction):
    action: Literal["ping"]


class Typing(ClientAction):
    action: Literal["typing.start", "typing.stop"]
    conversation_id: ConversationId


class ReadAction(ClientAction):
    action: Literal["read"]
    conversation_id: ConversationId
    message_id: str | None = Field(None, max_length=80)


class DeliveredAction(ClientAction):
    action: Literal["delivered"]
    conversations: list[DeliveredUpTo] = Field(min_length=1, max_length=25)


class Watch(ClientAction):
    action: Literal["watch", "unwatch"]
    conversation_id: ConversationId


class SendEvent(Body):
    """Something that only the app understands, told at once to who watches the conversation, and kept nowhere."""

    name: EventName
    data: Custom = Field(default_factory=dict)


class SendEventAction(ClientAction, SendEvent):
    action: Literal["event.send"]
    conversation_id: ConversationId


class CustomEvent(Answer):
    """What an app told those who watch a conversation."""

    id: str
    conversation_id: str
    user_id: str = Field(description="Who sent it; `_system` for a back end that acts for nobody")
    name: str
    data: dict[str, Any] = Field(description="As the app sent it")
    created_at: Timestamp


class SendEphemeralMessage(Body):
    """A message that one member alone sees, and that is kept nowhere."""

    user_id: UserId = Field(description="Who sees it: a member of the conversation")
    text: EphemeralText
    custom: Custom = Field(default_factory=dict)


class EphemeralMessage(Answer):
    """A message that one member alone sees, as long as their app shows it."""

    id: str
    conversation_id: str
    user_id: str = Field(description="Who sees it")
    author_id: str = Field(description="Who says it; `_system` for a back end that acts for nobody")
    text: str
    custom: dict[str, Any]
    created_at: Timestamp


class SentEphemeralMessage(EphemeralMessage):
    """The same, with what came of it."""

    delivered: bool = Field(description="Whether a socket of the user's took it; else nobody has seen it")


class SetStatus(Body):
    """What a user shows of themselves; what is not named stays. `status_text: null` takes the text away."""

    invisible: bool | None = Field(None, description="Others see the user offline, until the user says otherwise")
    status_text: StatusText | None = None

    @model_validator(mode="after")
    def _null_takes_only_a_text_away(self) -> Self:
        if "invisible" in self.model_fields_set and self.invisible is None:
            raise ValueError("invisible cannot be null")
        return self


class UserPresence(Answer):
    """A user as others see them; to whom the user has blocked, always offline and nothing more."""

    user_id: str
    online: bool
    last_active_at: Timestamp | None = None
    status_text: str | None = None


class OwnStatus(UserPresence):
    """The caller's own presence."""

    invisible: bool


class EventPage(Answer):
    """What happened after a cursor.

    `data` has server events as sockets carry them, and `gap` markers: `{"type": "gap", "conversation_id": …}` names a
    conversation to fetch anew, since too much happened in it, or the caller has come to it meanwhile; without a
    conversation, everything. `next_cursor` is where to go on: at once while `has_more`, else after the next absence.
    """

    data: list[dict[str, Any]] = Field(json_schema_extra={"items": {"$ref": "#/components/schemas/ReplayedEvent"}})
    next_cursor: str
    has_more: bool
