"""Events of a change: those that one write causes, each with what `present` needs to show its state.

A `StreamEvent` carries no state. `present` takes it from an image: the record's own (a webhook tells what happened
then), or the item as it is now (realtime and replay never show an older state after a newer).
"""

from collections.abc import Mapping
from typing import Any

from parley import clock
from parley.identity import stored_settings
from parley.ids import MessageAddress
from parley.permissions.checking import Seat, allows
from parley.permissions.roles import Permission
from parley.streams import conversation_events, states, user_events
from parley.streams.changes import Change
from parley.streams.envelope import Event, EventType
from parley.streams.stream_event import StreamEvent
from parley.tables.attributes import RawItem, number, text

RECEIPTS = frozenset({"read.updated", "delivered.updated"})
"""What a tenant that hides receipts tells nobody but the member."""
COALESCED = RECEIPTS | {"poll.updated"}
"""What is told to sockets once a batch for each of its subjects, in its last state: the others would say the same."""
RECEIPT_FIELDS = ("delivered_at", "delivered_seq", "read_at", "read_seq")
STANDS_BY: dict[str, str] = {
    "appeal.decided": "answered_at",
    "bookmark.due": "reminded_at",
    "conversation.archived": "archived_at",
    "scheduled_message.failed": "failure",
}
"""What an item has as long as such an event of it is true."""
TOLD_TO: Mapping[str, Permission] = {"join_request": "review_join_requests", "membership": "see_members"}
"""Of which entities only those members are told whose role allows this, and whoever they are of."""
READERS = conversation_events.READERS | user_events.READERS
EVENT_ENTITIES = frozenset(READERS)
"""The entities whose changes tell events; a consumer of events need not be woken for others."""


def stream_events(change: Change) -> list[StreamEvent]:
    """The events of a change, none for what is internal (sequence numbers, gaps, member summaries) or imported."""
    if change.is_import:
        return []
    reader = READERS.get(change.entity)
    return [] if reader is None else list(reader(change))


def present(stream_event: StreamEvent, image: RawItem | None) -> Event:
    """The event with the state in an image of its item; without one, as of an item that is gone."""
    return Event(
        id=stream_event.id,
        type=stream_event.type,
        tenant_id=stream_event.tenant_id,
        conversation_id=stream_event.conversation_id,
        entity_id=stream_event.entity_id,
        seq=stream_event.seq,
        version=max(stream_event.version, version_of(image)),
        created_at=clock.to_datetime(stream_event.occurred_at),
        actor_id=stream_event.actor_id,
        data=_state(stream_event, image) | stream_event.subject,
        changed=list(stream_event.changed),
    )


def present_now(stream_event: StreamEvent, current: RawItem | None) -> Event | None:
    """The event with the state that its item has now; None where that contradicts what it tells.

    Whoever is told only this never sees an older state after a newer one, in whatever order records come: the state
    is never older than the record, and what contradicts it (a deletion, a return) tells itself in a record of its own.
    """
    if stream_event.gone:
        is_gone = current is None or (stream_event.type == "user.deleted" and "erased_at" in current)
        return present(stream_event, None) if is_gone else None
    if current is None or _contradicts(stream_event, current):
        return None
    return present(stream_event, None if "void" in current else current)


def _contradicts(stream_event: StreamEvent, current: RawItem) -> bool:
    """Whether what stands at the item's key now denies what happened to it.

    What stands there may be something else than what was written: a place that has been closed or emptied for good
    (`void`) has neither the message nor the reference any more, and tells nothing but that it is gone.
    """
    event_type = stream_event.type
    if event_type == "message.deleted":
        return "void" not in current and "deleted_at" not in current
    if "void" in current or text(current, "entity") != stream_event.entity:
        return True
    if event_type in {"message.created", "message.updated"}:
        return "deleted_at" in current
    if event_type in {"reaction.added", "reaction.removed"}:
        reaction, user_id = stream_event.subject["reaction"], stream_event.subject["user_id"]
        reacted = (reaction, user_id) in states.reactors(current)
        return user_id is not None and reacted != (event_type == "reaction.added")
    if event_type in STANDS_BY:
        return STANDS_BY[event_type] not in current
    return stream_event.entity == "user" and _contradicts_user(event_type, current)


def _contradicts_user(event_type: EventType, current: RawItem) -> bool:
    if event_type in {"user.deactivated", "user.reactivated"}:
        return "erased_at" in current or ("deactivated_at" in current) != (event_type == "user.deactivated")
    return event_type == "user.updated" and "erased_at" in current


def without_receipts(stream_event: StreamEvent, event: Event) -> Event:
    """The event as a tenant that hides receipts tells it: what it says of a member is not how far they have read."""
    if stream_event.entity != "membership" or stream_event.private or stream_event.type in RECEIPTS:
        return event
    hidden = dict.fromkeys(name for name in RECEIPT_FIELDS if name in event.data)
    return event.model_copy(update={"data": event.data | hidden})


def for_webhooks(event: Event) -> Event:
    """The event as a tenant's server is told it: what a user notes for themselves is nobody else's."""
    return event.model_copy(update={"data": event.data | {"note": None}}) if event.type == "bookmark.due" else event


def version_of(image: RawItem | None) -> int:
    return number(image or {}, "version")


def _state(stream_event: StreamEvent, image: RawItem | None) -> dict[str, Any]:
    if image is None or stream_event.gone:
        return {}
    if stream_event.private and stream_event.entity == "membership":
        return states.own_membership_state(image)
    return states.STATES[stream_event.entity](image)


def events_of(change: Change) -> list[Event]:
    """The events of a change with the state that its record carries."""
    return [present(stream_event, change.image) for stream_event in stream_events(change)]


def events_for_webhooks(change: Change) -> list[Event]:
    """The events of a change as a tenant's server is told them: a message that one user alone is shown is named so."""
    told = [for_webhooks(event) for event in events_of(change)]
    if change.entity != "shadowed_message":
        return told
    return [each.model_copy(update={"type": "message.shadowed"}) for each in told if "reference" not in change.image]


def may_be_told(stream_event: StreamEvent, membership: RawItem) -> bool:
    """Whether a member's role lets them be told of an event."""
    permission = TOLD_TO.get(stream_event.entity)
    if permission is None or stream_event.owner == text(membership, "user_id"):
        return True
    return seat_allows(stream_event.tenant_id, membership, permission)


def seat_allows(tenant_id: str, membership: RawItem, permission: Permission) -> bool:
    """Whether a member's role allows it, by the tenant's types as they were within the last minute."""
    return allows(Seat.read(tenant_id, stored_settings.conversation_types(tenant_id), membership), permission)


def conversation_seq(stream_event: StreamEvent) -> int | None:
    """The number in the conversation that decides who may see the event: a reply's is its root's, unless it is shown.

    None where the event is about no message.
    """
    if stream_event.entity not in {"message", "reference", "annotations", "vote"}:
        return None
    address = MessageAddress.parse(stream_event.entity_id.partition("/")[0])
    return None if address is None else stream_event.shown_seq or address.root_seq or address.seq
