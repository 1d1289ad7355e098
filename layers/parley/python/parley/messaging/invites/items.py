"""What is stored of invites: of users, and of whoever has a link."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from parley.tables.items import ChatItem


class InviteItem(ChatItem):
    """`T#<tenant>#C#<conversation>` / `INV#<user>`: a user who may join until a moment.

    `gpk` and `gsk` list it among those of the user. Whoever erases the user finds it by their note of the conversation.
    """

    entity = UnicodeAttribute(default="invite")
    gpk = UnicodeAttribute()
    gsk = UnicodeAttribute()
    conversation_id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    invited_by = UnicodeAttribute()
    created_at = NumberAttribute()
    valid_until = NumberAttribute()


class InviteLinkItem(ChatItem):
    """`…` / `LINK#<link>`: whoever has its token may join until a moment, as long as uses are `left`.

    The token is kept as a hash alone. Without `max_uses` nothing is `left`, and `uses` counts all the same.
    Beside the links stands how many there are, in `link_count` of `LINKS`, so that their number is exact.
    """

    entity = UnicodeAttribute(default="invite_link")
    link_id = UnicodeAttribute()
    conversation_id = UnicodeAttribute()
    token_hash = UnicodeAttribute()
    created_by = UnicodeAttribute()
    created_at = NumberAttribute()
    valid_until = NumberAttribute()
    max_uses = NumberAttribute(null=True)
    left = NumberAttribute(null=True)
    uses = NumberAttribute(default=0)


class JoinRequestItem(ChatItem):
    """`…` / `ASK#<user>`: a user who would like to join. `gpk` and `gsk` list it among those of the user."""

    entity = UnicodeAttribute(default="join_request")
    gpk = UnicodeAttribute()
    gsk = UnicodeAttribute()
    conversation_id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    text = UnicodeAttribute(null=True)
    created_at = NumberAttribute()
