"""Shadow bans everywhere: until when nobody but a user is shown what the user posts, which they are never told.

It stands with what takes a user's tokens back, since the authorizer reads that with each decision: who calls with a
token of their own brings it along, at most 60 s old. For whom a back end acts, it is read.
"""

from parley import clock
from parley.identity.caller import Caller
from parley.ids import SYSTEM_USER
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, number
from parley.tables.keys import Key

FOR_GOOD = 253_402_300_799_999
"""The end of a shadow ban that has none: the last moment that a timestamp can name."""


def revocation_key(tenant_id: str, user_id: str) -> Key:
    return Key(keys.user(tenant_id, user_id), keys.REVOCATION_SK)


def until_of(revocation: RawItem | None) -> int:
    """Until when the user is shadow-banned everywhere, 0 for never."""
    return number(revocation or {}, "shadowed_until")


def is_everywhere(caller: Caller) -> bool:
    """Whether the caller is shadow-banned everywhere at this moment. 1 RRU where a back end acts for them."""
    until = caller.shadowed_until
    if until is None:
        if caller.user_id in {"", SYSTEM_USER}:
            return False
        at = revocation_key(caller.tenant_id, caller.user_id)
        until = until_of(dynamodb.batch_get(settings().chat_table, [at], consistent=True).get(at))
    return until > clock.now_ms()


def is_known_everywhere(caller: Caller) -> bool:
    """The same, as far as the caller brings it along: of a user token."""
    return (caller.shadowed_until or 0) > clock.now_ms()
