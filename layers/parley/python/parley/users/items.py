"""What is stored about users."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from parley.tables.items import ChatItem


class UserItem(ChatItem):
    """`T#<tenant>#U#<user>` / `USER`. `gpk` and `gsk` list it in a sixteenth of the tenant's directory."""

    entity = UnicodeAttribute(default="user")
    gpk = UnicodeAttribute()
    gsk = UnicodeAttribute()
    user_id = UnicodeAttribute()
    name = UnicodeAttribute()
    avatar_url = UnicodeAttribute(null=True)
    custom = JSONAttribute(null=True)
    created_at = NumberAttribute()
    updated_at = NumberAttribute()
