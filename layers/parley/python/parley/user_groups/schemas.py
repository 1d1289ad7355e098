"""What crosses the wire about user groups."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from parley.ids import ConversationId, UserId
from parley.texts import check_note
from parley.wire import Answer, Body, Change, Name, Timestamp

MOST_NAMED = 100
"""Users that one call adds or takes out."""
GroupId = ConversationId
"""The id of a user group: as all that are made of a moment or a key."""
MentionedGroups = Annotated[list[GroupId], Field(max_length=5)]
"""The groups that a message mentions."""
_RESERVED = frozenset({"all", "channel", "everyone", "here", "me"})
"""What other chats mean by these is not a group of users."""


def _check_handle(handle: str) -> str:
    if handle in _RESERVED:
        raise ValueError(f"reserved are {', '.join(sorted(_RESERVED))}")
    return handle


Handle = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$"),
    AfterValidator(_check_handle),
    Field(description="How people name it, without the `@`: no other group of the tenant has it"),
]
Description = Annotated[str, StringConstraints(min_length=1, max_length=250), AfterValidator(check_note)]


class CreateUserGroup(Body):
    """A group of users to make."""

    handle: Handle
    name: Name
    description: Description | None = None


class UpdateUserGroup(Change):
    """What to change of a group; what is left out stays. Null takes the description away."""

    nullable = frozenset({"description"})

    handle: Handle | None = None
    name: Name | None = None
    description: Description | None = None


class UserGroup(Answer):
    """A group of a tenant's users, whom a message may mention together."""

    id: str
    handle: str
    name: str
    description: str | None
    member_count: int
    created_at: Timestamp
    updated_at: Timestamp
    version: int


class GroupMember(Answer):
    """A user who is in a group."""

    user_id: str
    added_at: Timestamp


class NamedUsers(Body):
    """Users to add to a group, or to take out of it."""

    user_ids: list[UserId] = Field(min_length=1, max_length=MOST_NAMED)


class AddedToGroup(Answer):
    """What came of adding one user; `full` where the group has as many members as it may."""

    user_id: str
    status: Literal["added", "already_member", "not_found", "full"]


class AddedAllToGroup(Answer):
    """One result for each user that was named, in that order."""

    data: list[AddedToGroup]


class TakenFromGroup(Answer):
    """What came of taking one user out."""

    user_id: str
    status: Literal["removed", "not_member"]


class TakenAllFromGroup(Answer):
    """One result for each user that was named, in that order."""

    data: list[TakenFromGroup]
