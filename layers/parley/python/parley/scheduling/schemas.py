"""What crosses the wire about messages that are sent later."""

from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from parley.messaging.messages.kinds import Location
from parley.messaging.messages.schemas import SendMessage
from parley.wire import Answer, Body, Moment, Timestamp

MOST_BYTES = 24 * 1024
"""Of a message as JSON: a list reads whole messages."""


def _check_size(message: SendMessage) -> SendMessage:
    if len(message.model_dump_json(exclude_defaults=True).encode(errors="replace")) > MOST_BYTES:
        raise ValueError("a message that is sent later is at most 24 KiB of JSON")
    return message


class ScheduleMessage(Body):
    """A message to send later."""

    message: SendMessage = Field(description="As it is sent at once")
    send_at: Moment = Field(description="A minute to a year ahead")

    @field_validator("message")
    @classmethod
    def _fits(cls, message: SendMessage) -> SendMessage:
        return _check_size(message)


class UpdateScheduledMessage(Body):
    """What is to be sent, and when, from now on; what is left out stays as it is."""

    message: SendMessage | None = None
    send_at: Moment | None = Field(None, description="A minute to a year ahead")

    @field_validator("message")
    @classmethod
    def _fits(cls, message: SendMessage | None) -> SendMessage | None:
        return None if message is None else _check_size(message)

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if self.message is None and self.send_at is None:
            raise ValueError("name something to change")
        return self


class MessageToSend(Answer):
    """A message as it will be sent."""

    conversation_id: str
    parent_id: str | None
    text: str
    attachments: list[str] = Field(description="Ids of media")
    quoted_message_id: str | None
    mentions: list[str]
    mentioned_groups: list[str]
    show_in_conversation: bool
    type: str
    silent: bool
    location: Location | None
    poll: dict[str, Any] | None = Field(description="The poll that it asks, as it is sent")
    custom: dict[str, Any]


class Failure(Answer):
    """Why a message was not sent: the problem that its send was refused with."""

    code: str
    status: int
    title: str
    detail: str


class ScheduledMessage(Answer):
    """A message that is to be sent later."""

    id: str
    status: Literal["scheduled", "sending", "failed"] = Field(
        description="`sending`: its moment has come, and it can be changed no more; `failed`: it was refused for good"
    )
    message: MessageToSend
    send_at: Timestamp
    failure: Failure | None = Field(description="Why it failed")
    created_at: Timestamp
    updated_at: Timestamp
    version: int
