"""A member's own notification setting."""

from datetime import datetime

from parley import clock
from parley.errors import ValidationFailed
from parley.identity.caller import Caller
from parley.messaging.access import check_membership, check_well_formed, membership_key, meta_key, within
from parley.messaging.items import MembershipItem
from parley.messaging.members.schemas import Membership, Mute
from parley.messaging.members.views import membership_view
from parley.settings import settings
from parley.tables import dynamodb
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, exists


def do_mute(caller: Caller, conversation_id: str, body: Mute) -> Membership:
    """Turn notifications off, for good or until a moment to come. Unread counts go on. 1 WRU, 0.5 RRU."""
    if body.until is None:
        return _change(caller, conversation_id, Update().set(muted=True).remove("muted_until"))
    until = moment_to_come(body.until)
    return _change(caller, conversation_id, Update().set(muted=True, muted_until=until))


def moment_to_come(until: datetime, *, pointer: str = "/until") -> int:
    """The moment up to which something is to hold; raises `ValidationFailed` for one that has passed."""
    moment = clock.from_datetime(until)
    if moment <= clock.now_ms():
        detail = "the moment has passed"
        raise ValidationFailed([{"pointer": pointer, "code": "in_the_past", "detail": detail}])
    return moment


def do_unmute(caller: Caller, conversation_id: str) -> None:
    """Turn notifications on again."""
    _change(caller, conversation_id, Update().remove("muted", "muted_until"))


def _change(caller: Caller, conversation_id: str, change: Update) -> Membership:
    """Change the caller's membership, if there is one; who has none is told so as everywhere."""
    check_well_formed(conversation_id)
    try:
        updated = dynamodb.update(
            settings().chat_table,
            membership_key(caller.tenant_id, caller.user_id, conversation_id),
            change.add(version=1),
            condition=exists(),
            returning="ALL_NEW",
        )
    except ConditionFailed:
        return membership_view(check_membership(caller, conversation_id, None))
    meta = dynamodb.get(settings().chat_table, meta_key(caller.tenant_id, conversation_id))
    return membership_view(within(MembershipItem.from_raw_data(updated), meta))
