"""What is stored of bookmarks, beside their owner."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from parley.ids import MessageAddress
from parley.tables import keys
from parley.tables.items import ChatItem
from parley.tables.keys import Key


class BookmarkItem(ChatItem):
    """`T#<tenant>#U#<user>` / `BM#<message>`: a message that a user keeps for later.

    It names its conversation in the message's id alone: it is its owner's, also once they have left. The reminder of
    `remind_at` has the `timer`, and came due at `reminded_at`. One that is made anew begins at the clock's
    milliseconds.
    """

    entity = UnicodeAttribute(default="bookmark")
    message_id = UnicodeAttribute()
    note = UnicodeAttribute(null=True)
    remind_at = NumberAttribute(null=True)
    reminded_at = NumberAttribute(null=True)
    timer = UnicodeAttribute(null=True)
    created_at = NumberAttribute()


def bookmark_key(tenant_id: str, user_id: str, address: MessageAddress) -> Key:
    return Key(keys.user(tenant_id, user_id), keys.bookmark_sk(str(address)))
