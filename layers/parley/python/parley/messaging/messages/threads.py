"""Threads: replies hang on a top-level message, one level deep, with a sequence of their own."""

from collections.abc import Callable
from dataclasses import dataclass

from parley import clock
from parley.errors import ConversationNotFound, MessageNotFound, ParentNotFound
from parley.identity.caller import Caller
from parley.ids import MessageAddress
from parley.messaging import access
from parley.messaging.items import MembershipItem, MessageItem
from parley.messaging.messages.shadowed import reading
from parley.messaging.sequence import Allocation, allocate
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, item, number, required_number
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, absent, equals, less
from parley.tables.keys import Key


def meta_key(tenant_id: str, root: MessageAddress) -> Key:
    """Where the thread under a message keeps its sequence."""
    return Key(keys.thread(tenant_id, root.conversation_id, root.seq), keys.META_SK)


@dataclass(frozen=True, slots=True)
class FoundThread:
    """A thread that the caller may see: what it hangs on, its sequence where there is a reply, and one item more."""

    root: MessageAddress
    item: MessageItem
    membership: MembershipItem
    thread: RawItem | None
    beside: RawItem | None


def access_thread(caller: Caller, message_id: str, *, beside: Callable[[MessageAddress], Key]) -> FoundThread:
    """The thread under a message, as it is at this moment: one consistent call, 5 RRU.

    A message that has been deleted still has its thread. Raises `MessageNotFound` (for a reply too: threads are one
    level deep) and `NotAMember`.
    """
    root = MessageAddress.parse(message_id)
    if root is None or root.root_seq is not None:
        raise MessageNotFound
    thread_at, beside_at = meta_key(caller.tenant_id, root), beside(root)
    root_at = Key(keys.conversation(caller.tenant_id, root.conversation_id), keys.message_sk(root.seq))
    mine = access.membership_key(caller.tenant_id, caller.user_id, root.conversation_id)
    meta = access.meta_key(caller.tenant_id, root.conversation_id)
    found = dynamodb.batch_get(settings().chat_table, [mine, root_at, beside_at, thread_at, meta], consistent=True)
    try:
        membership = access.check_membership(caller, root.conversation_id, MembershipItem.read(found.get(mine)))
    except ConversationNotFound:
        raise MessageNotFound from None
    item = reading.read_one(caller, MessageItem.read(found.get(root_at)))
    if item is None or item.reference is not None or (item.void and item.deleted_at is None):
        raise MessageNotFound
    membership = access.within(membership, found.get(meta))
    if root.seq <= int(membership.visible_from):
        raise MessageNotFound
    return FoundThread(root, item, membership, found.get(thread_at), found.get(beside_at))


@dataclass(frozen=True, slots=True)
class Root:
    """What a reply hangs on: its conversation's `META`, and whether only the caller is shown the message."""

    conversation: RawItem
    is_shadowed: bool


def access_root(caller: Caller, root: MessageAddress, membership: MembershipItem) -> Root:
    """Check that a member can reply to a message. 1 RRU, 1 more where only they are shown it.

    A root that an eventually consistent read does not see may have been sent a moment ago: it is read again. Raises
    `ParentNotFound` and as `access.check_may_write` does.
    """
    root_at = Key(keys.conversation(caller.tenant_id, root.conversation_id), keys.message_sk(root.seq))
    conversation_at = access.meta_key(caller.tenant_id, root.conversation_id)
    found = dynamodb.batch_get(settings().chat_table, [root_at, conversation_at])
    message = MessageItem.read(found.get(root_at)) or MessageItem.at(root_at, consistent=True)
    place, message = message, reading.read_one(caller, message)
    if message is None or message.void or message.reference is not None or message.deleted_at is not None:
        raise ParentNotFound
    meta = found.get(conversation_at, {})
    if root.seq <= int(access.within(membership, meta).visible_from):
        raise ParentNotFound
    access.check_may_write(caller, membership, meta)
    return Root(meta, is_shadowed=message is not place)


def allocate_reply(line: Key, root: MessageAddress, now: int, *, is_gap: bool = False) -> Allocation:
    """The next number in a thread; the first one starts it."""
    opened = Update().set(entity="thread", conversation_id=root.conversation_id, root_seq=root.seq)
    return allocate(line, opened, now=now, condition=None, is_gap=is_gap)


def state_after(allocation: Allocation) -> RawItem:
    """The thread's counters as they were right after a number was given out."""
    return item(
        {
            "seq": allocation.seq,
            "gap_count": allocation.count("gap_count"),
            "version": allocation.count("version") + 1,
        }
    )


def set_reply_count(tenant_id: str, root: MessageAddress, thread: RawItem, replied_at: int | None) -> None:
    """Show on the root how many replies there are, unless a later state of the thread is shown already. 1 WRU.

    The count is set from the thread's own counters, never added to, so a repetition or a crash cannot skew it.
    """
    at = Key(keys.conversation(tenant_id, root.conversation_id), keys.annotations_sk(root.seq))
    version = required_number(thread, "version")
    change = Update().set(
        entity="annotations",
        reply_count=required_number(thread, "seq") - number(thread, "gap_count"),
        thread_version=version,
    )
    if replied_at is not None:
        change.set(last_reply_at=replied_at)
    try:
        dynamodb.update(
            settings().chat_table,
            at,
            change.add(version=1),
            condition=absent("thread_version") | less("thread_version", version),
        )
    except ConditionFailed:
        return


def show_reply_count(tenant_id: str, root: MessageAddress) -> None:
    """Show on the root how many replies there are now. 1 RRU and 1 WRU."""
    thread = dynamodb.get(settings().chat_table, meta_key(tenant_id, root), consistent=True)
    if thread is not None:
        set_reply_count(tenant_id, root, thread, None)


def repair_reply_count(tenant_id: str, root: MessageAddress, thread: RawItem, annotations: RawItem | None) -> None:
    """Show the count of a thread as it was read, unless the root shows it, or a later one, already."""
    if number(annotations or {}, "thread_version") < required_number(thread, "version"):
        set_reply_count(tenant_id, root, thread, None)


def reference_item(tenant_id: str, reply: MessageItem, shown_seq: int) -> MessageItem:
    """What stands in the conversation for a reply that is shown there: its id, so an edit or delete shows in both."""
    address = MessageAddress(reply.conversation_id, int(reply.seq), int(reply.root_seq or 0))
    return MessageItem(
        pk=keys.conversation(tenant_id, reply.conversation_id),
        sk=keys.message_sk(shown_seq),
        entity="reference",
        conversation_id=reply.conversation_id,
        seq=shown_seq,
        author_id=reply.author_id,
        reference=str(address),
        created_at=reply.created_at or clock.now_ms(),
    )


def move_shown(reply: Key, old_seq: int, new_seq: int) -> None:
    """Show a reply in another place of the conversation: its first was closed before it was written. 1 WRU."""
    try:
        dynamodb.update(
            settings().chat_table,
            reply,
            Update().set(shown_seq=new_seq).add(version=1),
            condition=equals("shown_seq", old_seq) & absent("deleted_at"),
        )
    except ConditionFailed:
        return
