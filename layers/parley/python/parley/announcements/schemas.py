"""What crosses the wire about announcements."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from parley.identity.teams import Team
from parley.ids import ConversationId
from parley.jobs.schemas import SystemText
from parley.messaging.vocabulary import ConversationType
from parley.permissions.schemas import DeclaredType
from parley.wire import Answer, Body, Custom, Moment, Timestamp

MOST_NAMED = 500
"""Conversations that one announcement names: they are kept with its job."""
AnnouncementStatus = Literal["scheduled", "running", "completed", "cancelled", "failed"]


class AnnouncedMessage(Body):
    """What is said in each conversation, as a system message."""

    text: SystemText
    silent: bool = Field(
        default=False, description="Not pushed, unread for nobody, and the conversation stays where it is in lists"
    )
    custom: Custom = Field(default_factory=dict)


class Audience(Body):
    """Which conversations: those that are named or, of all, those that fit what is said; `{}` is all of them."""

    conversation_ids: list[ConversationId] | None = Field(None, min_length=1, max_length=MOST_NAMED)
    type: ConversationType | None = None
    declared_type: DeclaredType | None = Field(None, description="A type that the tenant has declared")
    team: Team | None = None

    @model_validator(mode="after")
    def _names_or_describes(self) -> Self:
        named = self.conversation_ids
        if named is not None and (self.type or self.declared_type or self.team):
            raise ValueError("an audience names its conversations or says which they are")
        if named is not None and len(set(named)) < len(named):
            raise ValueError("each conversation is named once")
        return self


class CreateAnnouncement(Body):
    """A message to send to many conversations."""

    message: AnnouncedMessage
    audience: Audience
    send_at: Moment | None = Field(None, description="A minute to a year ahead; null is now")
    only_count: bool = Field(default=False, description="Send to none, and say how many it would be: `reached`")

    @model_validator(mode="after")
    def _counts_what_is_described(self) -> Self:
        if self.only_count and (self.audience.conversation_ids is not None or self.send_at is not None):
            raise ValueError("what is counted is an audience that is not named, and now")
        return self


class AnnouncedTo(Answer):
    """Which conversations it is for."""

    conversations: int | None = Field(description="How many it names; null where it says which they are")
    type: ConversationType | None
    declared_type: str | None
    team: str | None


class Announced(Answer):
    """What it says."""

    text: str
    silent: bool
    custom: dict[str, Any]


class Announcement(Answer):
    """A message to many conversations: each gets it once, at the pace that leaves the tenant's users theirs."""

    id: str
    status: AnnouncementStatus
    message: Announced
    audience: AnnouncedTo
    send_at: Timestamp | None = None
    only_count: bool = Field(description="It counts, and sends to none")
    reached: int = Field(
        description="Conversations that it is done with: `sent`, skipped and `failed`, or those that were counted"
    )
    sent: int
    skipped: dict[str, int] = Field(description="How many did not take it, by the code of the refusal")
    failed: int = Field(description="How many did not take it in some minutes of trying")
    percent: int = Field(ge=0, le=100, description="A rough measure; 100 once it is completed")
    failures: int = Field(description="How often in a row it could not go on; after ten it is given up")
    created_at: Timestamp
    updated_at: Timestamp
    finished_at: Timestamp | None = None
    version: int
