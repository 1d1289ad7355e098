"""Typing indicators: sent at once to those who watch the conversation, and stored nowhere."""

from parley.identity.caller import Caller
from parley.messaging.access import access_to_write
from parley.realtime import presence
from parley.realtime.audience import Recipient
from parley.realtime.watching import member_watchers
from parley.streams.envelope import EventType


def do_type(caller: Caller, conversation_id: str, *, started: bool) -> None:
    """Tell the other watchers that the caller has begun or ceased to type. Raises as `access_to_write` does."""
    access_to_write(caller, conversation_id)
    watching = [watch for watch in member_watchers(caller.tenant_id, conversation_id) if watch[0] != caller.user_id]
    if not watching:
        return
    blocked = presence.blocked_by(caller.tenant_id, caller.user_id)
    event_type: EventType = "typing.started" if started else "typing.stopped"
    event = presence.passing_event(
        caller.tenant_id,
        event_type,
        f"{conversation_id}/{caller.user_id}/typing",
        caller.user_id,
        {"conversation_id": conversation_id, "user_id": caller.user_id},
        conversation_id,
    )
    recipients = [Recipient(*watch) for watch in watching if watch[0] not in blocked]
    presence.tell_who_left(caller.tenant_id, presence.send(caller.tenant_id, recipients, event))
