"""Fan-out: events of the stream go to the sockets of those they concern, never an older state after a newer.

One batch: read the changed items as they are now; note in the log what is told; see who is online and a member; send
each connection its events of the whole batch, a frame for each. A connection that is gone is forgotten; one that takes
no frame is closed, so that its client comes back and replays. Nothing is lost silently.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from parley import clock
from parley.identity import stored_settings
from parley.ids import MessageAddress
from parley.messaging.access import member_summary_key, meta_key
from parley.messaging.messages.thread_follows import told_followers
from parley.realtime import event_log, presence, profiles
from parley.realtime.audience import Recipient, Room, current_members, is_large, open_for, open_room
from parley.realtime.online_users import OnlineUsers
from parley.realtime.posting import Outbox, send_all
from parley.realtime.watching import stop_watching, watchers_of_user
from parley.settings import settings
from parley.streams import group_mentions, quotes, shared_reads
from parley.streams.changes import Change
from parley.streams.consumer import MALFORMED, set_aside
from parley.streams.envelope import Event, event_id
from parley.streams.events import (
    COALESCED,
    EVENT_ENTITIES,
    RECEIPTS,
    present,
    present_now,
    stream_events,
    without_receipts,
)
from parley.streams.quotes import Quote
from parley.streams.stream_event import StreamEvent
from parley.tables import dynamodb
from parley.tables.attributes import required_number
from parley.tables.keys import Key


@dataclass(frozen=True, slots=True)
class PresentedEvent:
    """A stream event, and the same event with the state that its item has now."""

    stream_event: StreamEvent
    event: Event
    quote: Quote | None = None
    """The event for those who see what its message quotes."""


def wants(change: Change) -> bool:
    """Whether a change may tell events."""
    return change.entity in EVENT_ENTITIES


def told_by(change: Change) -> Sequence[StreamEvent]:
    """The events of a change; raises what reading a malformed item raises."""
    return shared_reads.made_once("events", change, stream_events)


def reads(changes: Sequence[Change]) -> Iterator[Key]:
    """The items that these changes' events show, and how many members the conversations have that are told."""
    for change in changes:
        with suppress(*MALFORMED):
            for stream_event in told_by(change):
                yield stream_event.key
                if stream_event.entity == "message" and (quoted := quotes.place_of(change)):
                    yield quoted
                if stream_event.conversation_id is not None and not stream_event.private:
                    yield member_summary_key(stream_event.tenant_id, stream_event.conversation_id)


def deliver(changes: Sequence[Change]) -> list[Change]:
    """Deliver a batch; the changes whose events could neither be sent nor their connections closed, and poison.

    Raises where DynamoDB does not answer: the batch is tried again, which sends some of it twice.
    """
    poison: list[Change] = []
    by_tenant: dict[str, list[tuple[StreamEvent, Change]]] = {}
    for change in changes:
        try:
            told = told_by(change)
        except MALFORMED:
            poison.append(set_aside(change))
            continue
        by_tenant.setdefault(change.tenant_id, []).extend((stream_event, change) for stream_event in told)
    unsent: set[str] = set()
    for tenant_id, happened in by_tenant.items():
        pairs = _without_passed(happened)
        presented, malformed = as_of_now([stream_event for stream_event, _ in pairs])
        poison += [set_aside(change) for stream_event, change in pairs if stream_event.id in malformed]
        event_log.write([each.stream_event for each in presented])
        outbox, malformed = _address(tenant_id, presented)
        poison += [set_aside(change) for stream_event, change in pairs if stream_event.id in malformed]
        sent = send_all(outbox)
        presence.tell_who_left(tenant_id, sent.left)
        if sent.unclosed:
            unsent.add(tenant_id)
    return [change for change in changes if change.tenant_id in unsent or change in poison]


def _without_passed(happened: Sequence[tuple[StreamEvent, Change]]) -> list[tuple[StreamEvent, Change]]:
    """All events but those of pointers and polls that the same batch changes again: each would tell the same state."""
    last: dict[tuple[str, str], StreamEvent] = {}
    for stream_event, _ in happened:
        subject = (stream_event.type, stream_event.entity_id)
        known = last.get(subject)
        if stream_event.type in COALESCED and (known is None or stream_event.version > known.version):
            last[subject] = stream_event
    return [
        (stream_event, change)
        for stream_event, change in happened
        if stream_event.type not in COALESCED or last[stream_event.type, stream_event.entity_id] is stream_event
    ]


