"""What crosses the wire about messages."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from parley.identity.tenant_settings import TEXT_CEILING
from parley.ids import ConversationId, UserId
from parley.texts import check_text, says_something
from parley.wire import Answer, Body, Custom, Page, Timestamp

MessageText = Annotated[str, StringConstraints(max_length=TEXT_CEILING), AfterValidator(check_text)]
MAX_ATTACHMENTS = 30


class SendMessage(Body):
    """A message to send: a text, attachments or both."""

    conversation_id: ConversationId
    text: MessageText = ""
    attachments: list[Annotated[str, StringConstraints(min_length=1, max_length=80)]] = Field(
        default_factory=list, max_length=MAX_ATTACHMENTS, description="Ids of media that the sender has uploaded"
    )
    parent_id: str | None = Field(
        None, max_length=80, description="The message that this one replies to, in its thread"
    )
    show_in_conversation: bool = Field(default=False, description="Show a thread reply in the conversation as well")
    mentions: list[UserId] = Field(
        default_factory=list, max_length=100, description="Users to tell by name; who is no member is left out"
    )
    custom: Custom = Field(default_factory=dict)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not says_something(self.text) and not self.attachments:
            raise ValueError("a message has a text or an attachment")
        if self.show_in_conversation and self.parent_id is None:
            raise ValueError("only a thread reply is shown in the conversation as well")
        return self


class ReactionSummary(Answer):
    """How many users reacted so, and whether the caller did."""

    count: int
    mine: bool


class Attachment(Answer):
    """A file that a message carries, as it was when the message was sent or, if later, when its check ended."""

    media_id: str
    status: Literal["deleted", "rejected"] | None = Field(
        None, description="What became of a file that is gone; nothing else is shown of it"
    )
    filename: str | None = None
    content_type: str | None = None
    size: int | None = None
    width: int | None = None
    height: int | None = None
    duration_ms: int | None = None
    thumbnails: list[str] = Field(default_factory=list, description="Variants to ask `/v1/download/{id}/signed` for")


class MessageContent(Answer):
    """A message without what others hang on it. Deleted, it keeps its place without its text: a tombstone."""

    id: str
    conversation_id: str
    seq: int = Field(description="Position in the conversation or, for a reply, in its thread: 1, 2, 3, …")
    parent_id: str | None = None
    author_id: str
    text: str
    attachments: list[Attachment] = Field(default_factory=list)
    mentions: list[str] = Field(default_factory=list)
    custom: dict[str, Any] = Field(default_factory=dict)
    show_in_conversation: bool = False
    pinned_at: Timestamp | None = None
    pinned_by: str | None = None
    created_at: Timestamp
    edited_at: Timestamp | None = None
    deleted_at: Timestamp | None = None
    version: int


class Message(MessageContent):
    """A message with what others hang on it: reactions, and how many replies its thread has."""

    reactions: dict[str, ReactionSummary] = Field(default_factory=dict)
    reply_count: int = 0
    last_reply_at: Timestamp | None = None


class EditMessage(Body):
    """What a message says from now on; what is left out stays as it is."""

    text: MessageText | None = None
    attachments: list[Annotated[str, StringConstraints(min_length=1, max_length=80)]] | None = Field(
        None, max_length=MAX_ATTACHMENTS
    )
    mentions: list[UserId] | None = Field(None, max_length=100)
    custom: Custom | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if all(value is None for value in (self.text, self.attachments, self.mentions, self.custom)):
            raise ValueError("an edit names what it changes")
        return self


class MessageEdit(Answer):
    """What a message said before its edit of number `edit`, and since when."""

    edit: int
    text: str
    attachments: list[Attachment] = Field(default_factory=list)
    mentions: list[str] = Field(default_factory=list)
    custom: dict[str, Any] = Field(default_factory=dict)
    written_at: Timestamp


class MessagePage(Page[Message]):
    """A page of history. `void_seqs` are the numbers within it that no message has: nothing is missing there."""

    void_seqs: list[int] = Field(default_factory=list)
