"""Deactivating a user: they stay who they are, and are no longer here; and bringing them back.

What they wrote and where they are members stays. Their tokens are refused, as revoked ones are, and no push reaches
them; lists and searches of users show them no more, and nobody puts them into a conversation.
"""

from parley import clock
from parley.audit import audit_log
from parley.errors import Unavailable, UserBeingErased, UserNotFound
from parley.identity.caller import Caller
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.dynamodb import TransactionRefused
from parley.tables.expressions import Update, at_version
from parley.tables.keys import Key
from parley.users.directory import directory_entry
from parley.users.items import UserItem
from parley.users.profiles import NOT_BEING_ERASED, user_key, user_view
from parley.users.schemas import User

ATTEMPTS = 5


def do_deactivate(caller: Caller, user_id: str) -> User:
    """Refuse a user's tokens and close their sockets, until they are reactivated; who is deactivated stays so.

    The gateway may take a token for 60 s more. Raises `UserNotFound`, `UserBeingErased`. 2 RRU and some 14 WRU.
    """
    return _turn(caller, user_id, off=True)


def do_reactivate(caller: Caller, user_id: str) -> User:
    """Bring a user back as they were: tokens that have not expired hold again. Raises and costs as `do_deactivate`."""
    return _turn(caller, user_id, off=False)


def _turn(caller: Caller, user_id: str, *, off: bool) -> User:
    """One transaction: the profile, what the authorizer reads, what pushes read, and the act's line."""
    at = user_key(caller.tenant_id, user_id)
    for _ in range(ATTEMPTS):
        item = UserItem.at(at, consistent=True)
        if item is not None and item.erasure is not None:
            raise UserBeingErased(job_id=item.erasure)
        if item is None or item.erased_at is not None:
            raise UserNotFound
        if (item.deactivated_at is not None) == off:
            return user_view(item)
        now = clock.now_ms()
        revocation = Key(at.pk, keys.REVOCATION_SK)
        flag = Update().set_or_remove(deactivated_at=now if off else None)
        line = audit_log.line(caller, "user.deactivated" if off else "user.reactivated", ("user", user_id))
        actions = [
            transactions.update(
                settings().chat_table,
                at,
                flag & _listing(caller.tenant_id, item, off=off).set(updated_at=now).add(version=1),
                condition=NOT_BEING_ERASED & at_version(int(item.version)),
            ),
            transactions.update(
                settings().chat_table,
                revocation,
                flag & Update().set(entity="revocation", user_id=user_id).add(version=1),
            ),
            transactions.update(
                settings().control_table,
                Key(at.pk, keys.PUSH_SK),
                Update().set(entity="push_user").set_or_remove(paused=True if off else None).add(version=1),
            ),
            line,
        ]
        try:
            dynamodb.transact(actions)
        except TransactionRefused:
            continue
    raise Unavailable("The user is being changed by others")


def _listing(tenant_id: str, user: UserItem, *, off: bool) -> Update:
    """Out of the directory, or into it by the name of now."""
    if off:
        return Update().remove("gpk", "gsk")
    gpk, gsk = directory_entry(tenant_id, user.user_id, user.name)
    return Update().set(gpk=gpk, gsk=gsk)
