"""From stored messages that are sent later to what their author sees."""

from typing import Literal, cast

from parley import clock
from parley.messaging.messages.schemas import SendMessage
from parley.scheduling.items import ScheduledItem
from parley.scheduling.schemas import Failure, MessageToSend, ScheduledMessage

Shown = Literal["scheduled", "sending", "failed"]


def message_of(item: ScheduledItem) -> SendMessage:
    return SendMessage.model_validate(item.message)


def scheduled_view(item: ScheduledItem) -> ScheduledMessage:
    """As its author sees it; what has been sent a moment ago and is not removed yet is still being sent."""
    return ScheduledMessage(
        id=item.scheduled_id,
        status="sending" if item.status == "sent" else cast("Shown", item.status),
        message=MessageToSend(**message_of(item).model_dump(mode="json")),
        send_at=clock.to_datetime(int(item.send_at)),
        failure=None if item.failure is None else Failure(**item.failure),
        created_at=clock.to_datetime(int(item.created_at)),
        updated_at=clock.to_datetime(int(item.updated_at)),
        version=int(item.version),
    )
