"""What crosses the wire about users."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from parley.identity.teams import MOST_TEAMS, Team
from parley.identity.tenant_settings import Language
from parley.ids import UserId
from parley.texts import check_note
from parley.wire import Answer, Body, Custom, Moment, Name, Page, Timestamp, Url

MOST_USERS = 100
"""That one call names."""
UserRole = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$"),
    Field(description="What the user is in the tenant's app; it gives no rights in Parley. A server token sets it"),
]


class PutUser(Body):
    """A user to create or change; what is not named stays.

    Null takes `avatar_url`, `languages`, `role` and `teams` away.
    """

    name: Name | None = Field(None, description="A new user without a name is called by the id")
    avatar_url: Url | None = None
    custom: Custom | None = None
    languages: list[Language] | None = Field(
        None,
        min_length=1,
        max_length=5,
        strict=False,
        description="Languages that the user writes and reads, which search takes their words for",
    )
    role: UserRole | None = None
    teams: list[Team] | None = Field(
        None, min_length=1, max_length=MOST_TEAMS, description="All teams of the user; a server token sets them"
    )

    @model_validator(mode="after")
    def _null_takes_only_these_away(self) -> Self:
        for name in self.model_fields_set - {"avatar_url", "languages", "role", "teams"}:
            if getattr(self, name) is None:
                raise ValueError(f"{name} cannot be null")
        return self


class User(Answer):
    """A user of a tenant's app."""

    id: str
    name: str
    avatar_url: str | None = None
    custom: dict[str, Any] = Field(default_factory=dict)
    languages: list[Language] | None = None
    role: str | None = None
    teams: list[str] | None = Field(None, description="The user's teams; of another's, those that the caller shares")
    deactivated_at: Timestamp | None = Field(None, description="Since when the tenant has deactivated the user")
    created_at: Timestamp
    updated_at: Timestamp
    version: int


class PutShadowBan(Body):
    """Let nobody else be shown what a user posts."""

    reason: Annotated[str, StringConstraints(max_length=200), AfterValidator(check_note)] | None = None
    until: Moment | None = Field(None, description="Up to when; null, for good")


class ShadowBan(Answer):
    """A user of whom nobody else is shown what they post, which they are not told."""

    user_id: str
    reason: str | None
    until: Timestamp | None = Field(description="Up to when; null, for good")
    created_at: Timestamp


class UserSummary(Answer):
    """A user as the directory shows one."""

    id: str
    name: str
    avatar_url: str | None = None


class UserPage(Page[UserSummary]):
    """A page of the directory, by name without regard to case, then by id."""


class PutOneUser(PutUser):
    """One of many users to create or change."""

    id: UserId


class PutUsers(Body):
    """Users to create or change, each named once."""

    users: list[PutOneUser] = Field(min_length=1, max_length=MOST_USERS)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({user.id for user in self.users}) < len(self.users):
            raise ValueError("each user is named once")
        return self


PutStatus = Literal["created", "updated", "unchanged", "refused"]


class PutOutcome(Answer):
    """What came of one user of many. Where it was refused, `code` and `detail` are those that a call of its own has."""

    id: str
    status: PutStatus
    user: User | None = Field(None, description="The user as they are now; null where it was refused")
    code: str | None = None
    detail: str | None = None


class PutUsersOutcome(Answer):
    """One result for each user that was named, in that order."""

    data: list[PutOutcome]
