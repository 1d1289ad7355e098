"""What crosses the wire about holds."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from parley.ids import ConversationId, UserId
from parley.texts import check_note
from parley.wire import Answer, Body, Moment, Timestamp

Reason = Annotated[
    str, StringConstraints(min_length=1, max_length=250, strip_whitespace=True), AfterValidator(check_note)
]


class PlaceHold(Body):
    """A hold to place on one conversation or on one user."""

    conversation_id: ConversationId | None = None
    user_id: UserId | None = Field(None, description="It covers the conversations that the user is or was in")
    reason: Reason = Field(description="Why it is placed, as the name of a matter")
    until: Moment | None = Field(None, description="When it ends; null, when it is released")

    @model_validator(mode="after")
    def _is_on_one(self) -> Self:
        if (self.conversation_id is None) == (self.user_id is None):
            raise ValueError("name either a conversation or a user")
        return self


class Hold(Answer):
    """A hold. One whose `until` has passed keeps nothing, and stays until it is released."""

    id: str
    conversation_id: str | None
    user_id: str | None
    reason: str
    placed_by: str | None = Field(description="The user for whom the back end placed it, where it named one")
    until: Timestamp | None
    created_at: Timestamp


class Holds(Answer):
    """All holds of a tenant, the oldest first."""

    data: list[Hold]
