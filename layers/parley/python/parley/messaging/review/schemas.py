"""What crosses the wire about flags, and about the queue in which moderators review them."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from parley.messaging.messages.schemas import Message
from parley.texts import check_note
from parley.wire import Answer, Body, Page, Timestamp

Resolution = Literal["dismissed", "acted_on"]
Note = Annotated[
    str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True), AfterValidator(check_note)
]


class FlagMessage(Body):
    """A report to the tenant's moderators."""

    reason: Note | None = None


class Flag(Answer):
    """A user's report of a message: the first one, however often it is repeated."""

    message_id: str
    reason: str | None
    created_at: Timestamp


class OpenFlag(Answer):
    """A user's report of a message that nobody has resolved, with the message as it is now."""

    id: str
    message_id: str
    conversation_id: str
    author_id: str
    reported_by: str = Field(description="A user, or `_block_list` or `_pre_send`, which no user's id can be")
    source: Literal["user", "block_list", "pre_send"]
    reason: str | None
    created_at: Timestamp
    message: Message | None = Field(description="null where it has been deleted for good")
    edited_since: bool = Field(description="Whether the message has changed since it was reported")


class OpenFlagPage(Page[OpenFlag]):
    """Flags, oldest first."""


class ResolveFlag(Body):
    """What came of a report."""

    resolution: Resolution
    note: Note | None = None


class ResolvedFlag(Answer):
    """A report that is out of the queue."""

    id: str
    message_id: str
    resolution: Resolution
    note: str | None
    resolved_at: Timestamp
