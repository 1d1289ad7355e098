"""Events of the moment: told to sockets, and kept nowhere."""

from typing import Literal

from infrastructure.contract.events.data import MemberName
from infrastructure.contract.events.envelope import OfConversation, OfTenant
from parley.realtime.schemas import CustomEvent, EphemeralMessage, UserPresence


class TypingStarted(OfConversation):
    """A member has begun to type; told to sockets that watch the conversation alone."""

    type: Literal["typing.started"]
    data: MemberName


class TypingStopped(OfConversation):
    """A member has ceased to type; told to sockets that watch the conversation alone."""

    type: Literal["typing.stopped"]
    data: MemberName


class CustomEventSent(OfConversation):
    """An app told something that only it understands; told to sockets that watch the conversation alone."""

    type: Literal["custom_event.sent"]
    data: CustomEvent


class EphemeralMessageSent(OfConversation):
    """A message that one member alone sees; told to the member's sockets alone, and kept nowhere."""

    type: Literal["ephemeral_message.sent"]
    data: EphemeralMessage


class PresenceChanged(OfTenant):
    """A user came online, went offline or says something else of themselves; told to sockets alone."""

    type: Literal["presence.changed"]
    data: UserPresence
