"""A user's messages that are sent later, the soonest first."""

from parley.identity.caller import Caller
from parley.scheduling.items import ScheduledItem
from parley.scheduling.scheduled_messages import all_of
from parley.scheduling.schemas import ScheduledMessage
from parley.scheduling.views import scheduled_view
from parley.tables.cursors import Listing
from parley.tables.pages import Position, cut
from parley.wire import Page

LISTING: Listing = ("scheduled messages",)


def do_list(caller: Caller, *, limit: int, cursor: str | None) -> Page[ScheduledMessage]:
    """A page of the caller's, by the moment that they are for; those that failed are among them.

    All that there are, 100 at most, are read: 1 RRU for each 4 KiB. Raises `InvalidCursor`.
    """
    position = None if cursor is None else Position.decode(cursor, LISTING)
    forward = position is None or position.forward
    found = [item for item in all_of(caller.tenant_id, caller.user_id) if item.status != "sent"]
    found.sort(key=_place, reverse=not forward)
    candidates = [item for item in found if position is None or _is_beyond(_place(item), position)]
    page = cut(candidates[: limit + 1], position, limit, _place, LISTING)
    data = [scheduled_view(item) for item in page.entries]
    return Page(data=data, next_cursor=page.next_cursor, prev_cursor=page.prev_cursor)


def _place(item: ScheduledItem) -> str:
    return f"{int(item.send_at):015d}{item.scheduled_id}"


def _is_beyond(place: str, position: Position) -> bool:
    return place > position.text if position.forward else place < position.text
