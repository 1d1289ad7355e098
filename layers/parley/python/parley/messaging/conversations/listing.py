"""A user's conversations, the pinned ones first, then newest activity first, and what is unread in them.

Fan-out on read: a send writes one conversation item however many members it has. Who has up to a hundred conversations
reads their memberships and every conversation among them, 100 a call: 50 memberships cost at most 30 RRU in two calls.
Who has more has a kept list (`parley.messaging.conversations.kept`) and reads what changed since, and what is shown:
about 50 RRU for a page of 50, however many there are. Where the caller has something unread, the newest message is
looked at too: 0.5 RRU each, in one more call.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime

from parley import clock
from parley.identity.caller import Caller
from parley.messaging.conversations import entries as stored
from parley.messaging.conversations.entries import Entry, Everything, Shown
from parley.messaging.conversations.kept import RANK_DIGITS, ROWS_OF_A_PART, KeptList, Row, Stale, state_of
from parley.messaging.conversations.schemas import ConversationSummary
from parley.messaging.conversations.views import summary_view
from parley.messaging.vocabulary import ConversationType
from parley.tables.attributes import listed_texts, required_text, text
from parley.tables.cursors import Listing
from parley.tables.pages import Position, cut
from parley.text.names import begins
from parley.wire import Page

FIRST_PARTS = 2
"""Parts of a kept list that are read for a later page; eight times as many each time that they do not fill it."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which conversations to list; `q` is the beginning of a name, in whatever spelling.

    Those that are archived, in the caller's own archive or hidden only where they are asked for.
    """

    type: ConversationType | None = None
    archived: bool = False
    archived_for_me: bool = False
    hidden: bool = False
    pinned: bool | None = None
    label: str | None = None
    q: str | None = None
    updated_since: datetime | None = None

    @property
    def since(self) -> int | None:
        return None if self.updated_since is None else clock.from_datetime(self.updated_since)

    def pass_entry(self, entry: Entry) -> bool:
        """Whether a conversation is to be listed, as it is now."""
        if self.type not in (None, required_text(entry.membership, "type")):
            return False
        state = (entry.is_archived, entry.is_archived_for_me, entry.is_hidden)
        if state != (self.archived, self.archived_for_me, self.hidden) or self.pinned not in (None, entry.is_pinned):
            return False
        if self.label is not None and self.label not in listed_texts(entry.membership, "labels"):
            return False
        if self.q is not None and not begins(text(entry.conversation, "name") or "", self.q):
            return False
        return self.since is None or entry.changed_at >= self.since

    def pass_row(self, row: Row) -> bool:
        """The same of a row of a kept list, which knows no names."""
        if self.type not in (None, row.type) or self.pinned not in (None, row.is_pinned):
            return False
        wanted = state_of(
            archived=self.archived, hidden=self.hidden, archived_for_me=self.archived_for_me, pinned=row.is_pinned
        )
        if row.state != wanted or (self.label is not None and self.label not in row.labels):
            return False
        return self.since is None or row.changed_at >= self.since


def do_list(caller: Caller, filters: Filters, *, limit: int, cursor: str | None) -> Page[ConversationSummary]:
    """A page of the caller's conversations, the pinned ones first.

    A conversation that becomes active while a client pages moves to the front: it is not seen again on later pages,
    and what was before the cursor is not seen twice. `updated_since` fetches what moved. `q` reads all that the caller
    has. Raises `InvalidCursor`.
    """
    listing: Listing = ("conversations", *astuple(replace(filters, updated_since=None)), filters.since)
    position = None if cursor is None else Position.decode(cursor, listing)
    forward = position is None or position.forward
    found, known = _find(caller, filters, position, limit)
    everything = found if isinstance(found, Everything) else None
    read = found.entries if isinstance(found, Everything) else found
    candidates = [entry for entry in read if filters.pass_entry(entry)]
    candidates.sort(key=lambda entry: entry.place, reverse=forward)
    if position is not None:
        candidates = [entry for entry in candidates if _is_beyond(entry.place, position)]
    page = cut(candidates[: limit + 1], position, limit, lambda entry: entry.place, listing)
    shown = stored.show(caller, page.entries, known)
    if everything:
        stored.keep(caller, everything, shown)
    return Page(data=_summaries(shown), next_cursor=page.next_cursor, prev_cursor=page.prev_cursor)


def _find(
    caller: Caller, filters: Filters, position: Position | None, limit: int
) -> tuple[Everything | list[Entry], dict[str, int]]:
    """Everything, or the entries around a page; and the versions of conversations whose previews are known as true."""
    if filters.q is not None:
        return stored.read_everything(caller, keep=False), {}
    first = _parts_of_first_page(limit) if position is None else ()
    found = stored.find(caller, first)
    if isinstance(found, Everything):
        return found, {}
    try:
        return _Merging(found, filters, position, limit).merged()
    except Stale:
        return stored.read_everything(caller), {}


def _parts_of_first_page(limit: int) -> range:
    """The parts of a kept list that are read with its head."""
    return range(1 + limit // ROWS_OF_A_PART)


def _is_beyond(place: str, position: Position) -> bool:
    return place < position.text if position.forward else place > position.text


def _rank(position: Position) -> int:
    """The rank in a cursor's place; 0 for one that was made up."""
    digits = position.text[:RANK_DIGITS]
    return int(digits) if digits.isascii() and digits.isdecimal() else 0


