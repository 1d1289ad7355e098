"""What crosses the wire about messages."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from parley.identity.tenant_settings import TEXT_CEILING
from parley.ids import ConversationId, UserId
from parley.messaging.messages.kinds import REGULAR, Location, MessageType, NewLocation
from parley.messaging.messages.link_previews.schemas import LinkPreview
from parley.messaging.messages.polls.schemas import NewPoll, Poll
from parley.messaging.vocabulary import AttachedKind
from parley.texts import check_text, says_something
from parley.user_groups.schemas import MentionedGroups
from parley.wire import Answer, Body, Custom, Page, Timestamp

MessageText = Annotated[str, StringConstraints(max_length=TEXT_CEILING), AfterValidator(check_text)]
MAX_ATTACHMENTS = 30
MAX_BATCH = 100
MAX_FORWARDED = 10


class SendMessage(Body):
    """A message to send: a text, attachments, a poll, or several of these."""

    conversation_id: ConversationId
    text: MessageText = ""
    attachments: list[Annotated[str, StringConstraints(min_length=1, max_length=80)]] = Field(
        default_factory=list, max_length=MAX_ATTACHMENTS, description="Ids of media that the sender has uploaded"
    )
    parent_id: str | None = Field(
        None, max_length=80, description="The message that this one replies to, in its thread"
    )
    show_in_conversation: bool = Field(default=False, description="Show a thread reply in the conversation as well")
    quoted_message_id: str | None = Field(
        None, max_length=80, description="A message of the conversation that this one shows as a quote"
    )
    mentions: list[UserId] = Field(
        default_factory=list, max_length=100, description="Users to tell by name; who is no member is left out"
    )
    mentioned_groups: MentionedGroups = Field(
        default_factory=list, description="User groups whose members here to tell as if by name; others are left out"
    )
    location: NewLocation | None = None
    type: MessageType = Field(
        REGULAR, description="What kind it is, as the app names it; `system` is for a server token alone"
    )
    silent: bool = Field(
        default=False, description="Not pushed, unread for nobody, and the conversation stays where it is in lists"
    )
    custom: Custom = Field(default_factory=dict)
    poll: NewPoll | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (says_something(self.text) or self.attachments or self.location or self.poll):
            raise ValueError("a message has a text, an attachment, a location or a poll")
        if self.silent and self.parent_id is not None:
            raise ValueError("a thread reply is not silent: it concerns those alone who follow the thread")
        if self.show_in_conversation and self.parent_id is None:
            raise ValueError("only a thread reply is shown in the conversation as well")
        return self


class BatchedMessage(SendMessage):
    """A message of many: whose it is, and the key under which it is sent once."""

    author_id: UserId | None = Field(
        None, description="The acting user if nothing is said; with neither, only system messages are sent"
    )
    idempotency_key: Annotated[str, StringConstraints(pattern=r"^[!-~]{1,255}$")] | None = None


class SendBatch(Body):
    """Messages to send at once, to one conversation or many."""

    messages: list[BatchedMessage] = Field(min_length=1, max_length=MAX_BATCH)


class ForwardMessage(Body):
    """Where a message is to be sent on to."""

    conversation_ids: list[ConversationId] = Field(min_length=1, max_length=MAX_FORWARDED)
    with_custom: bool = Field(default=False, description="Carry its custom data as well")

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.conversation_ids)) < len(self.conversation_ids):
            raise ValueError("each conversation is named once")
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
    waveform: list[int] | None = Field(
        None, description="Of a recording: how loud each of 64 parts is, from 0 to 100, against the loudest"
    )
    thumbnails: list[str] = Field(default_factory=list, description="Variants to ask `/v1/download/{id}/signed` for")


class QuotedMessage(Answer):
    """A quoted message in short, as it is now. Deleted, it has no text."""

    id: str
    author_id: str
    text: str = Field(description="The beginning of the text, at most 160 bytes of UTF-8")
    attachments: list[AttachedKind] = Field(description="What the attached files are, in order, and a location")
    created_at: Timestamp
    edited_at: Timestamp | None
    deleted_at: Timestamp | None
    version: int


class ForwardedFrom(Answer):
    """The message that this one is a copy of."""

    author_id: str | None = Field(description="Who said it first, where they are a member here")
    created_at: Timestamp


class MessageContent(Answer):
    """A message without what others hang on it. Deleted, it keeps its place without its text: a tombstone."""

    id: str
    conversation_id: str
    seq: int = Field(description="Position in the conversation or, for a reply, in its thread: 1, 2, 3, …")
    parent_id: str | None = None
    author_id: str = Field(description="`_system` where a back end said it for no user, `_deleted` once that is erased")
    type: str = REGULAR
    text: str
    attachments: list[Attachment] = Field(default_factory=list)
    location: Location | None = None
    silent: bool = False
    mentions: list[str] = Field(default_factory=list)
    mentioned_groups: list[str] = Field(default_factory=list, description="Ids of user groups")
    custom: dict[str, Any] = Field(default_factory=dict)
    poll: Poll | None = None
    link_previews: list[LinkPreview] = Field(
        default_factory=list, description="Of its first three links; they come as a later version of the message"
    )
    translations: dict[str, str] = Field(
        default_factory=dict,
        description="The text in languages that readers have asked for, by code; an edit drops them",
    )
    show_in_conversation: bool = False
    quoted_message_id: str | None = None
    quoted_message: QuotedMessage | None = Field(
        None, description="Null where nothing is quoted, or what is gone for good or not to be seen by the reader"
    )
    forwarded_from: ForwardedFrom | None = None
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


class ItemProblem(Answer):
    """Why one of many was refused: what the problem document of a request of its own would say."""

    code: str
    title: str
    detail: str
    retryable: bool = Field(description="The same may succeed later")
    retry_after: int | None = Field(None, description="After so many seconds")


class BatchResult(Answer):
    """What came of one message: the status that a request of its own would have, with the message or the problem."""

    status: int
    message: Message | None = None
    replayed: bool = Field(default=False, description="An earlier request has sent it")
    problem: ItemProblem | None = None


class SentBatch(Answer):
    """One result for each message, in that order."""

    data: list[BatchResult]


class EditMessage(Body):
    """What a message says from now on; what is left out stays as it is."""

    text: MessageText | None = None
    attachments: list[Annotated[str, StringConstraints(min_length=1, max_length=80)]] | None = Field(
        None, max_length=MAX_ATTACHMENTS
    )
    mentions: list[UserId] | None = Field(None, max_length=100)
    mentioned_groups: MentionedGroups | None = None
    custom: Custom | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        said = (self.text, self.attachments, self.mentions, self.mentioned_groups, self.custom)
        if all(value is None for value in said):
            raise ValueError("an edit names what it changes")
        return self


class MessageEdit(Answer):
    """What a message said before its edit of number `edit`, and since when."""

    edit: int
    text: str
    attachments: list[Attachment] = Field(default_factory=list)
    mentions: list[str] = Field(default_factory=list)
    mentioned_groups: list[str] = Field(default_factory=list)
    custom: dict[str, Any] = Field(default_factory=dict)
    written_at: Timestamp


class MessagePage(Page[Message]):
    """A page of history. `void_seqs` are the numbers within it that no message has: nothing is missing there."""

    void_seqs: list[int] = Field(default_factory=list)
