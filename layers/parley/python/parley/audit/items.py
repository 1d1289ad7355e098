"""What is stored of administrative acts, in the table `audit`: written once, never changed, gone by time to live."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from parley.tables.items import Item


class AuditItem(Item):
    """`T#<tenant>#AUDIT#<year>` / `A#<id>`: an act, with the ids of who and what, and with no name or text of anybody.

    It has no `table`: only what writes and shows lines knows where they are.

    `address` and `user_agent` are of servers and operators. A user's are not kept: a line outlives their erasure.
    """

    entity = UnicodeAttribute(default="audit_line")
    line_id = UnicodeAttribute()
    action = UnicodeAttribute()
    actor = UnicodeAttribute()
    actor_id = UnicodeAttribute(null=True)
    acting_for = UnicodeAttribute(null=True)
    target = UnicodeAttribute()
    target_id = UnicodeAttribute()
    conversation_id = UnicodeAttribute(null=True)
    details = JSONAttribute(null=True)
    address = UnicodeAttribute(null=True)
    user_agent = UnicodeAttribute(null=True)
    request_id = UnicodeAttribute(null=True)
    acted_at = NumberAttribute()
    expires_at = NumberAttribute()
