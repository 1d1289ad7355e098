"""What is stored of moderators' decisions."""

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute

from parley.tables import keys
from parley.tables.items import ChatItem
from parley.tables.keys import Key


class DecisionItem(ChatItem):
    """`T#<tenant>#U#<user>` / `MOD#<decision>`: what moderators decided about a message of the user's.

    Of what the message said then, `text` is the beginning. `note` and `decided_by` are the moderators' alone. The
    user's appeal is a part of it: `gpk`, `gsk` list it among the tenant's, by time, until it has been answered.
    """

    entity = UnicodeAttribute(default="moderation_decision")
    gpk = UnicodeAttribute(null=True)
    gsk = UnicodeAttribute(null=True)
    decision_id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    conversation_id = UnicodeAttribute()
    message_id = UnicodeAttribute()
    actions = ListAttribute(of=UnicodeAttribute)
    not_done = ListAttribute(of=UnicodeAttribute, null=True)
    reason = UnicodeAttribute(null=True)
    note = UnicodeAttribute(null=True)
    until = NumberAttribute(null=True)
    text = UnicodeAttribute(null=True)
    decided_by = UnicodeAttribute()
    decided_at = NumberAttribute()
    appeal = UnicodeAttribute(null=True)
    appealed_at = NumberAttribute(null=True)
    outcome = UnicodeAttribute(null=True)
    answer = UnicodeAttribute(null=True)
    answered_by = UnicodeAttribute(null=True)
    answered_at = NumberAttribute(null=True)
    pending = ListAttribute(of=UnicodeAttribute, null=True)
    restored = ListAttribute(of=UnicodeAttribute, null=True)


def decision_key(tenant_id: str, user_id: str, decision_id: str) -> Key:
    return Key(keys.user(tenant_id, user_id), keys.decision_sk(decision_id))
