"""How far a member has read: a pointer from which every unread count follows.

It never goes back, but where the member marks something as unread.
"""

from parley import clock
from parley.identity.caller import Caller
from parley.messaging import activity
from parley.messaging.access import membership_key
from parley.messaging.items import MembershipItem
from parley.messaging.members.delivery import delivered_seq
from parley.settings import settings
from parley.tables import dynamodb, transactions
from parley.tables.attributes import RawItem
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, absent, equals, exists, less


def move_read_pointer(caller: Caller, conversation_id: str, seq: int) -> RawItem | None:
    """Move the pointer to `seq`, unless it is there or further; the membership as it is then, None for none. 1 WRU.

    A member whom the other of a direct conversation has blocked moves nothing: it would be told to the blocker.
    """
    may_move = exists() & absent("blocked") & less("read_seq", seq)
    try:
        return dynamodb.update(
            settings().chat_table,
            membership_key(caller.tenant_id, caller.user_id, conversation_id),
            Update().set(read_seq=seq, read_at=clock.now_ms()).add(version=1),
            condition=may_move,
            returning="ALL_NEW",
        )
    except ConditionFailed as failed:
        return failed.item


def clear_history(caller: Caller, conversation_id: str, seq: int) -> RawItem | None:
    """Show the caller nothing up to `seq`, unless it is so already; the membership as it is then, None for none. 1 WRU.

    Their kept list needs no note: an unread count in it holds only as long as this stands where it did.
    """
    try:
        return dynamodb.update(
            settings().chat_table,
            membership_key(caller.tenant_id, caller.user_id, conversation_id),
            Update().set(visible_from=seq).add(version=1),
            condition=exists() & less("visible_from", seq),
            returning="ALL_NEW",
        )
    except ConditionFailed as failed:
        return failed.item


def move_read_pointer_back(membership: MembershipItem, seq: int, own_after: set[int]) -> None:
    """Move a member's pointer to `seq`, with the numbers of their own messages after it. 4 WRU.

    What they had read stays delivered. Their kept list says only of what was unread when it was kept how much is: so it
    is noted beside it in the same transaction. Raises `TransactionRefused` where the membership has changed since it
    was read.
    """
    moved = {"read_seq": seq, "own_after": own_after or None, "delivered_seq": delivered_seq(membership)}
    change = Update().set_or_remove(moved).add(version=1)
    note = activity.note_action(membership.key.pk, str(membership.conversation_id))
    unchanged = equals("version", int(membership.version)) & absent("blocked")
    dynamodb.transact([transactions.update(settings().chat_table, membership.key, change, condition=unchanged), note])
