"""One event of a change, and how it is made."""

from dataclasses import dataclass, field
from typing import Any

from parley.streams.changes import Change
from parley.streams.envelope import EventType, event_id
from parley.tables.keys import Key


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """One event to tell. `subject` names what of the item it is about (a reaction and who reacted).

    `private` is for the user `owner` alone; `gone` tells that the item was removed, so `subject` is all there is. `key`
    is where the item stands whose state the event shows, `shown_seq` the place of a reply in its conversation.
    """

    id: str
    type: EventType
    key: Key
    tenant_id: str
    entity: str
    entity_id: str
    version: int
    occurred_at: int
    conversation_id: str | None = None
    seq: int | None = None
    actor_id: str | None = None
    owner: str | None = None
    private: bool = False
    gone: bool = False
    changed: tuple[str, ...] = ()
    subject: dict[str, Any] = field(default_factory=dict)
    shown_seq: int | None = None


def event_of(change: Change, event_type: EventType, entity_id: str, *, part: str = "", **fields: Any) -> StreamEvent:
    """`part` distinguishes this event from the others of the same write."""
    op = f"{change.op}/{part}" if part else change.op
    return StreamEvent(
        id=event_id(change.pk, change.sk, change.version, op),
        type=event_type,
        key=change.key,
        tenant_id=change.tenant_id,
        entity=change.entity,
        entity_id=entity_id,
        version=change.version,
        occurred_at=change.occurred_at,
        conversation_id=change.conversation_id,
        **fields,
    )


def appears(change: Change, name: str) -> bool:
    return name in change.image and name not in (change.old or {})
