"""What is stored about saved searches, beside their owner and beside their tenant."""

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from parley.tables import keys
from parley.tables.items import ChatItem
from parley.tables.keys import Key


class SavedSearchItem(ChatItem):
    """`T#<tenant>#U#<user>` / `SAVED#<id>`: a query that its owner keeps.

    `told` are the messages, with their conversations, that the last write told of: `[[message, conversation], …]`.
    `recent` are the last messages of which it told, by their digest, each with its moment; what is older than
    `told_until` may have been among those before. `hour` and `in_hour` count what was told in an hour.
    """

    entity = UnicodeAttribute(default="saved_search")
    user_id = UnicodeAttribute()
    saved_id = UnicodeAttribute()
    name = UnicodeAttribute()
    q = UnicodeAttribute()
    notify = BooleanAttribute(default=False)
    created_at = NumberAttribute()
    updated_at = NumberAttribute()
    matches = NumberAttribute(default=0)
    last_matched_at = NumberAttribute(null=True)
    told = JSONAttribute(null=True)
    recent = JSONAttribute(null=True)
    told_until = NumberAttribute(null=True)
    hour = NumberAttribute(null=True)
    in_hour = NumberAttribute(null=True)


class AlertItem(ChatItem):
    """`T#<tenant>#ALERTS` / `A#<user>#<id>`: a saved search with `notify`, so that one Query reads those of a tenant.

    What was said before `since` is not told.
    """

    entity = UnicodeAttribute(default="alert")
    q = UnicodeAttribute()
    since = NumberAttribute()


def saved_search_key(tenant_id: str, user_id: str, saved_id: str) -> Key:
    return Key(keys.user(tenant_id, user_id), keys.saved_search_sk(saved_id))


def alert_key(tenant_id: str, user_id: str, saved_id: str) -> Key:
    return Key(keys.alerts(tenant_id), keys.alert_sk(user_id, saved_id))
