"""Taking back all tokens of a user at once."""

from collections.abc import Sequence

from parley import clock
from parley.audit import audit_log
from parley.identity.caller import Caller
from parley.identity.schemas import Revocation
from parley.settings import settings
from parley.tables import attributes, dynamodb, keys, transactions
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, at_least
from parley.tables.keys import Key
from parley.tables.transactions import Action


def do_revoke_tokens(caller: Caller, user_id: str) -> Revocation:
    """Refuse every token of the user that was issued before now; the gateway may still take one for 60 s.

    The user need not exist: a tenant signs tokens for whom it likes. The moment never goes back, whichever of two
    clocks is ahead.
    """
    line = audit_log.line(caller, "user.tokens_revoked", ("user", user_id))
    moment = revoke(caller.tenant_id, user_id, lines=[line])
    return Revocation(user_id=user_id, tokens_valid_from=clock.to_datetime(moment))


def revoke(tenant_id: str, user_id: str, *, lines: Sequence[Action] = ()) -> clock.Milliseconds:
    """Refuse the user's tokens of before now; the moment from which on they hold. 1 WRU, with a line 4."""
    now = clock.now_ms()
    table, at = settings().chat_table, Key(keys.user(tenant_id, user_id), keys.REVOCATION_SK)
    change = Update().set(entity="revocation", user_id=user_id, tokens_valid_from=now).add(version=1)
    is_later = ~at_least("tokens_valid_from", now)
    try:
        if lines:
            audit_log.write(transactions.update(table, at, change, condition=is_later, tell=True), lines=lines)
        else:
            dynamodb.update(table, at, change, condition=is_later)
    except ConditionFailed as failed:
        if failed.item is None:
            raise
        now = attributes.number(failed.item, "tokens_valid_from")
    return now


SHADOW = ("shadowed_until", "shadowed_at", "shadow_reason")
"""What it says beside who is shadow-banned everywhere."""


def forget_deactivation(tenant_id: str, user_id: str) -> Action:
    """The write by which the id's next user is neither deactivated nor shadow-banned: for the end of an erasure."""
    at = Key(keys.user(tenant_id, user_id), keys.REVOCATION_SK)
    change = Update().set(entity="revocation", user_id=user_id).add(version=1).remove("deactivated_at", *SHADOW)
    return transactions.update(settings().chat_table, at, change)
