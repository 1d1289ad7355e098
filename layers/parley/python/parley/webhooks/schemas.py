"""What crosses the wire about webhooks."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from parley.streams.envelope import SOCKETS_ALONE, EventType
from parley.texts import check_note
from parley.wire import Answer, Body, Change, Page, Timestamp

Description = Annotated[str, StringConstraints(max_length=200), AfterValidator(check_note)]
EndpointUrl = Annotated[str, StringConstraints(min_length=1, max_length=512)]


def _check_events(chosen: list[EventType]) -> list[EventType]:
    if SOCKETS_ALONE & set(chosen):
        raise ValueError("typing, presence, drafts, bookmarks and what is sent later are told to sockets alone")
    return chosen


Events = Annotated[
    list[EventType],
    AfterValidator(_check_events),
    Field(max_length=50, description="The types of events to send; empty is all"),
]
LONGEST_OVERLAP_SECONDS = 7 * 24 * 3600
DeliveryStatus = Literal["pending", "delivered", "failed", "discarded"]


class CreateWebhook(Body):
    """A server of the tenant's that is to be told what happens."""

    url: EndpointUrl = Field(description="https, on the public internet; redirects are not followed")
    events: Events = Field(default_factory=list)
    description: Description | None = None


class UpdateWebhook(Change):
    """What to change; what is not named stays. To enable a webhook closes its circuit."""

    nullable = frozenset({"description"})

    url: EndpointUrl | None = None
    events: Events | None = None
    description: Description | None = None
    enabled: bool | None = None


class RotateSecret(Body):
    """Make a new secret; the one before signs beside it for a while."""

    overlap_seconds: int = Field(24 * 3600, ge=0, le=LONGEST_OVERLAP_SECONDS)


class Webhook(Answer):
    """A webhook. Parley disables one that answers 410, and one that has failed for a day: `disabled_by` is `parley`."""

    id: str
    url: str
    events: list[EventType]
    description: str | None = None
    enabled: bool
    disabled_at: Timestamp | None = None
    disabled_by: Literal["tenant", "parley"] | None = None
    disabled_reason: str | None = None
    created_at: Timestamp
    updated_at: Timestamp
    version: int


class NewWebhook(Webhook):
    """A webhook as its creation and the rotation of its secret show it, once."""

    secret: str = Field(description="Signs every delivery; it is never shown again")


class Webhooks(Answer):
    """All webhooks of a tenant, oldest first."""

    data: list[Webhook]


class Delivery(Answer):
    """One event on its way to one endpoint. `failure` says what kept the server from answering, where it did not."""

    id: str
    event_id: str
    event_type: str
    status: DeliveryStatus
    attempts: int
    created_at: Timestamp
    attempted_at: Timestamp | None = None
    next_attempt_at: Timestamp | None = None
    response_status: int | None = None
    response: str | None = Field(None, description="The beginning of what the server answered")
    failure: str | None = None
    duration_ms: int | None = None


class DeliveryPage(Page[Delivery]):
    """Deliveries, newest event first."""


class Redriven(Answer):
    """How many deliveries that had been given up are being tried again."""

    redriven: int
