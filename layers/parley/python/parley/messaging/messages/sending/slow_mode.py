"""Slow mode: how long a member waits after a message before they may send the next one to a conversation.

The setting stands on `META`, which a send changes anyway, so one in a conversation without it pays nothing. In slow
mode a sender takes their turn: one conditional write to an item of theirs that expires. A turn is of a request: one
that comes again with its key, after a crash or beside its twin, has it already. It is not given back where the send is
refused after it, since a message that is written all the same would have none.
"""

from parley import clock
from parley.errors import SlowMode
from parley.messaging.members.memberships import IS_OPEN
from parley.messaging.messages.sending.claims import Outgoing, turn_of
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import number, text
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Condition, Update, absent, at_most, equals

LONGEST_SECONDS = 86_400
_TTL_MARGIN_SECONDS = 3600


def takes_after(seconds: int) -> Condition:
    """The condition under which a conversation takes a message of who has waited this long since their last one."""
    as_waited = equals("slow_mode_seconds", seconds) if seconds else absent("slow_mode_seconds")
    return IS_OPEN & absent("frozen") & as_waited


def take_turn(outgoing: Outgoing, seconds: int) -> None:
    """Let the sender's next message wait, if this one had to wait no longer. 1 WRU, none without slow mode.

    What counts is when the last turn was taken, so another setting holds at once. Raises `SlowMode`.
    """
    if seconds == 0 or outgoing.unrestricted:
        return
    caller, now = outgoing.caller, clock.now_ms()
    scope = keys.per_user(f"slow-mode#{outgoing.body.conversation_id}", caller.user_id)
    turn = turn_of(outgoing)
    try:
        dynamodb.update(
            settings().control_table,
            keys.rate_limit(caller.tenant_id, scope),
            Update().set(taken_at=now, taken_by=turn, expires_at=now // 1000 + LONGEST_SECONDS + _TTL_MARGIN_SECONDS),
            condition=absent("taken_at") | at_most("taken_at", now - seconds * 1000),
        )
    except ConditionFailed as failed:
        taken = failed.item or {}
        if text(taken, "taken_by") == turn:
            return
        wait = max(1, -(-(number(taken, "taken_at") + seconds * 1000 - now) // 1000))
        raise SlowMode(f"A member sends one message in {seconds} s here", retry_after=wait) from None
