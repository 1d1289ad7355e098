"""The envelope of all events."""

from typing import Literal

from pydantic import Field

from parley.wire import Answer, Timestamp


class Envelope(Answer):
    spec: Literal["parley.event/1"]
    id: str = Field(description="The same for every delivery of this event")
    tenant_id: str
    entity_id: str = Field(description="What `version` is counted for")
    version: int = Field(description="Grows with every change of the entity: drop what is lower than what you have")
    created_at: Timestamp = Field(description="When it happened")
    actor_id: str | None = Field(description="Who did it, where that is known")
    changed: list[str] = Field(description="The fields that an update changed")


class OfMessage(Envelope):
    conversation_id: str
    seq: int = Field(description="The message's position in its conversation or, for a reply, its thread")


class OfConversation(Envelope):
    conversation_id: str
    seq: None


class OfTenant(Envelope):
    conversation_id: None
    seq: None
