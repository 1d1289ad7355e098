"""A user's conversations, the pinned ones first, then newest activity first, and what is unread in them.

Fan-out on read: a send writes one conversation item however many members it has. Who has up to a hundred conversations
reads their memberships and every conversation among them, 100 a call: 50 memberships cost at most 30 RRU in two calls.
Who has more has a kept list (`parley.messaging.conversations.kept`) and reads what changed since, and what is shown:
about 50 RRU for a page of 50, however many there are. Where the caller has something unread, the newest message is
looked at too: 0.5 RRU each, in one more call.
"""

from collections.abc import Sequence

from parley.identity.caller import Caller
from parley.messaging.conversations import entries as stored
from parley.messaging.conversations.entries import Entry, Everything, Shown
from parley.messaging.conversations.filters import Filters
from parley.messaging.conversations.kept import LISTED_RANK, RANK_DIGITS, ROWS_OF_A_PART, KeptList, Row, Stale
from parley.messaging.conversations.schemas import ConversationSummary
from parley.messaging.conversations.views import summary_view
from parley.tables.pages import Position, cut
from parley.wire import Page

FIRST_PARTS = 2
"""Parts of a kept list that are read for a later page; eight times as many each time that they do not fill it."""


def do_list(caller: Caller, filters: Filters, *, limit: int, cursor: str | None) -> Page[ConversationSummary]:
    """A page of the caller's conversations, the pinned ones first.

    A conversation that becomes active while a client pages moves to the front: it is not seen again on later pages,
    and what was before the cursor is not seen twice. `updated_since` fetches what moved. `q` reads all that the caller
    has, an order by a declared key all rows of their kept list. Raises `InvalidCursor`.
    """
    position = None if cursor is None else Position.decode(cursor, filters.listing)
    forward = position is None or position.forward
    found, known = _find(caller, filters, position, limit)
    everything = found if isinstance(found, Everything) else None
    read = found.entries if isinstance(found, Everything) else found
    candidates = [entry for entry in read if filters.pass_entry(entry)]
    candidates.sort(key=filters.place, reverse=forward)
    if position is not None:
        candidates = [entry for entry in candidates if _is_beyond(filters.place(entry), position)]
    page = cut(candidates[: limit + 1], position, limit, filters.place, filters.listing)
    shown = stored.show(caller, page.entries, known)
    if everything:
        stored.keep(caller, everything, shown)
    return Page(data=_summaries(caller, shown), next_cursor=page.next_cursor, prev_cursor=page.prev_cursor)


def _find(
    caller: Caller, filters: Filters, position: Position | None, limit: int
) -> tuple[Everything | list[Entry], dict[str, int]]:
    """Everything, or the entries around a page; and the versions of conversations whose previews are known as true."""
    if filters.q is not None:
        return stored.read_everything(caller, keep=False), {}
    first = _parts_of_first_page(limit) if position is None and filters.of_list else ()
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
        is_in_order = filters.order is None
        self._parts = found.parts_from(self._begin(), forward=self._forward)
        at_once = FIRST_PARTS if position else len(_parts_of_first_page(limit))
        self._at_once = at_once if is_in_order else len(self._parts)
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
            bound, places = self._filters.place(taken[-1]), map(self._filters.place, passed)
            enough = sum(place >= bound if self._forward else place <= bound for place in places)
            if enough >= wanted:
                break
            taken = self._take(wanted - enough)
            read = stored.read_some(caller, [row.conversation_id for row in taken])
            passed += [entry for entry in read if self._passes(entry)]
        return passed, self._known

    def _begin(self) -> int | None:
        """The rank from which on rows are read, None for all of them."""
        if self._filters.order is not None:
            return None
        if self._position is not None:
            return _rank(self._position)
        return None if self._filters.of_list else LISTED_RANK

    def _passes(self, entry: Entry) -> bool:
        if self._position is not None and not _is_beyond(self._filters.place(entry), self._position):
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
            if self._filters.order is not None:
                self._rows.sort(key=self._filters.place, reverse=self._forward)
        taken, self._rows = self._rows[:count], self._rows[count:]
        return taken

    def _may_show(self, row: Row) -> bool:
        if row.conversation_id in self._list.changed or not self._filters.pass_row(row):
            return False
        return self._position is None or _is_beyond(self._filters.place(row), self._position)


def _summaries(caller: Caller, shown: Sequence[Shown]) -> list[ConversationSummary]:
    return [summary_view(caller, each.conversation, each.membership, each.unread_count) for each in shown]
