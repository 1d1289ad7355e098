"""From the change stream to who follows threads: whom a reply makes follow, and who has left or follows too many.

A reply that is new, or mentions others than before, makes its author follow, as well as the author of what it hangs on
and those whom it mentions; the first one also those whom that mentions. Its own author follows since the request, and
is looked after here where that died. 0.5 RRU for each, and where one does not follow yet 1 more and 2 WRU.

Whoever leaves a conversation leaves its threads. Every effect may be repeated, late and in any order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from parley.ids import DELETED_USER, MessageAddress
from parley.messaging.access import membership_key
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
    """What the replies of a batch say: by thread and user, how far who replied has read, and what names whom first."""

    own: dict[Thread, dict[str, int]] = field(default_factory=dict)
    named: dict[Thread, dict[str, int]] = field(default_factory=dict)
    replies: dict[Thread, set[int]] = field(default_factory=dict)

    def add(self, change: Change) -> None:
        address = address_of(change.image)
        if address.root is None:
            return
        thread, seq, author = (change.tenant_id, address.root), address.seq, change.text("author_id")
        if change.op == "insert" and author is not None:
            self.replies.setdefault(thread, set()).add(seq)
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
    if change.entity != "message" or keys.thread_root_of(change.pk) is None:
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
    for tenant_id, user_id, conversation_id in sorted(left):
        _leave(tenant_id, user_id, conversation_id)
    for user in sorted(more):
        thread_follows.keep_most(*user)
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
    memberships = dynamodb.batch_get(table, fresh, consistent=True) if fresh else {}
    for at, (thread, user_id) in wanted.items():
        if at in places or _sees(memberships, thread, user_id):
            _write(found, thread, user_id, places.get(at))


def _name_by_roots(found: _Found) -> None:
    """Each reply names the author of what it hangs on, the first one those whom that mentions too. 0.5 RRU a thread."""
    at = {
        Key(keys.conversation(tenant_id, root.conversation_id), keys.message_sk(root.seq)): (tenant_id, root)
        for tenant_id, root in found.replies
    }
    for key, raw in (dynamodb.batch_get(settings().chat_table, at) if at else {}).items():
        thread = at[key]
        first = min(found.replies[thread])
        author = text(raw, "author_id")
        if author is not None and author != DELETED_USER:
            found.name(thread, first, [author])
        if first == 1:
            found.name(thread, first, listed_texts(raw, "mentions"))


def _sees(memberships: Mapping[Key, RawItem], thread: Thread, user_id: str) -> bool:
    tenant_id, root = thread
    membership = memberships.get(membership_key(tenant_id, user_id, root.conversation_id))
    return membership is not None and root.seq > number(membership, "visible_from")


def _write(found: _Found, thread: Thread, user_id: str, place: RawItem | None) -> None:
    """Who replies has read up to their reply, whoever names them: theirs is written last."""
    named, own = found.named.get(thread, {}).get(user_id), found.own.get(thread, {}).get(user_id)
    if named is not None and (own is None or place is not None):
        thread_follows.follow_by_name(*_at(thread, user_id), named, place)
    if own is not None and number(place or {}, "read_seq") < own and "unfollowed_at" not in (place or {}):
        thread_follows.follow_by_reply(*_at(thread, user_id), own)


def _at(thread: Thread, user_id: str) -> tuple[str, str, MessageAddress]:
    return thread[0], user_id, thread[1]


def _leave(tenant_id: str, user_id: str, conversation_id: str) -> None:
    """Take a former member's places out of the conversation's threads, unless they have come back. 2 WRU each."""
    at = membership_key(tenant_id, user_id, conversation_id)
    if dynamodb.get(settings().chat_table, at, consistent=True) is not None:
        return
    for raw in thread_follows.list_followed(tenant_id, user_id, within=conversation_id, consistent=True):
        dynamodb.delete(settings().chat_table, dynamodb.key_of(raw))
