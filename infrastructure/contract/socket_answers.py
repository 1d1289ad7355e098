"""What a socket answers to the actions of a client."""

from typing import Literal

from pydantic import Field

from parley.messaging.members.schemas import DeliveredStates, ReadState
from parley.realtime.schemas import UserPresence
from parley.wire import Answer, Timestamp


class Ack(Answer):
    """An action was done."""

    type: Literal["ack"]
    action: Literal["typing.start", "typing.stop", "event.send", "unwatch"]
    request_id: str | None = Field(description="As the action had it")


class Pong(Answer):
    """The connection lives."""

    type: Literal["pong"]
    action: Literal["ping"]
    request_id: str | None
    time: Timestamp


class ReadAck(ReadState):
    """The read pointer was moved."""

    type: Literal["ack"]
    action: Literal["read"]
    request_id: str | None


class DeliveredAck(DeliveredStates):
    """How far messages have reached the caller."""

    type: Literal["ack"]
    action: Literal["delivered"]
    request_id: str | None


class WatchAck(Answer):
    """The conversation is watched; how its first hundred members show now."""

    type: Literal["ack"]
    action: Literal["watch"]
    request_id: str | None
    conversation_id: str
    presence: list[UserPresence]


class SocketError(Answer):
    """An action was refused."""

    type: Literal["error"]
    action: str | None
    request_id: str | None
    problem: str = Field(description="A stable URI: `urn:parley:problem:<code>`")
    code: str
    title: str
    detail: str
    retryable: bool = Field(description="Whether the same action may succeed later")


ANSWERS: dict[str, tuple[type[Answer], ...]] = {
    "ping": (Pong, SocketError),
    "typing.start": (Ack, SocketError),
    "typing.stop": (Ack, SocketError),
    "event.send": (Ack, SocketError),
    "read": (ReadAck, SocketError),
    "delivered": (DeliveredAck, SocketError),
    "watch": (WatchAck, SocketError),
    "unwatch": (Ack, SocketError),
}
"""What each action of a client is answered with."""