def as_of_now(happened: Sequence[StreamEvent]) -> tuple[list[PresentedEvent], set[str]]:
    """The events with the state that their items have now, 1 RRU an item; those that this contradicts are left out.

    Beside them the ids of events whose items cannot be shown, since no code of ours wrote them.
    """
    current = shared_reads.read(settings().chat_table, [each.key for each in happened])
    told, malformed = [], set()
    for stream_event in happened:
        try:
            event = present_now(stream_event, current.get(stream_event.key))
        except MALFORMED:
            malformed.add(stream_event.id)
            continue
        if event is not None:
            told.append((stream_event, event))
    quoted = quotes.read([event for _, event in told])
    presented = []
    for stream_event, event in told:
        try:
            presented.append(PresentedEvent(stream_event, event, quotes.quote(event, quoted)))
        except MALFORMED:
            malformed.add(stream_event.id)
    return presented, malformed


def _address(tenant_id: str, presented: Sequence[PresentedEvent]) -> tuple[Outbox, set[str]]:
    """Decide who is told what. Beside it the ids of events about what no code of ours wrote: nobody is told them."""
    outbox, users = Outbox(tenant_id), OnlineUsers(tenant_id)
    malformed: set[str] = set()
    rooms: dict[str, Room] = {}
    mentioned = _mentions(tenant_id, presented)
    for each in presented:
        conversation_id = each.stream_event.conversation_id
        try:
            if conversation_id is not None and conversation_id not in rooms:
                there = [one for one in presented if one.stream_event.conversation_id == conversation_id]
                rooms[conversation_id] = _open(tenant_id, conversation_id, users, there, mentioned)
            room = rooms[conversation_id] if conversation_id is not None else None
            recipients = list(_recipients(each.stream_event, room, users, mentioned))
            for told, event in _told(each, recipients):
                outbox.add(told, event)
            if each.quote is not None and room is not None:
                outbox.add(room.seeing(each.quote.position, recipients), each.quote.event)
        except MALFORMED:
            malformed.add(each.stream_event.id)
            continue
        if each.stream_event.type == "member.removed" and conversation_id is not None:
            owner = each.stream_event.owner or ""
            stop_watching(tenant_id, conversation_id, users.of([owner])[owner])
    for room in rooms.values():
        try:
            _bump_unread(tenant_id, room, presented, users, outbox)
        except MALFORMED:
            malformed |= {each.stream_event.id for each in presented if _is_news_of(room.conversation_id, each)}
    return outbox, malformed


def _open(
    tenant_id: str,
    conversation_id: str,
    users: OnlineUsers,
    there: Sequence[PresentedEvent],
    mentioned: dict[str, frozenset[str]],
) -> Room:
    """The conversation as these events of it need it: only whose they are, where they are private."""
    owners = {each.stream_event.owner for each in there if each.stream_event.owner}
    if all(each.stream_event.private for each in there):
        return open_for(tenant_id, conversation_id, users, owners)
    return open_room(
        tenant_id,
        conversation_id,
        users,
        concerned=owners.union(*(mentioned.get(each.event.entity_id, frozenset()) for each in there)),
        authors=frozenset(each.stream_event.actor_id for each in there if _is_news_of(conversation_id, each)),
    )


def _mentions(tenant_id: str, presented: Sequence[PresentedEvent]) -> dict[str, frozenset[str]]:
    """Whom new and edited messages mention, by the message's id, of a reply also who follows its thread.

    These, and who is in a user group that is mentioned, are looked for in large conversations alone, since elsewhere
    everybody is told. 0.5 RRU for about twenty, once for each thread and group.
    """
    messages = [each.event for each in presented if each.stream_event.entity == "message"]
    roots = {event.entity_id: _root_in_large(tenant_id, event) for event in messages}
    threads = list(dict.fromkeys(root for root in roots.values() if root is not None))
    found = dynamodb.map_parallel(lambda root: frozenset(told_followers(tenant_id, root)), threads)
    followers: dict[MessageAddress | None, frozenset[str]] = dict(zip(threads, found, strict=True))
    return {
        event.entity_id: frozenset(event.data.get("mentions") or ())
        | followers.get(roots[event.entity_id], frozenset())
        | _in_groups(tenant_id, event)
        for event in messages
    }


