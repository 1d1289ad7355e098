"""What crosses the wire about drafts."""

from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, model_validator

from parley.ids import UserId
from parley.messaging.messages.schemas import MAX_ATTACHMENTS, MessageText
from parley.user_groups.schemas import MentionedGroups
from parley.wire import Answer, Body, Custom, Timestamp

MOST_BYTES = 16 * 1024
"""Of all that a draft says: a list reads whole drafts."""


class PutDraft(Body):
    """What a message will say, as far as it has been written. An empty draft is deleted instead."""

    text: MessageText = ""
    attachments: list[Annotated[str, StringConstraints(min_length=1, max_length=80)]] = Field(
        default_factory=list, max_length=MAX_ATTACHMENTS, description="Ids of media that the caller has uploaded"
    )
    mentions: list[UserId] = Field(default_factory=list, max_length=100)
    mentioned_groups: MentionedGroups = Field(default_factory=list)
    show_in_conversation: bool = Field(default=False, description="Of a thread reply, as when it is sent")
    quoted_message_id: str | None = Field(None, max_length=80, description="The message that it quotes")
    custom: Custom = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_kept(self) -> Self:
        if not (self.text or self.attachments or self.custom):
            raise ValueError("a draft has a text, an attachment or custom data")
        if len(self.model_dump_json().encode(errors="replace")) > MOST_BYTES:
            raise ValueError("a draft is at most 16 KiB of JSON")
        return self


class Draft(Answer):
    """A message that the caller has not sent yet: it has the fields that a message is sent with."""

    conversation_id: str
    parent_id: str | None = Field(description="The message that it replies to, in its thread")
    text: str
    attachments: list[str] = Field(description="Ids of media")
    mentions: list[str]
    mentioned_groups: list[str]
    show_in_conversation: bool
    quoted_message_id: str | None
    custom: dict[str, Any]
    updated_at: Timestamp
    version: int
