"""A user's conversations, newest activity first, and what is unread in them.

Fan-out on read: a send writes one conversation item however many members it has, so a list reads the user's
memberships and then every conversation among them, 100 a call: 50 memberships cost at most 30 RRU in two calls. Where
the caller has something unread, the newest message is looked at too: 0.5 RRU each, in one more call.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from parley import clock
from parley.identity.caller import Caller
from parley.messaging.access import meta_key
from parley.messaging.conversations.newest import checked
from parley.messaging.conversations.schemas import ConversationSummary
from parley.messaging.conversations.views import summary_view
from parley.messaging.items import ConversationItem, MembershipItem
from parley.messaging.members.schemas import Unread, UnreadConversation
from parley.messaging.members.views import is_hidden, is_muted
from parley.messaging.sequence import count_live_after
from parley.messaging.vocabulary import ConversationType
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, required_number, required_text, text
from parley.tables.cursors import Listing
from parley.tables.keys import Key
from parley.tables.pages import Position, cut
from parley.text.names import begins
from parley.wire import Page

Pair = tuple[ConversationItem, MembershipItem]
OWN_CHECKED_MS = 24 * 3600 * 1000
"""How long a list looks whether what its reader sent came into being: a sender that died is not known to have."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which conversations to list; `q` is the beginning of a name, in whatever spelling."""

    type: ConversationType | None = None
    archived: bool = False
    q: str | None = None
    updated_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A membership and its conversation, as stored: only those that are shown become models."""

    membership: RawItem
    conversation: RawItem

    @property
    def place(self) -> str:
        """Orders a user's conversations by activity; two of the same moment by id."""
        last_at = required_number(self.conversation, "last_at")
        return f"{last_at:015d}{required_text(self.conversation, 'conversation_id')}"

    @property
    def changed_at(self) -> int:
        """When there was last something new: a message, another name, the user's own joining."""
        return max(
            required_number(self.conversation, "last_at"),
            required_number(self.conversation, "updated_at"),
            required_number(self.membership, "joined_at"),
        )

    def models(self) -> Pair:
        return ConversationItem.from_raw_data(self.conversation), MembershipItem.from_raw_data(self.membership)


def do_list(caller: Caller, filters: Filters, *, limit: int, cursor: str | None) -> Page[ConversationSummary]:
    """A page of the caller's conversations; archived ones only when they are asked for.

    A conversation that becomes active while a client pages moves to the front: it is not seen again on later pages,
    and what was before the cursor is not seen twice. `updated_since` fetches what moved. Raises `InvalidCursor`.
    """
    listing = _listing(filters)
    position = None if cursor is None else Position.decode(cursor, listing)
    entries = [entry for entry in _entries(caller, filters.type) if _passes(entry, filters)]
    forward = position is None or position.forward
    entries.sort(key=lambda entry: entry.place, reverse=forward)
    if position is not None:
        entries = [entry for entry in entries if _is_beyond(entry, position)]
    page = cut(entries[: limit + 1], position, limit, lambda entry: entry.place, listing)
    return Page(data=_summaries(caller, page.entries), next_cursor=page.next_cursor, prev_cursor=page.prev_cursor)


def _listing(filters: Filters) -> Listing:
    since = None if filters.updated_since is None else clock.from_datetime(filters.updated_since)
    return ("conversations", filters.type, filters.archived, filters.q, since)


def _is_beyond(entry: Entry, position: Position) -> bool:
    return entry.place < position.text if position.forward else entry.place > position.text


def _passes(entry: Entry, filters: Filters) -> bool:
    conversation = entry.conversation
    if ("archived_at" in conversation) != filters.archived or is_hidden(entry.membership, conversation):
        return False
    if filters.q is not None and not begins(text(conversation, "name") or "", filters.q):
        return False
    return filters.updated_since is None or entry.changed_at >= clock.from_datetime(filters.updated_since)


