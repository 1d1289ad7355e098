"""Bookmarks: messages that a user keeps for later, with a note and a reminder. Nobody else learns of them.

A bookmark is written with the user's count of them, so there are never more than the most. It stays when the message
is deleted or its owner sees it no more: it is shown without the message then, and may be let go of. A reminder's timer
is set before the bookmark says when; what the timer finds decides. See docs/adr/0072.
"""

from parley import clock
from parley.bookmarks.items import BookmarkItem, bookmark_key
from parley.bookmarks.schemas import Bookmark, PutBookmark
from parley.bookmarks.views import bookmark_view
from parley.errors import TooManyBookmarks, Unavailable, ValidationFailed, VersionConflict
from parley.identity.caller import Caller
from parley.ids import MessageAddress
from parley.messaging.messages import quotes
from parley.messaging.messages.reading import access_message, check_alive
from parley.messaging.messages.views import content_view
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.dynamodb import ConditionFailed, TransactionRefused
from parley.tables.expressions import Update, absent, at_version, equals, less, stored_or
from parley.tables.keys import Key
from parley.tables.transactions import Action
from parley.timers import timers

MOST = 500
"""A user has so many."""
FURTHEST_MS = 5 * 366 * 24 * 3_600_000
ATTEMPTS = 5


def do_put(caller: Caller, message_id: str, body: PutBookmark, *, if_match: int | None) -> Bookmark:
    """Keep a message that the caller sees, or change how. 3 RRU; 4 WRU for a new one, 1 to change it.

    A reminder is 1 WRU more. Raises `MessageNotFound`, `NotAMember`, `MessageDeleted`, `TooManyBookmarks`,
    `VersionConflict`, and `ValidationFailed` for a moment that has passed or is too far ahead.
    """
    remind_at = _moment(body)
    for _ in range(ATTEMPTS):
        found = access_message(
            caller,
            message_id,
            beside=lambda place: bookmark_key(caller.tenant_id, caller.user_id, place.address),
            consistent=True,
        )
        check_alive(found.item)
        before, address = BookmarkItem.read(found.beside), found.place.address
        if if_match is not None and (before is None or int(before.version) != if_match):
            raise VersionConflict
        timer = _timer(caller, message_id, before, remind_at)
        change = Update().set(
            entity="bookmark",
            message_id=str(address),
            created_at=stored_or("created_at", clock.now_ms()),
            version=stored_or("version", clock.now_ms(), plus=1),
        )
        change.set_or_remove(note=body.note, remind_at=remind_at, timer=timer).remove("reminded_at")
        at = bookmark_key(caller.tenant_id, caller.user_id, address)
        item = _create(at, change) if before is None else _change(at, change, int(before.version))
        if item is not None:
            if before is not None and before.timer != timer:
                _cancel(caller.tenant_id, caller.user_id, before)
            return bookmark_view(item, quotes.show_one(caller, content_view(found.item)))
    raise Unavailable("The bookmark is being changed by others")


def _timer(caller: Caller, message_id: str, before: BookmarkItem | None, remind_at: int | None) -> str | None:
    """The timer of a bookmark from now on: the one that it has, where the reminder stays."""
    if remind_at is None:
        return None
    if before is not None and before.timer is not None and before.reminded_at is None and before.remind_at == remind_at:
        return str(before.timer)
    return timers.schedule("reminder", caller.tenant_id, caller.user_id, message_id, remind_at)


def _moment(body: PutBookmark) -> int | None:
    if body.remind_at is None:
        return None
    remind_at, now = clock.from_datetime(body.remind_at), clock.now_ms()
    if not now < remind_at <= now + FURTHEST_MS:
        code = "in_the_past" if remind_at <= now else "too_far_ahead"
        detail = "a reminder is for a moment to come, within five years"
        raise ValidationFailed([{"pointer": "/remind_at", "code": code, "detail": detail}])
    return remind_at


