"""What crosses the wire about reactions."""

from typing import Annotated

from pydantic import StringConstraints

from parley.messaging.messages.schemas import ReactionSummary
from parley.wire import Answer, Body


class React(Body):
    """A reaction: one emoji, or a `:name:` of up to 32 characters."""

    reaction: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class ReactionCounts(Answer):
    """All reactions to a message, as the caller sees them."""

    message_id: str
    reactions: dict[str, ReactionSummary]


class Reaction(Answer):
    """Who reacted, with what."""

    reaction: str
    user_id: str