def _entries(caller: Caller, of_type: ConversationType | None = None) -> list[Entry]:
    """All memberships of the caller with their conversations, in no order.

    The memberships are read consistently, so what was left or read a moment ago shows; the conversations are not.
    """
    memberships = [raw for raw in _memberships(caller) if of_type in (None, required_text(raw, "type"))]
    places = {meta_key(caller.tenant_id, required_text(raw, "conversation_id")): raw for raw in memberships}
    found: dict[Key, RawItem] = dynamodb.batch_get(settings().chat_table, places) if places else {}
    return [Entry(raw, found[at]) for at, raw in places.items() if at in found]


def _memberships(caller: Caller) -> list[RawItem]:
    items: list[RawItem] = []
    start: RawItem | None = None
    while True:
        page, start = dynamodb.query(
            settings().chat_table,
            keys.user(caller.tenant_id, caller.user_id),
            begins_with=keys.MEMBERSHIP_PREFIX,
            consistent=True,
            after=start,
        )
        items += page
        if start is None:
            return items


def _summaries(caller: Caller, entries: Sequence[Entry]) -> list[ConversationSummary]:
    pairs = _checked(caller, [entry.models() for entry in entries])
    counts = _unread_counts(pairs)
    return [
        summary_view(conversation, membership, unread_count)
        for (conversation, membership), unread_count in zip(pairs, counts, strict=True)
    ]


def _checked(caller: Caller, pairs: Sequence[Pair]) -> list[Pair]:
    """The same with true previews: of those with something unread, and of those where the caller wrote last, today.

    What a member has read, somebody has been shown; what the caller wrote may have been read by nobody.
    """
    now = clock.now_ms()

    def may_be_untrue(conversation: ConversationItem, membership: MembershipItem) -> bool:
        if int(conversation.seq) > int(membership.read_seq):
            return True
        is_own = conversation.last_author_id == caller.user_id
        return is_own and now - int(conversation.given_at or 0) < OWN_CHECKED_MS

    doubtful = [number for number, pair in enumerate(pairs) if may_be_untrue(*pair)]
    found = list(pairs)
    for number, conversation in zip(doubtful, checked([pairs[number][0] for number in doubtful]), strict=True):
        found[number] = (conversation, pairs[number][1])
    return found


def _unread_counts(pairs: Sequence[Pair]) -> list[int]:
    """What is unread of each conversation; those whose reader is far behind cost a call each, made in parallel."""
    far_behind = [
        number
        for number, (conversation, membership) in enumerate(pairs)
        if int(membership.read_seq) < int(conversation.gaps_floor)
    ]
    counts = [
        0 if number in far_behind else count_live_after(conversation, int(membership.read_seq))
        for number, (conversation, membership) in enumerate(pairs)
    ]

    def count(number: int) -> int:
        conversation, membership = pairs[number]
        return count_live_after(conversation, int(membership.read_seq))

    for number, unread_count in zip(far_behind, dynamodb.map_parallel(count, far_behind), strict=True):
        counts[number] = unread_count
    return counts


def do_count_unread(caller: Caller) -> Unread:
    """What is unread, in all and by conversation. Archived conversations do not count, muted ones count apart."""
    entries = [
        entry
        for entry in _entries(caller)
        if "archived_at" not in entry.conversation
        and not is_hidden(entry.membership, entry.conversation)
        and required_number(entry.conversation, "seq") > required_number(entry.membership, "read_seq")
    ]
    entries.sort(key=lambda entry: entry.place, reverse=True)
    pairs = _checked(caller, [entry.models() for entry in entries])
    unread = [
        UnreadConversation(conversation_id=conversation.conversation_id, unread_count=count, muted=is_muted(membership))
        for (conversation, membership), count in zip(pairs, _unread_counts(pairs), strict=True)
        if count
    ]
    return Unread(total=_total(unread, muted=False), muted_total=_total(unread, muted=True), conversations=unread)


def _total(unread: Sequence[UnreadConversation], *, muted: bool) -> int:
    return sum(conversation.unread_count for conversation in unread if conversation.muted == muted)