def _in_groups(tenant_id: str, event: Event) -> frozenset[str]:
    """Who is in a group that a message of a large conversation mentions."""
    groups = event.data.get("mentioned_groups")
    if not groups or event.conversation_id is None or not is_large(tenant_id, event.conversation_id):
        return frozenset()
    return group_mentions.members_of(tenant_id, groups)


def _root_in_large(tenant_id: str, event: Event) -> MessageAddress | None:
    """What a reply in a large conversation hangs on; None for any other message."""
    reply = MessageAddress.parse(event.entity_id)
    root = None if reply is None else reply.root
    return root if root is not None and is_large(tenant_id, root.conversation_id) else None


def _told(presented: PresentedEvent, recipients: Sequence[Recipient]) -> Iterator[tuple[Sequence[Recipient], Event]]:
    """The event as each of the recipients may see it."""
    stream_event, event = presented.stream_event, presented.event
    if stream_event.entity == "user" and not stream_event.gone and stored_settings.of(stream_event.tenant_id).teams:
        yield from profiles.told_by_teams(event, recipients)
    elif stream_event.entity == "membership" and stored_settings.of(stream_event.tenant_id).hide_receipts:
        yield recipients, without_receipts(stream_event, event)
    else:
        yield recipients, event


def _recipients(
    stream_event: StreamEvent, room: Room | None, users: OnlineUsers, mentioned: dict[str, frozenset[str]]
) -> Iterator[Recipient]:
    reached: set[str] = set()
    receipts_stay_private = stream_event.type in RECEIPTS and (
        (room is not None and room.large) or stored_settings.of(stream_event.tenant_id).hide_receipts
    )
    if stream_event.owner is not None and _concerns_owner(stream_event, room):
        for connection_id in users.of([stream_event.owner])[stream_event.owner]:
            reached.add(connection_id)
            yield Recipient(stream_event.owner, connection_id)
    if room is not None and not stream_event.private and not receipts_stay_private:
        for recipient in room.recipients(
            stream_event, users, mentioned=mentioned.get(stream_event.entity_id, frozenset())
        ):
            if recipient.connection_id not in reached:
                yield recipient
    if stream_event.entity == "user" and stream_event.owner:
        for user_id, connection_id in watchers_of_user(stream_event.tenant_id, stream_event.owner):
            if connection_id not in reached:
                reached.add(connection_id)
                yield Recipient(user_id, connection_id)


def _concerns_owner(stream_event: StreamEvent, room: Room | None) -> bool:
    """Whether the owner is told whatever the conversation's size: what they did on another device, what became of them.

    Of a conversation's own events they learn only while they are a member; that they left, they learn in any case.
    """
    if room is None or stream_event.type == "member.removed" or stream_event.entity in {"media", "join_request"}:
        return True
    return stream_event.owner in room.members


def _is_news_of(conversation_id: str, presented: PresentedEvent) -> bool:
    """Whether it tells of a new message of the conversation that counts; a thread's reply where it is shown there."""
    stream_event = presented.stream_event
    is_for_all = presented.event.type == "message.created" and not stream_event.private
    if not is_for_all or stream_event.conversation_id != conversation_id:
        return False
    if presented.event.data.get("silent"):
        return False
    return stream_event.entity == "reference" or presented.event.data.get("parent_id") is None


def _bump_unread(
    tenant_id: str, room: Room, presented: Sequence[PresentedEvent], users: OnlineUsers, outbox: Outbox
) -> None:
    """Tell the members of a large conversation who do not watch it, once a batch, that it has new messages."""
    new = [each.event for each in presented if _is_news_of(room.conversation_id, each)]
    if not room.others or not new:
        return
    at = meta_key(tenant_id, room.conversation_id)
    meta = dynamodb.get(settings().chat_table, at, consistent=True)
    if meta is None:
        return
    bump = StreamEvent(
        id=event_id(at.pk, at.sk, required_number(meta, "version"), "bump"),
        type="conversation.updated",
        key=at,
        tenant_id=tenant_id,
        entity="conversation",
        entity_id=room.conversation_id,
        version=required_number(meta, "version"),
        occurred_at=clock.from_datetime(new[-1].created_at),
        conversation_id=room.conversation_id,
        changed=("last_seq",),
    )
    outbox.add(
        (
            Recipient(user_id, connection_id)
            for user_id in current_members(tenant_id, room.conversation_id, sorted(room.others))
            for connection_id in users.of([user_id])[user_id]
        ),
        present(bump, meta),
    )
