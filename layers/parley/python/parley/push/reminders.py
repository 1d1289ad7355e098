"""Reminders on phones: what has come due is pushed to its owner who is away, once.

It shows the owner's note or, as the tenant's `push_content` allows, the beginning of the message, where its owner still
sees that.
"""

from collections.abc import Sequence
from functools import partial

from parley.bookmarks.items import BookmarkItem
from parley.bookmarks.views import address_of
from parley.messaging.access import membership_key
from parley.messaging.items import MessageItem
from parley.messaging.messages.reading import Place
from parley.push import own_notices, payloads
from parley.push.items import User
from parley.push.own_notices import OwnNotice
from parley.push.payloads import Notice
from parley.settings import settings
from parley.streams.changes import Change
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, number

TITLE = "Reminder"


def wants(change: Change) -> bool:
    """Whether a change is a reminder that has come due."""
    return change.entity == "bookmark" and "reminded_at" in change.image and "reminded_at" not in (change.old or {})


def push(changes: Sequence[Change], *, seconds: float) -> list[Change]:
    """Push a batch; the changes of which something is left to push, and poison."""
    return own_notices.push([change for change in changes if wants(change)], _read, seconds=seconds)


def _read(change: Change, raw: RawItem | None) -> OwnNotice | None:
    item = BookmarkItem.read(raw)
    if item is None or item.reminded_at is None:
        return None
    user = (change.tenant_id, keys.user_of(change.pk))
    due = int(item.reminded_at)
    return OwnNotice(user, address_of(item), due, str(item.reminded_at), partial(_compose, user, item))


def _compose(user: User, item: BookmarkItem, content: str) -> Notice:
    return Notice(address_of(item), "", TITLE, _words(user, item, content), type="bookmark.due")


def _words(user: User, item: BookmarkItem, content: str) -> str:
    """The note, or the beginning of the message as far as its owner sees it."""
    if content != "full":
        return ""
    if item.note:
        return payloads.preview(item.note, 0)
    place = Place(user[0], address_of(item))
    mine = membership_key(*user, place.address.conversation_id)
    found = dynamodb.batch_get(settings().chat_table, [mine, place.message], consistent=True)
    message = MessageItem.read(found.get(place.message))
    if mine not in found or message is None or message.deleted_at is not None or message.void:
        return ""
    if message.position <= number(found[mine], "visible_from"):
        return ""
    return payloads.preview(message.heading, len(message.attachments or ()))
