"""From the change stream to who follows threads: whom a reply makes follow, and who has left or follows too many.

A reply that is new, or mentions others than before, makes its author follow, as well as those whom it mentions; a new
one also the author of what it hangs on and those whom that mentions. Its own author follows since the request, and is
looked after here where that died. 0.5 RRU for each, and where one does not follow yet 1 more and 2 WRU.

Whoever leaves a conversation leaves its threads. Every effect may be repeated, late and in any order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from parley.drafts import drafts
from parley.ids import DELETED_USER, MessageAddress
from parley.messaging.access import membership_key, meta_key, seen_after
from parley.messaging.messages import thread_follows
from parley.messaging.messages.thread_follows import follow_key
from parley.settings import settings
from parley.streams.changes import Change
from parley.streams.consumer import MALFORMED, set_aside
from parley.streams.states import address_of
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, listed_texts, number, text
from parley.tables.keys import Key

ENTITIES = frozenset({"membership", "message", "thread_follow"})
Thread = tuple[str, MessageAddress]
"""The tenant, and the message that the replies hang on."""
User = tuple[str, str]


@dataclass
class _Found:
    """What the replies of a batch say: by thread and user, how far who replied has read, and what names whom first.

    `first` is the first of a thread's new replies.
    """

    own: dict[Thread, dict[str, int]] = field(default_factory=dict)
    named: dict[Thread, dict[str, int]] = field(default_factory=dict)
    first: dict[Thread, int] = field(default_factory=dict)

    def add(self, change: Change) -> None:
        address = address_of(change.image)
        if address.root is None:
            return
        thread, seq, author = (change.tenant_id, address.root), address.seq, change.text("author_id")
        if change.op == "insert" and author is not None:
            self.first[thread] = min(seq, self.first.get(thread, seq))
            own = self.own.setdefault(thread, {})
            own[author] = max(seq, own.get(author, 0))
        before = set(listed_texts(change.old or {}, "mentions"))
        self.name(thread, seq, (each for each in listed_texts(change.image, "mentions") if each not in before))

    def name(self, thread: Thread, seq: int, user_ids: Iterable[str]) -> None:
        named = self.named.setdefault(thread, {})
        for user_id in user_ids:
            named[user_id] = min(seq, named.get(user_id, seq))


def wants(change: Change) -> bool:
    """Whether a change may make somebody follow a thread, or follow one no more."""
    if change.entity == "membership":
        return change.op == "remove"
    if change.entity == "thread_follow":
        return change.op == "insert"
    if change.is_import or change.entity != "message" or keys.thread_root_of(change.pk) is None:
        return False
    if change.op == "remove" or not change.image.keys().isdisjoint({"void", "deleted_at"}):
        return False
    return change.op == "insert" or bool(change.changed_among(("mentions",)))


def apply(changes: Sequence[Change]) -> list[Change]:
    """Apply a batch; returns what no code of ours wrote."""
    unreadable: list[Change] = []
    found = _Found()
    left: set[tuple[str, str, str]] = set()
    more: set[User] = set()
    for change in changes:
        try:
            if not wants(change):
                continue
            if change.entity == "message":
                found.add(change)
            elif change.entity == "membership":
                left.add((change.tenant_id, keys.user_of(change.pk), keys.membership_of(change.sk)))
            else:
                more.add((change.tenant_id, keys.user_of(change.pk)))
        except MALFORMED:
            unreadable.append(set_aside(change))
    _follow(found)
    _leave(left)
    dynamodb.map_parallel(lambda user: thread_follows.keep_most(*user), sorted(more))
    return unreadable


def _follow(found: _Found) -> None:
    """Make those follow whom the replies of a batch make follow, as long as they see what the thread hangs on."""
    _name_by_roots(found)
    wanted: dict[Key, tuple[Thread, str]] = {}
    for thread in dict.fromkeys([*found.own, *found.named]):
        users = found.own.get(thread, {}).keys() | found.named.get(thread, {}).keys()
        wanted |= {follow_key(thread[0], user_id, thread[1]): (thread, user_id) for user_id in sorted(users)}
    table = settings().chat_table
    places = dynamodb.batch_get(table, wanted) if wanted else {}
    fresh = {
        membership_key(thread[0], user_id, thread[1].conversation_id)
        for at, (thread, user_id) in wanted.items()
        if at not in places
    }
    metas = {meta_key(thread[0], thread[1].conversation_id) for at, (thread, _) in wanted.items() if at not in places}
    stored = dynamodb.batch_get(table, fresh | metas, consistent=True) if fresh else {}
    following = [(*each, places.get(at)) for at, each in wanted.items() if at in places or _sees(stored, *each)]
    dynamodb.map_parallel(lambda each: _write(found, *each), following)


def _name_by_roots(found: _Found) -> None:
    """Each new reply names the author of what it hangs on, and whom that mentions. 0.5 RRU a thread."""
    at = {
        Key(keys.conversation(tenant_id, root.conversation_id), keys.message_sk(root.seq)): (tenant_id, root)
        for tenant_id, root in found.first
    }
    for key, raw in (dynamodb.batch_get(settings().chat_table, at) if at else {}).items():
        thread, author = at[key], text(raw, "author_id")
        named = listed_texts(raw, "mentions")
        if author is not None and author != DELETED_USER:
            named.append(author)
        found.name(thread, found.first[thread], named)


def _sees(stored: Mapping[Key, RawItem], thread: Thread, user_id: str) -> bool:
    tenant_id, root = thread
    membership = stored.get(membership_key(tenant_id, user_id, root.conversation_id))
    meta = stored.get(meta_key(tenant_id, root.conversation_id))
    return membership is not None and root.seq > seen_after(membership, meta)


def _write(found: _Found, thread: Thread, user_id: str, place: RawItem | None) -> None:
    """Who replies has read up to their reply, whoever names them: theirs is written last.

    A place that has gone since it was read stays gone.
    """
    tenant_id, root = thread
    named, own = found.named.get(thread, {}).get(user_id), found.own.get(thread, {}).get(user_id)
    if named is not None and (own is None or place is not None):
        thread_follows.follow_by_name(tenant_id, user_id, root, named, place)
    if own is None:
        return
    if place is None:
        thread_follows.follow_by_reply(tenant_id, user_id, root, own)
    elif number(place, "read_seq") < own and "unfollowed_at" not in place:
        thread_follows.move_read_number(follow_key(tenant_id, user_id, root), own)


def _leave(left: Iterable[tuple[str, str, str]]) -> None:
    """Take former members' places out of a conversation's threads, and their drafts, unless they have come back.

    `left` are tenants, users and conversations. 1 RRU for each, 1.5 more for who has not come back, 2 WRU a place, 1 a
    draft.
    """
    at = {membership_key(*each): each for each in sorted(left)}
    back = dynamodb.batch_get(settings().chat_table, at, consistent=True) if at else {}
    gone = [at[key] for key in at if key not in back]
    dynamodb.map_parallel(lambda each: thread_follows.leave_all(*each), gone)
    dynamodb.map_parallel(lambda each: drafts.forget_in(*each), gone)
