"""What crosses the wire about conversations."""

from typing import Any, Self

from pydantic import Field, model_validator

from parley.identity.teams import Team
from parley.ids import UserId
from parley.messaging.members.schemas import ConversationSettings, Membership
from parley.messaging.vocabulary import (
    MAX_MEMBERS_PER_CALL,
    AttachedKind,
    ConversationType,
    History,
    SlowModeSeconds,
)
from parley.permissions.roles import Permission, Role
from parley.permissions.schemas import DeclaredType
from parley.wire import Answer, Body, Change, Custom, Name, Timestamp, Url


class CreateConversation(Body):
    """A conversation to open. `direct` has exactly one other member and no name."""

    type: ConversationType
    declared_type: DeclaredType | None = Field(
        None, description="A type that the tenant has declared, built like `type`: what its roles may"
    )
    name: Name | None = None
    avatar_url: Url | None = None
    members: list[UserId] = Field(default_factory=list, max_length=MAX_MEMBERS_PER_CALL)
    custom: Custom = Field(default_factory=dict)
    history: History = Field("full", description="What a new member sees: all, or from joining on")
    team: Team | None = Field(None, description="For whom it is; without one, for everybody. No direct one has a team")

    @model_validator(mode="after")
    def _direct_has_one_other(self) -> Self:
        if self.type == "direct" and self.team is not None:
            raise ValueError("a direct conversation has no team")
        if self.type == "direct" and (len(set(self.members)) != 1 or self.name is not None):
            raise ValueError("a direct conversation has exactly one other member and no name")
        if self.type == "direct" and self.declared_type is not None:
            raise ValueError("a direct conversation is of no declared type")
        if self.type != "direct" and self.name is None:
            raise ValueError("a group or channel has a name")
        return self


class UpdateConversation(Change):
    """What to change; what is not named stays. `avatar_url: null` takes the picture away, `team: null` the team."""

    nullable = frozenset({"avatar_url", "team"})

    name: Name | None = None
    avatar_url: Url | None = None
    custom: Custom | None = None
    history: History | None = None
    frozen: bool | None = Field(None, description="Whether only moderators and above, and your back end, may write")
    slow_mode_seconds: SlowModeSeconds | None = Field(
        None, description="How long a member waits after a message before they may send the next; 0, no time"
    )

    join_requests: bool | None = Field(
        None, description="Who wants to join asks: a channel lets nobody in by themselves, a group takes requests"
    )
    team: Team | None = Field(
        None, description="For whom it is from now on; who is a member stays one. A server token sets it"
    )

    @property
    def permissions(self) -> list[Permission]:
        """What its sender's role must allow."""
        asked: dict[str, Permission] = {"frozen": "freeze", "slow_mode_seconds": "slow_mode"}
        return sorted({asked.get(name, "edit_details") for name in self.model_fields_set})

    @property
    def restricts(self) -> dict[str, int]:
        """What it says of who may write and how often: nothing where it says nothing of it."""
        said = {"frozen": self.frozen, "slow_mode_seconds": self.slow_mode_seconds}
        return {name: int(value) for name, value in said.items() if value is not None}


class LastMessage(Answer):
    """The newest message in short; the text is cut after 160 bytes. Null where its reader may not read it."""

    id: str = Field(description="The message's own id: of a reply that is shown here, the reply's")
    seq: int = Field(description="Its place in the conversation")
    parent_id: str | None = Field(None, description="The message that a reply hangs on")
    author_id: str
    text: str
    attachments: list[AttachedKind] = Field(
        default_factory=list, description="What the attached files are, in order, and a location"
    )
    created_at: Timestamp
    deleted: bool = False


class ConversationSummary(Answer):
    """A conversation as a list shows it."""

    id: str
    type: ConversationType
    declared_type: str | None = Field(
        description="The tenant's own type, which says what roles may; null, the built-in"
    )
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
    frozen: bool = Field(description="Only moderators and above, and the tenant's back end, write")
    slow_mode_seconds: int = Field(description="How long a member waits after a message; 0, no time")
    team: str | None = Field(description="For whose members it is; null, for everybody")
    settings: ConversationSettings
    version: int


class Conversation(Answer):
    """A conversation in full, with the caller's membership and settings: null in a channel that is not theirs."""

    id: str
    type: ConversationType
    declared_type: str | None = Field(
        description="The tenant's own type, which says what roles may; null, the built-in"
    )
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
    frozen: bool = Field(description="Only moderators and above, and the tenant's back end, write")
    slow_mode_seconds: int = Field(description="How long a member waits after a message; 0, no time")
    team: str | None = Field(description="For whose members it is; null, for everybody")
    join_requests: bool = Field(description="Who wants to join asks its admins")
    version: int
