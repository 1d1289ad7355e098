"""What kinds of messages there are: their types, who writes those of a tenant's back end, and places."""

from typing import Annotated, Final

from pydantic import Field, StringConstraints

from parley.errors import ActingUserRequired, ServerTokenRequired
from parley.identity.caller import Caller
from parley.messaging.items import MessageItem
from parley.wire import Answer, Body, Name

REGULAR: Final = "regular"
SYSTEM: Final = "system"

MessageType = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.-]{0,39}$")]
Degrees = Annotated[float, Field(allow_inf_nan=False)]


class Location(Answer):
    """A place on earth (WGS 84), as a message shows it."""

    latitude: float
    longitude: float
    name: str | None = None
    accuracy: float | None = Field(None, description="In metres: how far off it may be")


class NewLocation(Body):
    """A place on earth (WGS 84)."""

    latitude: Annotated[Degrees, Field(ge=-90, le=90)]
    longitude: Annotated[Degrees, Field(ge=-180, le=180)]
    name: Name | None = None
    accuracy: Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)] | None = Field(
        None, description="In metres: how far off it may be"
    )


def check_type(caller: Caller, message_type: str) -> None:
    """Refuse a type that is not the caller's to send, and whoever speaks for nobody with another one.

    A tenant's back end alone sends system messages: for a user, or for none. Raises `ServerTokenRequired`,
    `ActingUserRequired`.
    """
    if message_type == SYSTEM and not caller.is_server:
        raise ServerTokenRequired
    if message_type != SYSTEM and not caller.user_id:
        raise ActingUserRequired


def is_by_system(item: MessageItem) -> bool:
    return bool(item.type == SYSTEM)
