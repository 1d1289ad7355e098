"""What crosses the wire about bookmarks."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from parley.messaging.messages.schemas import MessageContent
from parley.texts import check_note
from parley.wire import Answer, Body, Moment, Timestamp

Reminder = Literal["upcoming", "due"]


class PutBookmark(Body):
    """How a message is kept; what is left out is no more."""

    note: Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(check_note)] | None = None
    remind_at: Moment | None = Field(None, description="When to be reminded, up to five years ahead")


class BookmarkState(Answer):
    """A message that a user keeps for later."""

    message_id: str
    conversation_id: str
    note: str | None
    remind_at: Timestamp | None
    reminded_at: Timestamp | None = Field(description="When the reminder came due")
    created_at: Timestamp
    version: int


class Bookmark(BookmarkState):
    """A bookmark with its message."""

    message: MessageContent | None = Field(
        description="Null where it has been deleted, or the caller does not see it any more"
    )
