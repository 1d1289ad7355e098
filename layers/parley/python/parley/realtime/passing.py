"""What is told at once to those who watch a conversation, and stored nowhere: who types, and an app's own events.

Who is blocked sees nothing of who blocks them, nobody anything of who is shadow-banned. Nothing of this is replayed,
counted, pushed or searched.
"""

from parley import clock, ids
from parley.identity.caller import Caller
from parley.messaging.access import access_to_speak, is_shadowed, speaker_of
from parley.realtime import presence
from parley.realtime.audience import Recipient
from parley.realtime.schemas import CustomEvent, SendEvent
from parley.realtime.watching import member_watchers
from parley.streams.envelope import Event, EventType


def do_type(caller: Caller, conversation_id: str, *, started: bool) -> None:
    """Tell the other watchers who may see the members that the caller has begun or ceased to type.

    Raises as `access_to_speak` does.
    """
    if is_shadowed(caller, access_to_speak(caller, conversation_id)):
        return
    event_type: EventType = "typing.started" if started else "typing.stopped"
    event = presence.passing_event(
        caller.tenant_id,
        event_type,
        f"{conversation_id}/{caller.user_id}/typing",
        caller.user_id,
        {"conversation_id": conversation_id, "user_id": caller.user_id},
        conversation_id,
    )
    watching = member_watchers(caller, conversation_id, "see_members")
    _tell(caller, event, [watch for watch in watching if watch[0] != caller.user_id])


def do_send_event(
    caller: Caller, conversation_id: str, body: SendEvent, *, from_connection: str | None = None
) -> CustomEvent:
    """Tell who watches the conversation of something that only the app understands, the caller's other devices too.

    A back end that speaks for nobody is `_system`. The socket `from_connection`, over which it came, is not told.
    Raises as `access_to_speak` does, `ActingUserRequired`.
    """
    speaker = speaker_of(caller)
    alone = is_shadowed(speaker, access_to_speak(speaker, conversation_id))
    event_id = ids.new_id()
    sent = CustomEvent(
        id=event_id,
        conversation_id=conversation_id,
        user_id=speaker.user_id,
        name=body.name,
        data=body.data,
        created_at=clock.to_datetime(clock.now_ms()),
    )
    event = presence.passing_event(
        speaker.tenant_id,
        "custom_event.sent",
        f"{conversation_id}/events/{event_id}",
        speaker.user_id,
        sent.model_dump(mode="json"),
        conversation_id,
    )
    watching = member_watchers(speaker, conversation_id)
    told = [watch for watch in watching if watch[1] != from_connection and (not alone or watch[0] == speaker.user_id)]
    _tell(speaker, event, told)
    return sent


def _tell(caller: Caller, event: Event, watching: list[tuple[str, str]]) -> None:
    if not watching:
        return
    blocked = presence.blocked_by(caller.tenant_id, caller.user_id)
    recipients = [Recipient(*watch) for watch in watching if watch[0] not in blocked]
    presence.tell_who_left(caller.tenant_id, presence.send(caller.tenant_id, recipients, event))
