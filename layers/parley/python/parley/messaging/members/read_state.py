"""How far a member has read: a pointer that never goes back, from which every unread count follows."""

from parley import clock
from parley.identity.caller import Caller
from parley.messaging.access import membership_key
from parley.settings import settings
from parley.tables import dynamodb
from parley.tables.attributes import RawItem
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, exists, less


def move_read_pointer(caller: Caller, conversation_id: str, seq: int) -> RawItem:
    """Move the pointer to `seq` and return the membership. 1 WRU.

    Raises `ConditionFailed` with the membership where the pointer is there or further, with None where there is none.
    """
    return dynamodb.update(
        settings().chat_table,
        membership_key(caller.tenant_id, caller.user_id, conversation_id),
        Update().set(read_seq=seq, read_at=clock.now_ms()).add(version=1),
        condition=exists() & less("read_seq", seq),
        returning="ALL_NEW",
    )


def advance_read_pointer(caller: Caller, conversation_id: str, seq: int) -> bool:
    """Move the pointer to `seq`, unless it is there or further, or the membership is gone. 1 WRU. Whether it moved."""
    try:
        move_read_pointer(caller, conversation_id, seq)
    except ConditionFailed:
        return False
    return True
