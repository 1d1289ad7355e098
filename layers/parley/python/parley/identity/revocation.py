"""Taking back all tokens of a user at once."""

from parley import clock
from parley.identity.caller import Caller
from parley.identity.schemas import Revocation
from parley.settings import settings
from parley.tables import attributes, dynamodb, keys
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, at_least
from parley.tables.keys import Key


def do_revoke_tokens(caller: Caller, user_id: str) -> Revocation:
    """Refuse every token of the user that was issued before now; the gateway may still take one for 60 s.

    The user need not exist: a tenant signs tokens for whom it likes. The moment never goes back, whichever of two
    clocks is ahead.
    """
    moment = revoke(caller.tenant_id, user_id)
    return Revocation(user_id=user_id, tokens_valid_from=clock.to_datetime(moment))


def revoke(tenant_id: str, user_id: str) -> clock.Milliseconds:
    """Refuse the user's tokens of before now; the moment from which on they hold."""
    now = clock.now_ms()
    try:
        dynamodb.update(
            settings().chat_table,
            Key(keys.user(tenant_id, user_id), keys.REVOCATION_SK),
            Update().set(entity="revocation", user_id=user_id, tokens_valid_from=now).add(version=1),
            condition=~at_least("tokens_valid_from", now),
        )
    except ConditionFailed as failed:
        if failed.item is None:
            raise
        now = attributes.number(failed.item, "tokens_valid_from")
    return now
