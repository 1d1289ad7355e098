"""What crosses the wire about invites."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from parley.ids import UserId
from parley.messaging.vocabulary import MAX_MEMBERS_PER_CALL, ConversationType
from parley.texts import check_note
from parley.wire import Answer, Body, Timestamp

WEEK_SECONDS = 7 * 24 * 3600
Lifetime = Annotated[int, Field(ge=60, le=365 * 24 * 3600, description="How long it holds, in seconds")]


class InviteUsers(Body):
    """Users to invite."""

    user_ids: list[UserId] = Field(min_length=1, max_length=MAX_MEMBERS_PER_CALL)
    expires_in_seconds: Lifetime = WEEK_SECONDS


InvitedStatus = Literal["invited", "already_member", "not_found", "banned", "blocked", "not_in_team"]


class InvitedUser(Answer):
    """What came of inviting one user; `blocked` who has blocked the caller, `not_in_team` who is not in its team."""

    user_id: str
    status: InvitedStatus


class InvitedUsers(Answer):
    """One result for each user that was named, in that order."""

    data: list[InvitedUser]


class Invite(Answer):
    """A user who may join."""

    conversation_id: str
    user_id: str
    invited_by: str
    created_at: Timestamp
    expires_at: Timestamp


class OwnInvite(Invite):
    """An invite with what there is to know of the conversation before one joins."""

    type: ConversationType
    declared_type: str | None
    name: str | None
    avatar_url: str | None


class CreateInviteLink(Body):
    """How long the link holds, and for how many."""

    expires_in_seconds: Lifetime = WEEK_SECONDS
    max_uses: int | None = Field(None, ge=1, le=10_000, description="How many may join by it; null, any number")


class InviteLink(Answer):
    """A link by which whoever has it may join, without its token."""

    id: str
    conversation_id: str
    created_by: str
    created_at: Timestamp
    expires_at: Timestamp
    max_uses: int | None
    uses: int = Field(description="How many have joined by it")


class InviteLinks(Answer):
    """All of a conversation's links."""

    data: list[InviteLink]


class NewInviteLink(InviteLink):
    """A link with its token, which is shown this once."""

    token: str = Field(description="What to put into a link of your own; who sends it back may join")


class JoinByLink(Body):
    """The token of an invite link."""

    token: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,200}$")]


class AskToJoin(Body):
    """What the user says to the admins."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(check_note)] | None = None


class JoinRequest(Answer):
    """A user who would like to join."""

    conversation_id: str
    user_id: str
    text: str | None
    created_at: Timestamp


class OwnJoinRequest(JoinRequest):
    """A request with what there is to know of the conversation: null once it takes none, or is another team's."""

    type: ConversationType | None
    name: str | None
    avatar_url: str | None
