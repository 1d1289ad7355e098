"""What realtime keeps in `control`: connections and what they watch, which expire."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute

from parley.tables.items import ControlItem

LIFETIME_MS = 9_000_000
"""2.5 h: API Gateway closes a connection after 2 h."""


class ConnectionItem(ControlItem):
    """`T#<tenant>#X#<shard>` / `X#<connection>`: one open connection, by its tenant.

    `token_expires_at` and `issued_at` are those of the token that opened it, in milliseconds (0 for no `iat`); `kid`
    is the key that signed it. `watches` are conversations.
    """

    entity = UnicodeAttribute(default="connection")
    connection_id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    kid = UnicodeAttribute()
    issued_at = NumberAttribute()
    token_expires_at = NumberAttribute()
    connected_at = NumberAttribute()
    watches = UnicodeSetAttribute(null=True)

    def is_open_at(self, now: int) -> bool:
        """Whether it may still be open and its token holds."""
        return now < int(self.connected_at) + LIFETIME_MS and now < int(self.token_expires_at)


class WatchItem(ControlItem):
    """`T#<tenant>#C#<conversation>#W` / `X#<connection>`: a connection that watches a conversation."""

    entity = UnicodeAttribute(default="watch")
    connection_id = UnicodeAttribute()
    user_id = UnicodeAttribute()


class ClosingItem(ControlItem):
    """`T#_system#CLOSING#<minute>#<shard>` / `<tenant>#…`: a connection whose token expires in that minute, or a key
    that retires.
    """

    entity = UnicodeAttribute(default="closing")
    tenant_id = UnicodeAttribute()
    user_id = UnicodeAttribute(null=True)
    connection_id = UnicodeAttribute(null=True)
    kid = UnicodeAttribute(null=True)
