"""What crosses the wire about members: who they are, how far they have read, who may not come back."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from parley.ids import MAX_SEQ, ConversationId, UserId
from parley.messaging.vocabulary import MAX_LABEL_BYTES, MAX_LABELS, MAX_MEMBERS_PER_CALL
from parley.permissions.roles import Role
from parley.texts import check_name, check_note
from parley.wire import Answer, Body, Change, Moment, Timestamp


class Member(Answer):
    """A member as the conversation's other members see them."""

    user_id: str
    role: Role
    joined_at: Timestamp


class Membership(Answer):
    """What the caller is in a conversation."""

    role: Role
    joined_at: Timestamp
    read_seq: int
    visible_from: int = Field(description="Nothing up to this number is shown to the caller")
    muted: bool = False
    muted_until: Timestamp | None = None


class AddMembers(Body):
    """Users to add. In a channel, anyone may name themselves alone: that is how one joins."""

    user_ids: list[UserId] = Field(min_length=1, max_length=MAX_MEMBERS_PER_CALL)


AddedStatus = Literal["added", "already_member", "not_found", "banned", "blocked", "not_in_team"]


class AddedMember(Answer):
    """What came of adding one user; `blocked` who has blocked the caller, `not_in_team` who is not in its team."""

    user_id: str
    status: AddedStatus


class AddedMembers(Answer):
    """One result for each user that was named, in that order."""

    data: list[AddedMember]


class ChangeRole(Body):
    role: Role


class Mute(Body):
    """Turn the caller's notifications off, for good or until a moment."""

    until: Moment | None = None


Hidden = Literal["until_message", "always"]


def _check_labels(labels: list[str]) -> list[str]:
    if len(set(labels)) < len(labels):
        raise ValueError("each label is named once")
    if sum(len(label.encode()) for label in labels) > MAX_LABEL_BYTES:
        raise ValueError(f"labels are at most {MAX_LABEL_BYTES} bytes of UTF-8 together")
    return labels


Label = Annotated[
    str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True), AfterValidator(check_name)
]


class UpdateSettings(Change):
    """What to change of the caller's own settings of a conversation; what is not named stays."""

    nullable = frozenset({"hidden"})

    hidden: Hidden | None = Field(
        None, description="Out of the list until the next message, or until it is shown (null) or the caller writes"
    )
    archived_for_me: bool = Field(default=False, description="In the caller's archive, whatever is sent")
    pinned: bool = Field(default=False, description="Before all that is not pinned")
    labels: Annotated[list[Label], AfterValidator(_check_labels)] = Field(
        default_factory=list, max_length=MAX_LABELS, description="All labels it is to have, 200 bytes together at most"
    )


class ConversationSettings(Answer):
    """How the caller keeps a conversation in their list; nobody else is told."""

    hidden: Hidden | None = Field(description="`until_message` until the next message, `always` until it is shown")
    archived_for_me: bool
    pinned: bool
    labels: list[str]
    version: int = Field(description="Of the caller's membership: it goes up with every change of it")


class MarkRead(Body):
    """How far the caller has read: up to a message, or to the end."""

    message_id: str | None = Field(None, max_length=80)


class MarkUnread(Body):
    """The message from which on the conversation is unread."""

    message_id: str = Field(max_length=80)


class ClearHistory(Body):
    """Up to which message nothing is to be shown to the caller: a message, or the end."""

    message_id: str | None = Field(None, max_length=80)


class ClearedHistory(Answer):
    """From where on the caller sees the conversation now."""

    conversation_id: str
    visible_from: int = Field(description="Nothing up to this number is shown to the caller")
    unread_count: int


class ReadState(Answer):
    """Where the caller's read pointer stands now."""

    conversation_id: str
    read_seq: int
    unread_count: int


class Receipt(Answer):
    """How far a member has read, and how far messages have reached them."""

    user_id: str
    read_seq: int
    read_at: Timestamp | None
    delivered_seq: int | None = Field(
        description="At least `read_seq`; null where none of their devices has told of what was not read already"
    )
    delivered_at: Timestamp | None


class DeliveredUpTo(Body):
    """A conversation, and the number of its newest message that a device has."""

    conversation_id: ConversationId
    seq: int = Field(ge=1, le=MAX_SEQ)


class Delivered(Body):
    """What a device of the caller's has: of all that came within some seconds, the newest of each conversation."""

    conversations: list[DeliveredUpTo] = Field(min_length=1, max_length=25)


class DeliveredState(Answer):
    conversation_id: str
    delivered_seq: int | None = Field(
        description="How far messages are known to have reached the caller: where it is lower than what was told, tell "
        "it again some seconds later. Null where it is not kept"
    )


class DeliveredStates(Answer):
    """One for each conversation that was named, in that order."""

    data: list[DeliveredState]


class UnreadConversation(Answer):
    conversation_id: str
    unread_count: int
    muted: bool


class Unread(Answer):
    """What is unread in the conversations of the list: none that is archived, hidden or in the caller's own archive.

    Muted ones are named and counted apart.
    """

    total: int = Field(description="Unread messages in conversations that are not muted: a badge's number")
    muted_total: int
    conversations: list[UnreadConversation] = Field(description="Those with unread messages, the muted ones among them")


class BanUser(Body):
    reason: Annotated[str, StringConstraints(max_length=200), AfterValidator(check_note)] | None = None
    until: Moment | None = Field(None, description="Up to when; null, for good")
    shadow: bool = Field(
        False, description="The user stays, and nobody else is shown what they post; they are not told so"
    )


class Ban(Answer):
    """A user who may not come back, or whom nobody else is shown, and who decided so."""

    user_id: str
    banned_by: str
    reason: str | None
    until: Timestamp | None = Field(description="Up to when; null, for good")
    shadow: bool = Field(description="They are a member, and nobody else is shown what they post")
    created_at: Timestamp


class UserMute(Answer):
    """A user of whom nothing is pushed to the caller."""

    user_id: str
    until: Timestamp | None = Field(description="Up to when; null, for good")
    created_at: Timestamp


class Block(Answer):
    """A user from whom the caller takes no direct messages."""

    user_id: str
    created_at: Timestamp
