"""How far a member has read: a pointer that never goes back, from which every unread count follows."""

from parley import clock
from parley.identity.caller import Caller
from parley.messaging.access import membership_key
from parley.settings import settings
from parley.tables import dynamodb
from parley.tables.attributes import RawItem
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, absent, exists, less


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
