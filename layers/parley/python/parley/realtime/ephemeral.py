"""Ephemeral messages: what one member alone sees, on the sockets that they have open, and that is stored nowhere."""

from parley import clock, ids
from parley.errors import MemberNotFound
from parley.identity.caller import Caller
from parley.messaging.access import access_to_write, is_shadowed, speaker_of
from parley.realtime import presence
from parley.realtime.audience import Recipient, current_members
from parley.realtime.online import Online, online_key
from parley.realtime.posting import Outbox, send_all
from parley.realtime.schemas import EphemeralMessage, SendEphemeralMessage, SentEphemeralMessage
from parley.settings import settings
from parley.tables import dynamodb


def do_send(caller: Caller, conversation_id: str, body: SendEphemeralMessage) -> SentEphemeralMessage:
    """Show a member a message that nobody else sees, on every device that is connected at this moment.

    It has no number, is unread for nobody, and is not told again to who was away. 4 RRU. Raises as `access_to_write`
    does, `MemberNotFound` where the user is no member. Who is shadow-banned shows another nothing.
    """
    speaker = speaker_of(caller)
    alone = is_shadowed(speaker, access_to_write(speaker, conversation_id, "post"))
    members, connections = dynamodb.in_parallel(
        lambda: current_members(speaker.tenant_id, conversation_id, [body.user_id]),
        lambda: connections_of(speaker.tenant_id, body.user_id),
    )
    if not members:
        raise MemberNotFound
    message = EphemeralMessage(
        id=ids.new_id(),
        conversation_id=conversation_id,
        user_id=body.user_id,
        author_id=speaker.user_id,
        text=body.text,
        custom=body.custom,
        created_at=clock.to_datetime(clock.now_ms()),
    )
    delivered = bool(connections) if alone and body.user_id != speaker.user_id else show(speaker, message, connections)
    return SentEphemeralMessage(**dict(message), delivered=delivered)


def connections_of(tenant_id: str, user_id: str) -> list[str]:
    """The connections that a user has open at this moment. 1 RRU."""
    at = online_key(tenant_id, user_id)
    online = Online.read(dynamodb.get(settings().control_table, at, consistent=True))
    return list(online.open_at(clock.now_ms()))


def show(speaker: Caller, message: EphemeralMessage, connections: list[str]) -> bool:
    """Put a message on these connections of its reader; whether one of them took it."""
    outbox = Outbox(speaker.tenant_id)
    event = presence.passing_event(
        speaker.tenant_id,
        "ephemeral_message.sent",
        f"{message.conversation_id}/ephemeral/{message.id}",
        speaker.user_id,
        message.model_dump(mode="json"),
        message.conversation_id,
    )
    outbox.add([Recipient(message.user_id, each) for each in connections], event)
    sent = send_all(outbox)
    presence.tell_who_left(speaker.tenant_id, sent.left)
    return sent.taken > 0
