"""What crosses the wire about users."""

from typing import Any, Self

from pydantic import Field, model_validator

from parley.identity.tenant_settings import Language
from parley.wire import Answer, Body, Custom, Name, Page, Timestamp, Url


class PutUser(Body):
    """A user to create or change; what is not named stays. `avatar_url` and `languages` are taken away by null."""

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

    @model_validator(mode="after")
    def _null_takes_only_these_away(self) -> Self:
        for name in self.model_fields_set - {"avatar_url", "languages"}:
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
    created_at: Timestamp
    updated_at: Timestamp
    version: int


class UserSummary(Answer):
    """A user as the directory shows one."""

    id: str
    name: str
    avatar_url: str | None = None


class UserPage(Page[UserSummary]):
    """A page of the directory, by name without regard to case, then by id."""
