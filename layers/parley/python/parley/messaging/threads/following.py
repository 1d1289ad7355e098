"""One thread as its follower has it: to look at, to follow or not, and how far they have read.

All of it is the caller's own and reaches nobody else, so it asks for a membership that sees the root, and no more.
"""

from dataclasses import replace

from parley import clock
from parley.errors import MessageNotFound, Unavailable
from parley.identity.caller import Caller
from parley.ids import MessageAddress
from parley.messaging.items import SequenceItem, ThreadFollowItem
from parley.messaging.members.memberships import ATTEMPTS
from parley.messaging.messages.thread_follows import follow_key, listed, move_read_number, placed
from parley.messaging.messages.threads import FoundThread, access_thread
from parley.messaging.threads.entries import Entry, look_at
from parley.messaging.threads.schemas import MarkThreadRead, Thread
from parley.messaging.threads.views import thread_view
from parley.settings import settings
from parley.tables import dynamodb
from parley.tables.attributes import RawItem, number
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, absent, equals
from parley.tables.keys import Key


def do_get(caller: Caller, message_id: str) -> Thread:
    """The thread under a message, followed or not. 4.5 RRU. Raises as `access_thread` does."""
    return _view(_access(caller, message_id))


def do_follow(caller: Caller, message_id: str) -> Thread:
    """Follow a thread from now on: what is there is read. Who follows already reads on where they were.

    4.5 RRU and 2 WRU. Raises as `access_thread` does.
    """
    for _ in range(ATTEMPTS):
        found = _access(caller, message_id)
        follow = ThreadFollowItem.read(found.beside)
        if follow is not None and follow.is_followed and follow.chosen:
            return _view(found)
        at, now = _at(caller, found.root), clock.now_ms()
        change = listed(at, found.root, now).set(chosen=True).remove("unfollowed_at")
        if follow is None or not follow.is_followed:
            change.set(read_seq=number(found.thread or {}, "seq"), read_at=now, followed_at=now)
        if (stored := _change(at, change, follow)) is not None:
            return _view(replace(found, beside=stored))
    raise Unavailable("The thread is too busy")


def do_unfollow(caller: Caller, message_id: str) -> None:
    """Follow a thread no more, whoever replies or names the caller, until they follow it themselves.

    4 RRU and 2 WRU. Raises as `access_thread` does.
    """
    for _ in range(ATTEMPTS):
        found = _access(caller, message_id)
        follow = ThreadFollowItem.read(found.beside)
        if follow is not None and not follow.is_followed:
            return
        at = _at(caller, found.root)
        change = placed(found.root).set(unfollowed_at=clock.now_ms())
        change.remove("gpk", "gsk", "followed_at", "chosen", "read_seq", "read_at")
        if _change(at, change, follow) is not None:
            return
    raise Unavailable("The thread is too busy")


def do_mark_read(caller: Caller, message_id: str, body: MarkThreadRead) -> Thread:
    """Move how far the caller has read to a reply, or to the end; never back. 4.5 RRU and 1 WRU.

    Of a thread that they do not follow nothing is kept. Raises as `access_thread` does, and `MessageNotFound` for what
    is no reply of this thread.
    """
    found = _access(caller, message_id)
    end = number(found.thread or {}, "seq")
    seq = end if body.reply_id is None else _place_of(found.root, body.reply_id)
    if seq is None or seq > end:
        raise MessageNotFound
    follow = ThreadFollowItem.read(found.beside)
    if follow is None or not follow.is_followed or seq <= int(follow.read_seq):
        return _view(found)
    return _view(replace(found, beside=move_read_number(_at(caller, found.root), seq)))


def _place_of(root: MessageAddress, reply_id: str) -> int | None:
    address = MessageAddress.parse(reply_id)
    return address.seq if address is not None and address.root == root else None


def _at(caller: Caller, root: MessageAddress) -> Key:
    return follow_key(caller.tenant_id, caller.user_id, root)


def _access(caller: Caller, message_id: str) -> FoundThread:
    return access_thread(caller, message_id, beside=lambda root: _at(caller, root))


def _change(at: Key, change: Update, before: ThreadFollowItem | None) -> RawItem | None:
    """Change the caller's place as it was read; None where it has changed meanwhile."""
    unchanged = absent() if before is None else equals("version", int(before.version))
    try:
        return dynamodb.update(settings().chat_table, at, change, condition=unchanged, returning="ALL_NEW")
    except ConditionFailed:
        return None


def _view(found: FoundThread) -> Thread:
    """The thread with its newest reply."""
    follow = ThreadFollowItem.read(found.beside)
    thread = SequenceItem.read(found.thread)
    if thread is None:
        return thread_view(found.root, found.item, None, None, follow)
    (looked,) = look_at([Entry(found.root, follow or ThreadFollowItem(), thread, found.membership)])
    return thread_view(found.root, found.item, looked.entry.thread, looked.last_reply, follow)
