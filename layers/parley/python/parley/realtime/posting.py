"""Sending: frames to connections, and what becomes of those that take none."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from parley.observability import logger
from parley.realtime import frames, gateway
from parley.realtime.audience import Recipient
from parley.realtime.connections import Connection, forget, forget_all, forget_gone
from parley.realtime.online import Online
from parley.streams.envelope import Event


@dataclass
class Outbox:
    """What each connection is to be sent, in order; an event that a later one of the batch makes stale is left out."""

    tenant_id: str
    _events: dict[Recipient, dict[tuple[str, ...], Event]] = field(default_factory=dict)

    def add(self, recipients: Iterable[Recipient], event: Event) -> None:
        subject = (str(event.data.get("reaction")), str(event.actor_id)) if event.type.startswith("reaction.") else ()
        same = (event.type, event.entity_id, *subject)
        for recipient in recipients:
            queued = self._events.setdefault(recipient, {})
            queued.pop(same, None)
            queued[same] = event

    def frames(self) -> dict[Recipient, list[bytes]]:
        """Frames by connection, one for each event; an event that goes to many is encoded once."""
        encoded: dict[int, bytes] = {}

        def encode(event: Event) -> bytes:
            if id(event) not in encoded:
                encoded[id(event)] = frames.encode(event)
            return encoded[id(event)]

        return {recipient: [encode(event) for event in queued.values()] for recipient, queued in self._events.items()}


@dataclass(frozen=True, slots=True)
class Sent:
    """`unclosed` connections took no frame and could not be closed either; `left` are the users of those that went,
    each with the connections that remain. `taken`: so many connections took all of their frames.
    """

    unclosed: frozenset[str]
    left: dict[str, Online]
    taken: int


def send_all(outbox: Outbox) -> Sent:
    """Send all. A connection that is gone is forgotten, unless it is still opening.

    One that takes no frame in three tries is closed first.
    """
    by_connection = outbox.frames()
    whose = {recipient.connection_id: recipient.user_id for recipient in by_connection}
    outcomes = gateway.post_all({recipient.connection_id: queued for recipient, queued in by_connection.items()})
    failed = [connection_id for connection_id, outcome in outcomes.items() if outcome == "failed"]
    unclosed = frozenset(each for each, closed in gateway.close_all(failed).items() if closed == "failed")
    gone = [each for each, outcome in outcomes.items() if outcome == "gone"]
    lost = [*gone, *(each for each in failed if each not in unclosed)]
    left = forget_all(
        (Connection(outbox.tenant_id, whose[each], each) for each in lost),
        lambda each: forget_gone(each) if outcomes[each.id] == "gone" else forget(each),
    )
    if lost or unclosed:
        fields = {"connections": len(outcomes), "gone": len(gone), "failed": len(failed)}
        logger().info("connections lost", extra={"tenant_id": outbox.tenant_id, **fields})
    return Sent(unclosed, left, list(outcomes.values()).count("sent"))
