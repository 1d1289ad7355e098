"""From stored bookmarks to what their owner sees."""

from typing import Any

from parley import clock
from parley.bookmarks.items import BookmarkItem
from parley.bookmarks.schemas import Bookmark, BookmarkState
from parley.ids import MessageAddress
from parley.messaging.messages.schemas import MessageContent
from parley.wire import moment


def address_of(item: BookmarkItem) -> MessageAddress:
    address = MessageAddress.parse(item.message_id)
    if address is None:
        raise ValueError("a bookmark of no message")
    return address


def state_view(item: BookmarkItem) -> BookmarkState:
    return BookmarkState(**_state(item))


def bookmark_view(item: BookmarkItem, message: MessageContent | None) -> Bookmark:
    return Bookmark(**_state(item), message=message)


def _state(item: BookmarkItem) -> dict[str, Any]:
    return {
        "message_id": item.message_id,
        "conversation_id": address_of(item).conversation_id,
        "note": item.note,
        "remind_at": moment(item.remind_at),
        "reminded_at": moment(item.reminded_at),
        "created_at": clock.to_datetime(int(item.created_at)),
        "version": int(item.version),
    }
