"""What crosses the wire about types of conversations."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from parley.identity.tenant_settings import LONGEST_RETENTION_DAYS
from parley.permissions.roles import Least, Permission
from parley.wire import Answer, Body, Timestamp

BUILT_IN = ("direct", "group", "channel")
Like = Literal["group", "channel"]


TypeName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]


def _check_declared(name: str) -> str:
    if name in BUILT_IN:
        raise ValueError("a type that is built in is no declared type")
    return name


DeclaredType = Annotated[TypeName, AfterValidator(_check_declared)]
"""The name of a type that a tenant has declared."""


class PutConversationType(Body):
    """What a type is built like, and for each action the lowest role that may take it where that is not the default."""

    like: Like = Field(description="What it does in all else: who finds and joins it. It stays so")
    permissions: dict[Permission, Least] = Field(
        default_factory=dict,
        description="What is not named is as in a built-in type of which the tenant has said nothing",
    )
    retention_days: int | None = Field(
        None,
        ge=0,
        le=LONGEST_RETENTION_DAYS,
        description="After how many days messages go in conversations of this type; 0 is never, null as the tenant's "
        "settings say of what it is built like. Those of built-in types are settings alone",
    )


class DeclaredConversationType(Answer):
    """A type of conversations with all that roles may in it."""

    name: str = Field(description="`direct`, `group`, `channel`, or a name that the tenant has declared")
    like: Literal["direct", "group", "channel"] = Field(description="What it does in all else: a conversation's `type`")
    built_in: bool
    used: bool = Field(description="Conversations have been made of it: it can be changed, and not be deleted")
    permissions: dict[Permission, Least] = Field(description="For each action the lowest role that may take it")
    retention_days: int | None = Field(
        description="After how many days messages go; 0 is never, null as the tenant's settings say of what it is "
        "built like. Told to the tenant's back end alone, to others it is null"
    )
    updated_at: Timestamp | None = Field(description="Null for a built-in type that is as it came")
    version: int


class ConversationTypes(Answer):
    """The built-in types first, then those that the tenant has declared, in the order of their names."""

    data: list[DeclaredConversationType]
