"""What is stored of the types of conversations that a tenant declares, and where."""

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from parley.tables import keys
from parley.tables.items import ChatItem
from parley.tables.keys import Key


class ConversationTypesItem(ChatItem):
    """`T#<tenant>#TYPES` / `TYPES`: the types that a tenant has declared, by name, and what it has set of built-in.

    Of each it says what it is built `like`, the `permissions` that differ from the table, and whether conversations
    have been made of it (`used`); `retention_days` where it has its own. The tenant's own item names its version
    (`conversation_types`), which travels with every caller. `gpk` and `gsk` list it among the tenants whose messages go
    by their age, as long as those of a type do.
    """

    entity = UnicodeAttribute(default="conversation_types")
    gpk = UnicodeAttribute(null=True)
    gsk = UnicodeAttribute(null=True)
    types = JSONAttribute()


def types_key(tenant_id: str) -> Key:
    return Key(keys.conversation_types(tenant_id), keys.CONVERSATION_TYPES_SK)
