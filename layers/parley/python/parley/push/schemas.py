"""What crosses the wire about push notifications: devices, and what their user wants to be told of."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from parley.wire import Answer, Body, Moment, Timestamp

Platform = Literal["apns", "apns_sandbox", "fcm"]
Level = Literal["all", "mentions", "none"]
Token = Annotated[str, StringConstraints(min_length=16, max_length=2048, pattern=r"^[\x21-\x7e]+$")]
APNS_TOKEN = frozenset("0123456789abcdefABCDEF")


class RegisterDevice(Body):
    """A device that takes push notifications for the caller, and the token that its push service gave it."""

    platform: Platform
    token: Token = Field(description="As the push service gave it; an APNs token in hexadecimal digits")

    @model_validator(mode="after")
    def _looks_like_a_token_of_the_platform(self) -> Self:
        if self.platform != "fcm" and not set(self.token) <= APNS_TOKEN:
            raise ValueError("an APNs token consists of hexadecimal digits")
        return self


class Device(Answer):
    """A device of the caller's. Its token is not shown."""

    id: str
    platform: Platform
    created_at: Timestamp
    registered_at: Timestamp = Field(description="When the app last registered it")


class Devices(Answer):
    """All devices of the caller, the one registered last first."""

    data: list[Device]


class SetNotifications(Body):
    """What to be told of by push, for good or until a moment; after it, as if nothing had been set."""

    level: Level = Field(
        description="`mentions` lets through what names the caller, direct messages and replies to the caller's own"
    )
    until: Moment | None = None


class Notifications(Answer):
    """What the caller is told of by push, in all conversations that have no setting of their own."""

    level: Level
    until: Timestamp | None = None


class ConversationNotifications(Answer):
    """What the caller is told of by push in one conversation; null is what holds for all of them."""

    conversation_id: str
    level: Level | None = None
    until: Timestamp | None = None