def _create(at: Key, change: Update) -> BookmarkItem | None:
    """A new bookmark; None where there is one meanwhile."""
    try:
        dynamodb.transact(
            [
                transactions.update(settings().chat_table, at, change, condition=absent()),
                _counted(at.pk, 1),
            ]
        )
    except TransactionRefused as refused:
        if refused.failed(1) and not refused.failed(0):
            raise TooManyBookmarks(f"A user has at most {MOST} bookmarks") from None
        return None
    return BookmarkItem.at(at, consistent=True)


def _change(at: Key, change: Update, version: int) -> BookmarkItem | None:
    """The bookmark that was there, changed; None where it is another by now, or gone."""
    try:
        raw = dynamodb.update(settings().chat_table, at, change, condition=at_version(version), returning="ALL_NEW")
    except ConditionFailed:
        return None
    return BookmarkItem.from_raw_data(raw)


def _counted(pk: str, by: int) -> Action:
    has_room = absent("bookmarks") | less("bookmarks", MOST) if by > 0 else None
    change = Update().add(bookmarks=by).set(entity="bookmark_count")
    return transactions.update(settings().chat_table, Key(pk, keys.BOOKMARK_COUNT_SK), change, condition=has_room)


def do_delete(caller: Caller, message_id: str, *, if_match: int | None) -> None:
    """Let go of a bookmark. 1 RRU and 4 WRU. Absent is no failure. Raises `VersionConflict`."""
    address = MessageAddress.parse(message_id)
    if address is None:
        return
    at = bookmark_key(caller.tenant_id, caller.user_id, address)
    for _ in range(ATTEMPTS):
        item = BookmarkItem.at(at, consistent=True)
        if item is None:
            return
        if if_match is not None and if_match != item.version:
            raise VersionConflict
        if _remove(caller.tenant_id, caller.user_id, item):
            return
    raise Unavailable("The bookmark is being changed by others")


def forget_all(tenant_id: str, user_id: str) -> None:
    """Forget all of a user's, with their timers, for who is erased. Raises `Unavailable` where one is being changed."""
    for item in all_of(tenant_id, user_id):
        if not _remove(tenant_id, user_id, item):
            raise Unavailable("A bookmark is being changed")


def all_of(tenant_id: str, user_id: str) -> list[BookmarkItem]:
    """A user's bookmarks: 1 RRU for each 4 KiB, some twenty."""
    pk = keys.user(tenant_id, user_id)
    found = dynamodb.every(settings().chat_table, pk, begins_with=keys.BOOKMARK_PREFIX, consistent=True)
    return [BookmarkItem.from_raw_data(raw) for raw in found]


def _remove(tenant_id: str, user_id: str, item: BookmarkItem) -> bool:
    """Remove a bookmark, its count and its timer, unless it has changed since it was read."""
    gone = transactions.delete(settings().chat_table, item.key, condition=equals("version", int(item.version)))
    try:
        dynamodb.transact([gone, _counted(item.pk, -1)])
    except TransactionRefused:
        return False
    _cancel(tenant_id, user_id, item)
    return True


def _cancel(tenant_id: str, user_id: str, item: BookmarkItem) -> None:
    """Forget the timer of a reminder that is not to come any more. 1 WRU."""
    if item.timer is not None and item.reminded_at is None:
        timers.cancel("reminder", tenant_id, user_id, item.message_id, str(item.timer))


def remind(tenant_id: str, user_id: str, message_id: str) -> bool:
    """Let a reminder come due whose moment has come; whether it has now. 1 RRU and 1 WRU.

    The change tells, by the stream: under the same event however often it is carried. A bookmark that is gone, was
    changed or has come due already stays as it is.
    """
    address = MessageAddress.parse(message_id)
    item = None if address is None else BookmarkItem.at(bookmark_key(tenant_id, user_id, address), consistent=True)
    now = clock.now_ms()
    if item is None or item.remind_at is None or item.reminded_at is not None or item.remind_at > now:
        return False
    due = Update().set(reminded_at=now).add(version=1)
    try:
        dynamodb.update(settings().chat_table, item.key, due, condition=equals("version", int(item.version)))
    except ConditionFailed:
        return remind(tenant_id, user_id, message_id)
    return True
