"""Replay: what a client missed while it was away, from the logs of its conversations and its own.

A cursor is a moment: everything that was told until then is known. Going on from it, each log is read from 30 s before
that moment, since an entry may appear that much later than the moment it is keyed by. So whatever is written to a log
is read by the replay after it, if not by one before, and a client that replays until `has_more` is false has every
event that was told before it began: its state is the tables'. What comes twice is dropped by `id` and `version`.

While pages follow each other the cursor also says where they are, for an `until` that stands still.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from parley import clock, ids
from parley.errors import InvalidCursor
from parley.identity.caller import Caller
from parley.messaging.access import meta_key, within
from parley.messaging.items import MembershipItem
from parley.realtime import event_log
from parley.realtime.event_log import OVERLAP_MS, Entry, Line
from parley.realtime.fan_out import as_of_now
from parley.realtime.frames import socket_event
from parley.realtime.schemas import EventPage
from parley.settings import settings
from parley.streams.events import RECEIPTS, conversation_seq, may_be_told, without_receipts
from parley.streams.stream_event import StreamEvent
from parley.tables import cursors, dynamodb, keys
from parley.tables.attributes import RawItem
from parley.tables.keys import Key, WrongKey

MOST_PER_CONVERSATION = 500
"""Past so many events a conversation is fetched anew: that costs the client less."""
MEMBERSHIPS_PER_PAGE = 100
KEPT_MS = event_log.KEPT_SECONDS * 1000
OWN_LOG = "~"
"""Stands for the caller's own log among conversation ids; sorts after them, so it is read last."""
_LISTING = ("events",)


@dataclass(frozen=True, slots=True)
class Position:
    """Everything told before `since` is known. Within a replay: up to `until`, after the conversation `after`.

    `item` and `read` go on within the log of `within`, if the caller is still a member there.
    """

    since: int
    until: int = 0
    after: str = ""
    within: str = ""
    item: str = ""
    read: int = 0

    def encode(self) -> str:
        if not self.until:
            return cursors.encode([self.since], _LISTING)
        fields = [self.since, self.until, self.after, self.within, self.item, self.read]
        return cursors.encode(fields, _LISTING)

    @classmethod
    def decode(cls, cursor: str) -> "Position":
        """The position of a cursor, where a replay can have stopped; raises `InvalidCursor`."""
        latest = clock.now_ms() + OVERLAP_MS
        match cursors.decode(cursor, _LISTING):
            case [int(since)] if 0 <= since <= latest:
                return cls(since)
            case [int(since), int(until), str(after), str(within), str(item), int(read)]:
                position = cls(since, until, after, within, item, read)
                if 0 <= since <= until <= latest and until > 0 and position.is_possible:
                    return position
        raise InvalidCursor

    @property
    def is_possible(self) -> bool:
        """Whether a replay can stop there: `item` is a place within what is read of the log that is being read."""
        if self.after not in ("", OWN_LOG) and not ids.is_conversation_id(self.after):
            return False
        if self.within and (self.after == OWN_LOG or not ids.is_conversation_id(self.within)):
            return False
        if not 0 <= self.read <= MOST_PER_CONVERSATION:
            return False
        if not self.item:
            return True
        try:
            moment = keys.log_moment_of(self.item)
        except WrongKey:
            return False
        return bool(self.within or self.after == OWN_LOG) and self.since - OVERLAP_MS <= moment <= self.until


