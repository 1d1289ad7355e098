"""A user's bookmarks with their messages as they are now, the newest first."""

from collections.abc import Mapping, Sequence

from parley.bookmarks.bookmarks import all_of
from parley.bookmarks.items import BookmarkItem
from parley.bookmarks.schemas import Bookmark, Reminder
from parley.bookmarks.views import address_of, bookmark_view
from parley.identity.caller import Caller
from parley.messaging.access import membership_key, seen_after
from parley.messaging.items import MessageItem
from parley.messaging.messages import quotes
from parley.messaging.messages.reading import Place
from parley.messaging.messages.views import content_view
from parley.settings import settings
from parley.tables import dynamodb
from parley.tables.attributes import RawItem
from parley.tables.cursors import Listing
from parley.tables.keys import Key
from parley.tables.pages import Position, cut
from parley.wire import Page


def do_list(caller: Caller, *, reminder: Reminder | None, limit: int, cursor: str | None) -> Page[Bookmark]:
    """A page of the caller's bookmarks; with `reminder`, of those whose reminder is to come, or has come due.

    All that there are, 500 at most, are read: 1 RRU for some twenty; then 2 for each that is shown, and 1 for each
    conversation. Raises `InvalidCursor`.
    """
    listing: Listing = ("bookmarks", reminder)
    position = None if cursor is None else Position.decode(cursor, listing)
    forward = position is None or position.forward
    wanted = [
        item for item in all_of(caller.tenant_id, caller.user_id) if reminder is None or _reminder_of(item) == reminder
    ]
    wanted.sort(key=_place, reverse=forward)
    candidates = [item for item in wanted if position is None or _is_beyond(_place(item), position)]
    page = cut(candidates[: limit + 1], position, limit, _place, listing)
    data = _with_messages(caller, page.entries)
    return Page(data=data, next_cursor=page.next_cursor, prev_cursor=page.prev_cursor)


def _reminder_of(item: BookmarkItem) -> Reminder | None:
    if item.remind_at is None:
        return None
    return "upcoming" if item.reminded_at is None else "due"


def _place(item: BookmarkItem) -> str:
    return f"{int(item.created_at):015d}{item.message_id}"


def _is_beyond(place: str, position: Position) -> bool:
    return place < position.text if position.forward else place > position.text


def _with_messages(caller: Caller, items: Sequence[BookmarkItem]) -> list[Bookmark]:
    if not items:
        return []
    places = {item.message_id: Place(caller.tenant_id, address_of(item)) for item in items}
    mine = {
        message_id: membership_key(caller.tenant_id, caller.user_id, place.address.conversation_id)
        for message_id, place in places.items()
    }
    wanted = {*mine.values(), *(at for place in places.values() for at in (place.message, place.meta))}
    found = dynamodb.batch_get(settings().chat_table, wanted, consistent=True)
    seen = [_seen(found, mine[item.message_id], places[item.message_id]) for item in items]
    shown = {each.id: each for each in quotes.show(caller, [content_view(message) for message in seen if message])}
    return [bookmark_view(item, shown.get(item.message_id)) for item in items]


def _seen(found: Mapping[Key, RawItem], mine: Key, place: Place) -> MessageItem | None:
    """The message, if it is there and the caller sees it."""
    item, membership = MessageItem.read(found.get(place.message)), found.get(mine)
    if membership is None or item is None or item.deleted_at is not None or item.void or item.reference is not None:
        return None
    return item if item.position > seen_after(membership, found.get(place.meta)) else None
