"""What is stored about moderation. The pre-send webhook's secret and circuit are `parley.outbound.items`."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from parley.tables.items import ChatItem


class BlockListItem(ChatItem):
    """`T#<tenant>#MODERATION` / `BLOCKLIST`: the tenant's block list; `entries` is JSON as it was put.

    The tenant's own item names its version (`block_list`), which travels with every caller. A list that is put after
    one was removed has a higher version: it begins at the time in milliseconds.
    """

    entity = UnicodeAttribute(default="block_list")
    action = UnicodeAttribute()
    entries = UnicodeAttribute()
    created_at = NumberAttribute()
    updated_at = NumberAttribute()
