"""The threads that a user follows, as they are now: read when they are asked for, none of it kept.

At most 200 are followed, so all of them cost at most 15 RRU for the user's places, 100 for the threads' sequences, and
2 for each conversation. Who may not read a conversation sees none of its threads; those of conversations that are
archived, hidden for good or in the user's own archive are left out too. What is hidden until a message is out of the
way, not silent: replies there are pushed, so they are listed and count.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from parley import clock
from parley.identity.caller import Caller
from parley.ids import MessageAddress
from parley.messaging.access import membership_key, meta_key, seen_after
from parley.messaging.conversations.gaps import record_deleted, settle
from parley.messaging.conversations.newest import MAX_SETTLED
from parley.messaging.conversations.previews import SETTLING_MS, tail_before
from parley.messaging.items import MembershipItem, MessageItem, SequenceItem, ThreadFollowItem
from parley.messaging.messages import thread_follows, threads
from parley.messaging.sequence import count_live_after, gaps_between
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, flag, text
from parley.tables.keys import Key


@dataclass(frozen=True, slots=True)
class Entry:
    """A thread that a user follows, with their membership of the conversation."""

    root: MessageAddress
    follow: ThreadFollowItem
    thread: SequenceItem
    membership: MembershipItem

    @property
    def place(self) -> str:
        """Orders a user's threads by their newest replies; two of the same moment by the root."""
        return f"{int(self.thread.given_at or 0):015d}{self.root}"

    @property
    def has_more(self) -> bool:
        """Whether something may be unread."""
        return int(self.thread.seq) > int(self.follow.read_seq)


@dataclass(frozen=True, slots=True)
class Looked:
    """An entry whose newest reply has been looked at: what its sequence says is true."""

    entry: Entry
    last_reply: MessageItem | None

    @property
    def unread_count(self) -> int:
        return count_live_after(self.entry.thread, int(self.entry.follow.read_seq))


def read_all(caller: Caller) -> list[Entry]:
    """The threads that the caller follows and may see, the newest reply first.

    Their places and memberships are read consistently: what they left, read or turned away from a moment ago shows.
    """
    found = thread_follows.list_followed(caller.tenant_id, caller.user_id, consistent=True)
    follows = [follow for follow in map(ThreadFollowItem.from_raw_data, found) if follow.is_followed]
    conversations = dict.fromkeys(str(follow.conversation_id) for follow in follows)
    if not follows:
        return []
    mine = {each: membership_key(caller.tenant_id, caller.user_id, each) for each in conversations}
    metas = {each: meta_key(caller.tenant_id, each) for each in conversations}
    lines = {follow.sk: threads.meta_key(caller.tenant_id, root_of(follow)) for follow in follows}
    table = settings().chat_table
    memberships, stored = dynamodb.in_parallel(
        lambda: dynamodb.batch_get(table, mine.values(), consistent=True),
        lambda: dynamodb.batch_get(table, [*metas.values(), *lines.values()]),
    )
    entries: list[Entry] = []
    for follow in follows:
        conversation_id = str(follow.conversation_id)
        membership, meta = memberships.get(mine[conversation_id]), stored.get(metas[conversation_id])
        thread = SequenceItem.read(stored.get(lines[follow.sk]))
        if thread is not None and _is_listed(root_of(follow), membership, meta):
            entries.append(Entry(root_of(follow), follow, thread, MembershipItem.from_raw_data(membership or {})))
    return sorted(entries, key=lambda entry: entry.place, reverse=True)


def root_of(follow: ThreadFollowItem) -> MessageAddress:
    return MessageAddress(follow.conversation_id, int(follow.root_seq))


def _is_listed(root: MessageAddress, membership: RawItem | None, meta: RawItem | None) -> bool:
    if membership is None or meta is None or "archived_at" in meta:
        return False
    if text(membership, "hidden") == "always" or flag(membership, "archived_for_me"):
        return False
    return root.seq > seen_after(membership, meta)


def look_at(entries: Sequence[Entry]) -> list[Looked]:
    """The entries with their newest replies: one call, 0.5 RRU each, and a few for each that is not as it should be."""
    places = {entry.root: _place(entry.thread) for entry in entries}
    wanted = [place for place in places.values() if place is not None]
    found = dynamodb.batch_get(settings().chat_table, wanted) if wanted else {}
    looked: list[Looked] = []
    for entry in entries:
        place = places[entry.root]
        reply = None if place is None else MessageItem.read(found.get(place))
        is_true = place is None or (reply is not None and reply.deleted_at is None and not reply.void)
        looked.append(Looked(entry, reply) if is_true else _repaired(entry, reply))
    return looked


def _place(thread: SequenceItem) -> Key | None:
    """Where the newest reply stands that has not been deleted; None where there is none."""
    seq, floor = int(thread.seq), int(thread.gaps_floor)
    gaps = {int(gap) for gap in thread.gaps or ()}
    while seq > floor and seq in gaps:
        seq -= 1
    if 0 < seq <= floor:
        gone = gaps_between(thread, 0, seq)
        while seq in gone:
            seq -= 1
    return Key(thread.pk, keys.message_sk(seq)) if seq > 0 else None


def _repaired(entry: Entry, reply: MessageItem | None) -> Looked:
    """Carry through what a request left half done when it died: a delete, or a number that got no message.

    What is before it is looked at then; each time one gap more is known.
    """
    at, root, seq = entry.thread.key, entry.root, int(entry.thread.seq)
    tail = tail_before(at, seq + 1)
    changed = False
    if reply is not None and reply.deleted_at is not None and not reply.void:
        changed = record_deleted(at, int(reply.seq)) is not None
    else:
        unused = set(tail.void)
        if clock.now_ms() - int(entry.thread.given_at or 0) >= SETTLING_MS:
            unused |= tail.absent
        if unused:
            unused -= gaps_between(entry.thread, min(unused) - 1, seq)
        closing = sorted(unused, reverse=True)[:MAX_SETTLED]
        changed = bool(settle(at, root.conversation_id, closing, root_seq=root.seq))
    if changed:
        threads.show_reply_count(keys.tenant_of(at.pk), root)
        (looked,) = look_at([replace(entry, thread=SequenceItem.at(at, consistent=True) or entry.thread)])
        return looked
    newest = None if tail.newest is None or tail.newest.item.deleted_at is not None else tail.newest.item
    return Looked(entry, newest)
