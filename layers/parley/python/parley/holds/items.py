"""What is stored of holds, and where."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from parley.tables import keys
from parley.tables.items import ChatItem
from parley.tables.keys import Key


class HoldItem(ChatItem):
    """`T#<tenant>#HOLDS` / `HOLD#<hold>`: on a conversation or on a user, until a moment or until it is released.

    One that has ended stays until then, and keeps nothing. Beside the holds stands how many there are.
    """

    entity = UnicodeAttribute(default="hold")
    hold_id = UnicodeAttribute()
    conversation_id = UnicodeAttribute(null=True)
    user_id = UnicodeAttribute(null=True)
    reason = UnicodeAttribute()
    placed_by = UnicodeAttribute(null=True)
    until = NumberAttribute(null=True)
    created_at = NumberAttribute()


def hold_key(tenant_id: str, hold_id: str) -> Key:
    return Key(keys.holds(tenant_id), keys.hold_sk(hold_id))


def count_key(tenant_id: str) -> Key:
    """Where it stands how many holds a tenant has: it changes in the transaction that places or releases one."""
    return Key(keys.holds(tenant_id), keys.HOLD_COUNT_SK)
