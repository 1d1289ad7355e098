"""Events of messages and of what hangs on them."""

from typing import Literal

from infrastructure.contract.events.data import (
    Annotations,
    MessageGone,
    PollState,
    ReactionState,
    Reference,
    ReplyPlace,
    VoteState,
)
from infrastructure.contract.events.envelope import OfMessage
from parley.messaging.messages.schemas import MessageContent


class MessageCreated(OfMessage):
    """A message was sent, or a thread reply took its place in the conversation."""

    type: Literal["message.created"]
    data: MessageContent | ReplyPlace | Reference


class MessageUpdated(OfMessage):
    """A message was edited, pinned or unpinned, shows a file otherwise, or its thread has another reply."""

    type: Literal["message.updated"]
    data: MessageContent | Annotations | Reference


class MessageDeleted(OfMessage):
    """A message was deleted: a tombstone is left, or nothing but its place."""

    type: Literal["message.deleted"]
    data: MessageContent | MessageGone | Reference


class MessageShadowed(OfMessage):
    """A user who is shadow-banned sent, edited or deleted a message that only they are shown; for webhooks alone."""

    type: Literal["message.shadowed"]
    data: MessageContent


class ReactionAdded(OfMessage):
    """A user reacted to a message."""

    type: Literal["reaction.added"]
    data: ReactionState | Reference


class ReactionRemoved(OfMessage):
    """A user took a reaction back."""

    type: Literal["reaction.removed"]
    data: ReactionState | Reference


class PollUpdated(OfMessage):
    """Users have voted in a message's poll, taken votes back, or it was closed. Several votes are told as one event.

    A poll that closes at its time tells nothing then: `closes_at` says so beforehand.
    """

    type: Literal["poll.updated"]
    data: PollState | Reference


class PollVoted(OfMessage):
    """A user has voted in a poll that is not anonymous, or taken their votes back; told to the user alone."""

    type: Literal["poll.voted"]
    data: VoteState | Reference
