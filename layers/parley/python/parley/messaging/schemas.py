"""What crosses the wire about conversations and messages."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from parley.identity.tenant_settings import TEXT_CEILING
from parley.ids import ConversationId, UserId
from parley.wire import Answer, Body, Custom, Name, Page, Timestamp, Url

ConversationType = Literal["direct", "group", "channel"]
Role = Literal["member", "admin", "owner"]
History = Literal["full", "joined"]
MessageText = Annotated[str, StringConstraints(max_length=TEXT_CEILING)]
MAX_ATTACHMENTS = 30
MAX_MEMBERS_PER_CALL = 100


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
    mentions: list[UserId] = Field(default_factory=list, max_length=100)
    custom: Custom = Field(default_factory=dict)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.text.strip() and not self.attachments:
            raise ValueError("a message has a text or an attachment")
        if self.show_in_conversation and self.parent_id is None:
            raise ValueError("only a thread reply is shown in the conversation as well")
        return self


class ReactionSummary(Answer):
    """How many users reacted so, and whether the caller did."""

    count: int
    mine: bool


class Attachment(Answer):
    """A file that a message carries, as it was when the message was sent: one still being checked shows less."""

    media_id: str
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


class React(Body):
    """A reaction: one emoji, or a `:name:` of up to 32 characters."""

    reaction: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Reactions(Answer):
    """All reactions to a message, as the caller sees them."""

    message_id: str
    reactions: dict[str, ReactionSummary]


class Reaction(Answer):
    """Who reacted, with what."""

    reaction: str
    user_id: str


class FlagMessage(Body):
    """A report to the tenant's moderators."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)] | None = None


class Flag(Answer):
    """A user's report of a message: the first one, however often it is repeated."""

    message_id: str
    reason: str | None
    created_at: Timestamp


class MessagePage(Page[Message]):
    """A page of history. `void_seqs` are the numbers within it that no message has: nothing is missing there."""

    void_seqs: list[int] = Field(default_factory=list)


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
    """The newest message in short; the text is cut after 160 bytes."""

    id: str
    seq: int
    author_id: str
    text: str
    created_at: Timestamp
    deleted: bool = False


class Membership(Answer):
    """What the caller is in a conversation."""

    role: Role
    joined_at: Timestamp
    read_seq: int
    muted: bool = False
    muted_until: Timestamp | None = None


class ConversationSummary(Answer):
    """A conversation as a list shows it."""

    id: str
    type: ConversationType
    name: str | None
    avatar_url: str | None
    role: Role
    muted: bool
    unread_count: int
    last_message: LastMessage | None
    created_at: Timestamp
    last_activity_at: Timestamp
    archived_at: Timestamp | None
    version: int


class Conversation(Answer):
    """A conversation in full, with the caller's membership; null for a channel that the caller has not joined."""

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
    created_at: Timestamp
    updated_at: Timestamp
    last_activity_at: Timestamp
    archived_at: Timestamp | None
    version: int
