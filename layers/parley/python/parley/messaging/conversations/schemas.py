"""What crosses the wire about conversations."""

from typing import Any, Self

from pydantic import Field, model_validator

from parley.ids import UserId
from parley.messaging.members.schemas import ConversationSettings, Membership
from parley.messaging.vocabulary import MAX_MEMBERS_PER_CALL, ConversationType, History, Role
from parley.wire import Answer, Body, Custom, Name, Timestamp, Url


class CreateConversation(Body):
    """A conversation to open. `direct` has exactly one other member and no name."""

    type: ConversationType
    name: Name | None = None
    avatar_url: Url | None = None
    members: list[UserId] = Field(default_factory=list, max_length=MAX_MEMBERS_PER_CALL)
    custom: Custom = Field(default_factory=dict)
    history: History = Field("full", description="What a new member sees: all, or from joining on")

    @model_validator(mode="after")
    def _direct_has_one_other(self) -> Self:
        if self.type == "direct" and (len(set(self.members)) != 1 or self.name is not None):
            raise ValueError("a direct conversation has exactly one other member and no name")
        if self.type != "direct" and self.name is None:
            raise ValueError("a group or channel has a name")
        return self


class UpdateConversation(Body):
    """What to change; what is not named stays. `avatar_url: null` takes the picture away."""

    name: Name | None = None
    avatar_url: Url | None = None
    custom: Custom | None = None
    history: History | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("name something to change")
        for name in self.model_fields_set - {"avatar_url"}:
            if getattr(self, name) is None:
                raise ValueError(f"{name} cannot be null")
        return self


class LastMessage(Answer):
    """The newest message in short; the text is cut after 160 bytes. Null where its reader may not read it."""

    id: str = Field(description="The message's own id: of a reply that is shown here, the reply's")
    seq: int = Field(description="Its place in the conversation")
    parent_id: str | None = Field(None, description="The message that a reply hangs on")
    author_id: str
    text: str
    created_at: Timestamp
    deleted: bool = False


class ConversationSummary(Answer):
    """A conversation as a list shows it."""

    id: str
    type: ConversationType
    name: str | None
    avatar_url: str | None
    custom: dict[str, Any] = Field(description="What it says for the keys that the tenant has declared")
    role: Role
    muted: bool
    unread_count: int
    last_message: LastMessage | None
    created_at: Timestamp
    last_activity_at: Timestamp
    archived_at: Timestamp | None
    settings: ConversationSettings
    version: int


class Conversation(Answer):
    """A conversation in full, with the caller's membership and settings: null in a channel that is not theirs."""

    id: str
    type: ConversationType
    name: str | None
    avatar_url: str | None
    custom: dict[str, Any]
    history: History
    created_by: str
    member_count: int
    last_message: LastMessage | None
    membership: Membership | None
    settings: ConversationSettings | None
    created_at: Timestamp
    updated_at: Timestamp
    last_activity_at: Timestamp
    archived_at: Timestamp | None
    version: int