@dataclass
class _Page:
    """What is on a page so far."""

    limit: int
    events: list[dict[str, Any]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    @property
    def is_full(self) -> bool:
        return len(self.events) >= self.limit

    def add(self, event: dict[str, Any]) -> None:
        if event["id"] not in self.seen:
            self.seen.add(event["id"])
            self.events.append(event)


def do_replay(caller: Caller, *, after: str | None, limit: int) -> EventPage:
    """A page of what was told to the caller after a cursor; without one, the cursor of this moment and nothing else.

    A page may hold fewer events than `limit`, none too, while there are more. Raises `InvalidCursor`.
    """
    now = clock.now_ms()
    if after is None:
        return EventPage(data=[], next_cursor=Position(now).encode(), has_more=False)
    position = Position.decode(after)
    if not position.until:
        position = Position(position.since, until=now)
    page = _Page(limit)
    if position.since - OVERLAP_MS < now - KEPT_MS:
        page.add(_gap(None))
        return EventPage(data=page.events, next_cursor=Position(position.until).encode(), has_more=False)
    reached = _read_conversations(caller, position, page)
    if reached is None:
        reached = _read_own(caller, position, page)
    if reached is not None:
        return EventPage(data=page.events, next_cursor=reached.encode(), has_more=True)
    return EventPage(data=page.events, next_cursor=Position(position.until).encode(), has_more=False)


def _read_conversations(caller: Caller, position: Position, page: _Page) -> Position | None:
    """The caller's conversations in the order of their ids, from the position on; where to go on if the page ends."""
    if position.after == OWN_LOG:
        return None
    memberships, more = _memberships(caller, position)
    lines = {each: event_log.line_of_conversation(caller.tenant_id, each.conversation_id) for each in memberships}
    heads = event_log.read_heads(lines.values())
    before = position.after
    bounds = _bounds(caller, [each for each, line in lines.items() if heads[line] >= position.since - OVERLAP_MS])
    for membership, line in lines.items():
        within(membership, bounds.get(meta_key(caller.tenant_id, membership.conversation_id)))
        if page.is_full:
            return replace(position, after=before, within="", item="", read=0)
        if heads[line] >= position.since - OVERLAP_MS:
            stopped = _read_conversation(caller, membership, line, position, page)
            if stopped is not None:
                return replace(position, after=before, within=membership.conversation_id, **stopped)
        before = membership.conversation_id
    return replace(position, after=before, within="", item="", read=0) if more else None


def _bounds(caller: Caller, memberships: Sequence[MembershipItem]) -> dict[Key, RawItem]:
    """The conversations in which something was told: they say what of it has been truncated. 1 RRU each."""
    metas = [meta_key(caller.tenant_id, each.conversation_id) for each in memberships]
    return dynamodb.batch_get(settings().chat_table, metas, consistent=True) if metas else {}


def _read_conversation(
    caller: Caller, membership: MembershipItem, line: Line, position: Position, page: _Page
) -> dict[str, Any] | None:
    """One conversation's log onto the page; where in it to go on if the page ended before it."""
    if int(membership.joined_at) >= position.since - OVERLAP_MS:
        page.add(_gap(membership.conversation_id))
        return None
    resumed = position.within == membership.conversation_id
    item, read = (position.item, position.read) if resumed else ("", 0)
    while True:
        entries, ended = event_log.read(
            line, after=position.since - OVERLAP_MS, until=position.until, limit=page.limit, after_sk=item or None
        )
        read += len(entries)
        if read > MOST_PER_CONVERSATION:
            page.add(_gap(membership.conversation_id))
            return None
        _show(caller, [each for each in entries if _may_see(each, membership)], page, int(membership.visible_from))
        if ended:
            return None
        item = entries[-1].sk
        if page.is_full:
            return {"item": item, "read": read}


def _may_see(entry: Entry, membership: MembershipItem) -> bool:
    if not may_be_told(entry.stream_event, membership.serialize()):
        return False
    seq = conversation_seq(entry.stream_event)
    return seq is None or seq > int(membership.visible_from)


def _read_own(caller: Caller, position: Position, page: _Page) -> Position | None:
    """The caller's own log onto the page; where to go on if the page ends before it does."""
    line = event_log.line_of_user(caller.tenant_id, caller.user_id)
    item = position.item if position.after == OWN_LOG else ""
    while True:
        if page.is_full:
            return replace(position, after=OWN_LOG, within="", item=item, read=0)
        entries, ended = event_log.read(
            line, after=position.since - OVERLAP_MS, until=position.until, limit=page.limit, after_sk=item or None
        )
        _show(caller, entries, page)
        if ended:
            return None
        item = entries[-1].sk


def _show(caller: Caller, entries: Sequence[Entry], page: _Page, visible_from: int = 0) -> None:
    """Entries as events with the state that their items have now; quoted is what is after `visible_from`."""
    hide_receipts = caller.tenant.settings.hide_receipts
    shown: list[StreamEvent] = [
        entry.stream_event
        for entry in entries
        if not (hide_receipts and entry.stream_event.type in RECEIPTS and entry.stream_event.owner != caller.user_id)
    ]
    if not shown:
        return
    for presented in as_of_now(shown)[0]:
        event, quote = presented.event, presented.quote
        if quote is not None and quote.position > visible_from:
            event = quote.event
        page.add(socket_event(without_receipts(presented.stream_event, event) if hide_receipts else event))


def _memberships(caller: Caller, position: Position) -> tuple[list[MembershipItem], bool]:
    pk = keys.user(caller.tenant_id, caller.user_id)
    start: RawItem | None = dynamodb.key((pk, keys.membership_sk(position.after))) if position.after else None
    items, more = dynamodb.query(
        settings().chat_table,
        pk,
        begins_with=keys.MEMBERSHIP_PREFIX,
        limit=MEMBERSHIPS_PER_PAGE,
        consistent=True,
        after=start,
    )
    return [MembershipItem.from_raw_data(item) for item in items], more is not None


def _gap(conversation_id: str | None) -> dict[str, Any]:
    return {"id": f"gap/{conversation_id or ''}", "type": "gap", "conversation_id": conversation_id}
