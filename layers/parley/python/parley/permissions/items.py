"""What is stored of the types of conversations that a tenant declares, and where."""

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from parley.tables import keys
from parley.tables.items import ChatItem
from parley.tables.keys import Key


class ConversationTypesItem(ChatItem):
    """`T#<tenant>#TYPES` / `TYPES`: the types that a tenant has declared, by name, and what it has set of built-in.

    Of each it says what it is built `like`, the `permissions` that differ from the table, and whether conversations
    have been made of it (`used`). The tenant's own item names its version (`conversation_types`), which travels with
    every caller.
    """

    entity = UnicodeAttribute(default="conversation_types")
    types = JSONAttribute()


def types_key(tenant_id: str) -> Key:
    return Key(keys.conversation_types(tenant_id), keys.CONVERSATION_TYPES_SK)
