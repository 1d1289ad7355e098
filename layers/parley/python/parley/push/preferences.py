"""What users want to be told of by push: for all conversations, and for single ones.

The first stands with the user's devices, the second on the membership, which delivery reads anyway and which goes when
the member does. `none` for all conversations silences every one of them; beyond that a conversation's own level counts.
Muting a conversation silences it whatever its level is.
"""

from typing import Any, cast

from parley import clock
from parley.errors import ValidationFailed
from parley.identity.caller import Caller
from parley.messaging.access import access_membership, check_membership, check_well_formed, membership_key
from parley.push import devices
from parley.push.items import PushUser, push_key
from parley.push.schemas import ConversationNotifications, Level, Notifications, SetNotifications
from parley.settings import settings
from parley.tables import dynamodb
from parley.tables.attributes import RawItem, number_or_none, text
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, exists


def do_get(caller: Caller) -> Notifications:
    """What holds for all conversations."""
    return _view(devices.load(caller.tenant_id, caller.user_id))


def do_set(caller: Caller, body: SetNotifications) -> Notifications:
    """Choose for all conversations. 1 WRU for each KiB of devices."""
    until = _moment(body)
    raw = dynamodb.update(
        settings().control_table,
        push_key(caller.tenant_id, caller.user_id),
        Update().set(level=body.level, entity="push_user").set_or_remove(until=until).add(version=1),
        returning="ALL_NEW",
    )
    return _view(PushUser.read(raw))


def do_get_of_conversation(caller: Caller, conversation_id: str) -> ConversationNotifications:
    """What holds in one conversation. Raises as `access_membership` does."""
    item = access_membership(caller, conversation_id)
    return _conversation_view(conversation_id, item.push_level, item.push_until)


def do_set_of_conversation(caller: Caller, conversation_id: str, body: SetNotifications) -> ConversationNotifications:
    """Choose for one conversation. 1 WRU. Raises as `access_membership` does."""
    until = _moment(body)
    _change_membership(caller, conversation_id, Update().set(push_level=body.level).set_or_remove(push_until=until))
    return _conversation_view(conversation_id, body.level, until)


def do_reset_of_conversation(caller: Caller, conversation_id: str) -> None:
    """Let what holds for all conversations hold in this one. Raises as `access_membership` does."""
    _change_membership(caller, conversation_id, Update().remove("push_level", "push_until"))


def _change_membership(caller: Caller, conversation_id: str, change: Update) -> None:
    check_well_formed(conversation_id)
    try:
        dynamodb.update(
            settings().chat_table,
            membership_key(caller.tenant_id, caller.user_id, conversation_id),
            change.add(version=1),
            condition=exists(),
        )
    except ConditionFailed:
        check_membership(caller, conversation_id, None)


def _moment(body: SetNotifications) -> int | None:
    if body.until is None:
        return None
    until = clock.from_datetime(body.until)
    if until <= clock.now_ms():
        detail = "the moment has passed"
        raise ValidationFailed([{"pointer": "/until", "code": "in_the_past", "detail": detail}])
    return until


def holds(level: Any, until: float | None) -> Level | None:
    """A level that was set, as long as it holds."""
    if level is None or (until is not None and clock.now_ms() >= until):
        return None
    return cast("Level", level)


def level_of(user: PushUser, membership: RawItem) -> Level:
    """What a member is told of in a conversation now."""
    general = holds(user.level, user.until) or "all"
    if general == "none":
        return general
    return holds(text(membership, "push_level"), number_or_none(membership, "push_until")) or general


def _view(user: PushUser) -> Notifications:
    level = holds(user.level, user.until)
    return Notifications(level=level or "all", until=clock.optional_datetime(user.until) if level else None)


def _conversation_view(conversation_id: str, level: Any, until: float | None) -> ConversationNotifications:
    held = holds(level, until)
    return ConversationNotifications(
        conversation_id=conversation_id, level=held, until=clock.optional_datetime(until) if held else None
    )
