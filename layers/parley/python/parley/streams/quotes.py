"""What a message quotes, as its events tell it: as that is now, and only to whoever may see it.

`MessageContent.quoted_message` is null in the state that an event is made of: one event goes to many, of whom some see
less of the history than others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from parley.ids import MessageAddress
from parley.messaging.items import MessageItem
from parley.messaging.messages.quotes import is_seen, message_key
from parley.messaging.messages.views import quoted_view
from parley.settings import settings
from parley.streams import shared_reads
from parley.streams.changes import Change
from parley.streams.envelope import Event
from parley.tables.attributes import RawItem
from parley.tables.keys import Key


@dataclass(frozen=True, slots=True)
class Quote:
    """An event whose message shows what it quotes, for those who see what has this position in the conversation."""

    position: int
    event: Event


def place_of(change: Change) -> Key | None:
    """Where the message stands that a changed one quotes."""
    return _place(change.tenant_id, f"{change.conversation_id}-{change.text('quoted')}")


def read(events: Sequence[Event]) -> dict[Key, RawItem]:
    """What these events' messages quote. Nothing is read where none quotes another; 1 RRU for each that is quoted."""
    wanted = [at for event in events if (at := _quoted(event)) is not None]
    return shared_reads.read(settings().chat_table, wanted) if wanted else {}


def quote(event: Event, found: Mapping[Key, RawItem]) -> Quote | None:
    """The event with what its message quotes; None where that is nothing, or gone for good."""
    at = _quoted(event)
    item = None if at is None else MessageItem.read(found.get(at))
    if item is None or not is_seen(item, 0):
        return None
    data = event.data | {"quoted_message": quoted_view(item).model_dump(mode="json")}
    return Quote(item.position, event.model_copy(update={"data": data}))


def shown(event: Event, found: Mapping[Key, RawItem]) -> Event:
    """The event as a tenant's server is told it, which sees all messages."""
    told = quote(event, found)
    return event if told is None else told.event


def _quoted(event: Event) -> Key | None:
    return _place(event.tenant_id, event.data.get("quoted_message_id") or "")


def _place(tenant_id: str, message_id: str) -> Key | None:
    address = MessageAddress.parse(message_id)
    return None if address is None else message_key(tenant_id, address)
