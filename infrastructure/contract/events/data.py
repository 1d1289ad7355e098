"""What events show in `data`: the state of what they tell of, or what is left of it."""

from typing import Any, Literal

from pydantic import Field

from parley.bookmarks.schemas import BookmarkState
from parley.drafts.schemas import Draft
from parley.identity.tenant_settings import Language
from parley.messaging.members.schemas import Hidden
from parley.messaging.messages.polls.schemas import PollResults
from parley.messaging.vocabulary import ConversationType
from parley.permissions.roles import Role
from parley.review.schemas import OwnDecision
from parley.scheduling.schemas import ScheduledMessage
from parley.wire import Answer, Timestamp


class Reference(Answer):
    """What a socket shows of a state that does not fit a frame of 32 KiB: where to fetch it."""

    reference: str = Field(description="A path of the API")


class ReplyPlace(Answer):
    """The place that a thread reply has in the conversation; the reply's own event has its text."""

    id: str
    conversation_id: str
    seq: int
    parent_id: str
    author_id: str
    show_in_conversation: Literal[True]
    created_at: Timestamp


class MessageGone(Answer):
    """All that is left of a message which was deleted for good."""

    id: str
    conversation_id: str
    seq: int


class ReactedUsers(Answer):
    """How many users reacted so, and who, as far as they are named: the first fifty."""

    count: int
    users: list[str]


class Annotations(Answer):
    """What others hang on a message: reactions, votes, and how many replies its thread has."""

    message_id: str
    reactions: dict[str, ReactedUsers]
    reply_count: int
    last_reply_at: Timestamp | None
    poll_results: PollResults | None = Field(description="What votes in its poll have come to; null before the first")


class PollState(Annotations):
    """What the votes in a message's poll have come to, with all else that hangs on the message."""

    poll_results: PollResults


class VoteState(Answer):
    """What a user votes for in a message's poll."""

    message_id: str
    user_id: str
    options: list[str] = Field(description="Ids of options; none where the votes were taken back")


class ReactionState(Annotations):
    """One reaction that came or went, and all that there are now."""

    reaction: str
    user_id: str | None = Field(description="Null past the users that are named")


class ConversationState(Answer):
    """A conversation, without what differs from member to member."""

    id: str
    type: ConversationType
    declared_type: str | None = Field(
        description="The tenant's own type, which says what roles may; null, the built-in"
    )
    name: str | None
    avatar_url: str | None
    created_by: str | None
    created_at: Timestamp
    updated_at: Timestamp
    archived_at: Timestamp | None
    frozen: bool = Field(description="Only moderators and above, and the tenant's back end, write")
    slow_mode_seconds: int = Field(description="How long a member waits after a message; 0, no time")
    join_requests: bool = Field(description="Who wants to join asks its admins")
    team: str | None = Field(description="For whose members it is; null, for everybody")
    last_seq: int | None
    truncated_seq: int = Field(description="Nothing up to this number is shown to anybody; 0 where nothing is gone")


class ConversationDetails(Answer):
    """The custom data of a conversation, and what its new members see of its history."""

    id: str
    history: str | None
    custom: dict[str, Any]


class MemberState(Answer):
    """What other members may know of a member."""

    conversation_id: str
    user_id: str
    role: Role
    joined_at: Timestamp
    read_seq: int | None
    read_at: Timestamp | None
    delivered_seq: int | None
    delivered_at: Timestamp | None


class OwnMemberState(MemberState):
    """What only the member knows."""

    muted: bool
    muted_until: Timestamp | None
    push_level: str | None
    push_until: Timestamp | None
    hidden: Hidden | None = Field(description="How long it is hidden; null where it is not, or has been shown again")
    hidden_seq: int | None = Field(
        description="Hidden `until_message` until the conversation has one after this number"
    )
    archived_for_me: bool
    pinned: bool
    labels: list[str]
    visible_from: int = Field(description="Nothing up to this number is shown to the member")


class MutePlace(Answer):
    """Whose mute it is, and of whom."""

    muted_id: str
    user_id: str


class MuteState(MutePlace):
    """A user of whom nothing is pushed to another."""

    until: Timestamp | None = Field(description="Up to when; null, for good")
    created_at: Timestamp


class InviteState(Answer):
    """An invite."""

    conversation_id: str
    user_id: str
    invited_by: str
    created_at: Timestamp
    expires_at: Timestamp


class JoinRequestState(Answer):
    """A request to join."""

    conversation_id: str
    user_id: str
    text: str | None
    created_at: Timestamp


class InviteName(Answer):
    """All that is left of an invite, or of a request to join."""

    conversation_id: str
    user_id: str


class ThreadState(Answer):
    """Whether a user follows a thread, and how far they have read in it."""

    id: str = Field(description="The message that the replies hang on")
    conversation_id: str
    user_id: str
    following: bool
    read_seq: int | None
    read_at: Timestamp | None


class DraftState(Draft):
    """What a user has not sent yet."""

    user_id: str


class DraftPlace(Answer):
    """Whose draft it was, and where for."""

    conversation_id: str
    parent_id: str | None
    user_id: str


class OwnBookmark(BookmarkState):
    """A message that a user keeps; `GET /v1/messages/{message_id}` shows it."""

    user_id: str


class BookmarkPlace(Answer):
    """Whose bookmark it was, and of what."""

    message_id: str
    conversation_id: str
    user_id: str


class OwnScheduledMessage(ScheduledMessage):
    """A message that a user has sent later."""

    user_id: str


class ModerationDecision(OwnDecision):
    """What moderators decided about a message of a user's, and the user's appeal."""

    user_id: str


class ScheduledMessageGone(Answer):
    """What is left of a message that was to be sent later."""

    id: str
    conversation_id: str
    message_id: str | None = Field(description="The message that it was sent as; null where it was taken back")
    user_id: str


class MemberName(Answer):
    """A user and a conversation."""

    conversation_id: str
    user_id: str


class UserState(Answer):
    """A user's profile."""

    id: str
    name: str | None
    avatar_url: str | None
    custom: dict[str, Any]
    languages: list[Language] | None
    role: str | None
    teams: list[str] | None
    deactivated_at: Timestamp | None


class UserName(Answer):
    """All that is left of a user who was erased."""

    id: str


class MediaState(Answer):
    """What became of a file; `GET /v1/media/{id}` has the rest."""

    id: str
    status: Literal["ready", "rejected"]
    reason: str | None


class SavedSearchMatch(Answer):
    """A saved search, and the message that it newly finds: `GET /v1/messages/{message_id}` shows it."""

    id: str
    name: str
    q: str
    matches: int
    last_matched_at: Timestamp | None
    message_id: str
    conversation_id: str
