"""The caller's threads, newest reply first, and what is unread in them."""

from parley.identity.caller import Caller
from parley.ids import MessageAddress
from parley.messaging.items import MessageItem
from parley.messaging.members.views import is_muted
from parley.messaging.threads import entries as stored
from parley.messaging.threads.entries import Entry, Looked
from parley.messaging.threads.schemas import Thread, UnreadThread, UnreadThreads
from parley.messaging.threads.views import thread_view
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.cursors import Listing
from parley.tables.keys import Key
from parley.tables.pages import Position, cut
from parley.wire import Page


def do_list(caller: Caller, *, unread: bool, limit: int, cursor: str | None) -> Page[Thread]:
    """A page of the threads that the caller follows; with `unread`, of those that have something unread.

    A thread with a new reply moves to the front: it is not seen again on later pages. 1 RRU for each that is shown,
    beside what `entries` reads. Raises `InvalidCursor`.
    """
    listing: Listing = ("threads", unread)
    position = None if cursor is None else Position.decode(cursor, listing)
    forward = position is None or position.forward
    found = stored.read_all(caller)
    if unread:
        found = [each.entry for each in _unread(found)]
    candidates = [entry for entry in found if position is None or _is_beyond(entry.place, position)]
    if not forward:
        candidates.reverse()
    page = cut(candidates[: limit + 1], position, limit, lambda entry: entry.place, listing)
    return Page(data=_views(page.entries), next_cursor=page.next_cursor, prev_cursor=page.prev_cursor)


def _is_beyond(place: str, position: Position) -> bool:
    return place < position.text if position.forward else place > position.text


def _views(entries: list[Entry]) -> list[Thread]:
    looked, roots = dynamodb.in_parallel(lambda: stored.look_at(entries), lambda: _roots(entries))
    return [
        thread_view(each.entry.root, roots[each.entry.root], each.entry.thread, each.last_reply, each.entry.follow)
        for each in looked
    ]


def _roots(entries: list[Entry]) -> dict[MessageAddress, MessageItem]:
    """What the threads hang on; what an eventually consistent read does not see yet is read again."""
    places = {Key(_conversation_of(entry), keys.message_sk(entry.root.seq)): entry.root for entry in entries}
    found = dynamodb.batch_get(settings().chat_table, places) if places else {}
    if missing := places.keys() - found.keys():
        found |= dynamodb.batch_get(settings().chat_table, missing, consistent=True)
    return {places[at]: MessageItem.from_raw_data(raw) for at, raw in found.items()}


def _conversation_of(entry: Entry) -> str:
    return keys.conversation(keys.tenant_of(entry.thread.pk), entry.root.conversation_id)


def do_count_unread(caller: Caller) -> UnreadThreads:
    """What is unread in the threads that the caller follows, in all and by thread."""
    unread = [_unread_view(each) for each in _unread(stored.read_all(caller))]
    return UnreadThreads(
        total=sum(each.unread_count for each in unread if not each.muted),
        muted_total=sum(each.unread_count for each in unread if each.muted),
        threads=unread,
    )


def _unread(entries: list[Entry]) -> list[Looked]:
    """Those with something unread. The newest reply of each is looked at: 0.5 RRU."""
    return [each for each in stored.look_at([entry for entry in entries if entry.has_more]) if each.unread_count]


def _unread_view(each: Looked) -> UnreadThread:
    return UnreadThread(
        id=str(each.entry.root),
        conversation_id=each.entry.root.conversation_id,
        unread_count=each.unread_count,
        muted=is_muted(each.entry.membership),
    )
