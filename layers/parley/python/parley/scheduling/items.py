"""What is stored of a message that is to be sent later, beside its author."""

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from parley.tables import keys
from parley.tables.items import ChatItem
from parley.tables.keys import Key


class ScheduledItem(ChatItem):
    """`T#<tenant>#U#<user>` / `LATER#<id>`: a message that its author wants sent at `send_at`.

    `message` is the body of the send as JSON; it names the conversation there alone, since its author is told what
    becomes of it wherever they are a member. `due_at` is when it is tried next, by its `timer`. `revision` counts what
    it has said, so each has an idempotency key of its own. `by_server` says that the tenant's own back end wrote it.

    `status` is `scheduled`, `sending` since `claimed_at`, `sent` (until it is removed, right after) or `failed`.
    """

    entity = UnicodeAttribute(default="scheduled_message")
    scheduled_id = UnicodeAttribute()
    message = JSONAttribute()
    send_at = NumberAttribute()
    due_at = NumberAttribute()
    timer = UnicodeAttribute()
    status = UnicodeAttribute(default="scheduled")
    revision = NumberAttribute(default=1)
    attempts = NumberAttribute(default=0)
    by_server = BooleanAttribute(null=True)
    claimed_at = NumberAttribute(null=True)
    failure = JSONAttribute(null=True)
    message_id = UnicodeAttribute(null=True)
    created_at = NumberAttribute()
    updated_at = NumberAttribute()


def scheduled_key(tenant_id: str, user_id: str, scheduled_id: str) -> Key:
    return Key(keys.user(tenant_id, user_id), keys.scheduled_sk(scheduled_id))