class _Merging:
    """The entries around a page, of a kept list and what changed since."""

    def __init__(self, found: KeptList, filters: Filters, position: Position | None, limit: int) -> None:
        self._list, self._filters, self._position, self._limit = found, filters, position, limit
        self._forward = position is None or position.forward
        rank = None if position is None else _rank(position)
        self._parts = found.parts_from(rank, forward=self._forward)
        self._at_once = FIRST_PARTS if position else len(_parts_of_first_page(limit))
        self._rows: list[Row] = []
        self._known: dict[str, int] = {}

    def merged(self) -> tuple[list[Entry], dict[str, int]]:
        """At least one more than fit on the page, where there are more: none beyond them is left out before.

        The changed ones are taken to stand at the front of the first page, as nearly all do. Where they do not, what
        is missing is read in another round trip.
        """
        caller, changed = self._list.caller, self._list.changed
        wanted = self._limit + 1
        taken = self._take(wanted if self._position else max(1, wanted - len(changed)))
        read = stored.read_some(caller, [*changed, *(row.conversation_id for row in taken)])
        passed = [entry for entry in read if self._passes(entry)]
        while taken:
            bound = taken[-1].place
            enough = sum(entry.place >= bound if self._forward else entry.place <= bound for entry in passed)
            if enough >= wanted:
                break
            taken = self._take(wanted - enough)
            read = stored.read_some(caller, [row.conversation_id for row in taken])
            passed += [entry for entry in read if self._passes(entry)]
        return passed, self._known

    def _passes(self, entry: Entry) -> bool:
        if self._position is not None and not _is_beyond(entry.place, self._position):
            return False
        return self._filters.pass_entry(entry)

    def _take(self, count: int) -> list[Row]:
        """The next rows in the direction of the page that may be shown, fewer only where there are no more."""
        while len(self._rows) < count and self._parts:
            parts, self._parts = self._parts[: self._at_once], self._parts[self._at_once :]
            self._at_once *= 8
            rows = self._list.read_rows(parts if self._forward else parts[::-1])
            self._known |= {row.conversation_id: row.version for row in rows}
            self._rows += [row for row in (rows if self._forward else rows[::-1]) if self._may_show(row)]
        taken, self._rows = self._rows[:count], self._rows[count:]
        return taken

    def _may_show(self, row: Row) -> bool:
        if row.conversation_id in self._list.changed or not self._filters.pass_row(row):
            return False
        return self._position is None or _is_beyond(row.place, self._position)


def _summaries(shown: Sequence[Shown]) -> list[ConversationSummary]:
    return [summary_view(each.conversation, each.membership, each.unread_count) for each in shown]
