"""Who follows a thread: its author, who replies, whom it names, and who asks to; and how far each has read in it.

A thread's sequence and a follower's number give what is unread by arithmetic, so a reply writes nothing for those who
follow: it moves the number of whoever replies, 1 WRU. The author of the root and those whom a reply names come to
follow by the change stream (`parley.streams.thread_upkeep`), which also repairs what a request left undone. Who has
turned away from a thread is never made to follow it again but by themselves. See docs/adr/0066.
"""

from contextlib import suppress

from parley import clock
from parley.ids import SYSTEM_USER, MessageAddress
from parley.messaging.items import ThreadFollowItem
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, required_text
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Condition, Update, absent, equals, exists, greater, less, stored_or
from parley.tables.items import COLLECTION_INDEX
from parley.tables.keys import Key

MOST_FOLLOWED = 200
"""So many threads a user has a place in; of more, those go that they touched longest ago."""
MOST_TOLD = 100
"""Of more followers, a reply is told and pushed to those alone whom it names."""
IS_FOLLOWED = exists() & absent("unfollowed_at")


def follow_key(tenant_id: str, user_id: str, root: MessageAddress) -> Key:
    """Where a user's place in a thread is stored."""
    return Key(keys.user(tenant_id, user_id), keys.thread_follow_sk(root.conversation_id, root.seq))


def placed(root: MessageAddress) -> Update:
    """What makes an item of a user's place in a thread. One that is made anew is newer than the one that went."""
    version = stored_or("version", clock.now_ms(), plus=1)
    return Update().set(
        entity="thread_follow", conversation_id=root.conversation_id, root_seq=root.seq, version=version
    )


def listed(at: Key, root: MessageAddress, now: int) -> Update:
    """The same of somebody who follows: they are listed among those who do."""
    followers = keys.thread_followers(keys.tenant_of(at.pk), root.conversation_id, root.seq)
    return placed(root).set(
        gpk=followers, gsk=keys.member_gsk(keys.user_of(at.pk)), followed_at=stored_or("followed_at", now)
    )


def follow_by_reply(tenant_id: str, user_id: str, root: MessageAddress, seq: int) -> None:
    """Who replies follows, and has read everything up to their reply. 1 WRU, 2 for the first.

    Nobody does where a back end replies for no user.
    """
    if user_id == SYSTEM_USER:
        return
    now, at = clock.now_ms(), follow_key(tenant_id, user_id, root)
    change = listed(at, root, now).set(read_seq=seq, read_at=now)
    is_behind = absent("read_seq") | less("read_seq", seq)
    _write(at, change, absent("unfollowed_at") & is_behind)


def follow_by_name(tenant_id: str, user_id: str, root: MessageAddress, seq: int, found: RawItem | None) -> None:
    """Who is named by the reply `seq` follows from it on: it is unread. 2 WRU for who did not follow.

    `found` is their place as it was read. Replies may be looked at in any order: an earlier one that names them counts
    as unread too, as long as they have not been there.
    """
    at = follow_key(tenant_id, user_id, root)
    follow = ThreadFollowItem.read(found)
    if follow is None:
        change = listed(at, root, clock.now_ms()).set(read_seq=seq - 1)
        _write(at, change, absent())
    elif follow.is_followed and follow.read_at is None and int(follow.read_seq) >= seq:
        is_untouched = IS_FOLLOWED & absent("read_at") & greater("read_seq", seq - 1)
        _write(at, Update().set(read_seq=seq - 1).add(version=1), is_untouched)


def move_read_number(at: Key, seq: int) -> RawItem | None:
    """Move how far a follower has read to `seq`, never back; their place as it is then. 1 WRU."""
    change = Update().set(read_seq=seq, read_at=clock.now_ms()).add(version=1)
    try:
        return dynamodb.update(
            settings().chat_table, at, change, condition=IS_FOLLOWED & less("read_seq", seq), returning="ALL_NEW"
        )
    except ConditionFailed as failed:
        return failed.item


def _write(at: Key, change: Update, condition: Condition) -> None:
    with suppress(ConditionFailed):  # they have turned away, are there already or further
        dynamodb.update(settings().chat_table, at, change, condition=condition)


def followers(tenant_id: str, root: MessageAddress) -> list[str]:
    """Who follows a thread by the index, one more than are told at most. 0.5 RRU for about twenty."""
    found, _ = dynamodb.query(
        settings().chat_table,
        keys.thread_followers(tenant_id, root.conversation_id, root.seq),
        index=COLLECTION_INDEX,
        limit=MOST_TOLD + 1,
    )
    return [keys.member_of(required_text(raw, "gsk")) for raw in found]


def told_followers(tenant_id: str, root: MessageAddress) -> list[str]:
    """Those who are told of a reply since they follow the thread: none where there are too many."""
    found = followers(tenant_id, root)
    return found if len(found) <= MOST_TOLD else []


def list_followed(tenant_id: str, user_id: str, *, within: str | None = None, consistent: bool) -> list[RawItem]:
    """A user's places in threads, or in those of one conversation; those they have turned away from among them."""
    prefix = keys.THREAD_FOLLOW_PREFIX if within is None else keys.thread_follows_prefix(within)
    pk = keys.user(tenant_id, user_id)
    return list(dynamodb.every(settings().chat_table, pk, begins_with=prefix, consistent=consistent))


def leave_all(tenant_id: str, user_id: str, conversation_id: str) -> None:
    """Let go of a user's places in the threads of a conversation that they have left. 2 WRU each."""
    for raw in list_followed(tenant_id, user_id, within=conversation_id, consistent=True):
        _let_go(ThreadFollowItem.from_raw_data(raw))


def keep_most(tenant_id: str, user_id: str) -> None:
    """Let go of what a user follows beyond the most: first what they did not choose, what they touched longest ago.

    At most 8 RRU, and 2 WRU for each that goes.
    """
    found = list_followed(tenant_id, user_id, consistent=False)
    follows = [ThreadFollowItem.from_raw_data(raw) for raw in found]
    follows.sort(key=lambda each: (bool(each.chosen) or not each.is_followed, each.touched_at))
    for each in follows[: max(0, len(follows) - MOST_FOLLOWED)]:
        _let_go(each)


def _let_go(follow: ThreadFollowItem) -> None:
    with suppress(ConditionFailed):  # it has changed since it was read: it stays
        dynamodb.delete(settings().chat_table, follow.key, condition=equals("version", int(follow.version)))
