"""Shadow bans of a user everywhere: nobody else is shown what they post, and they are not told so.

For the tenant's back end. It stands with what takes the user's tokens back (`parley.identity.shadow`). What was posted
under it stays hidden when it ends.
"""

from parley import clock
from parley.audit import audit_log
from parley.audit.vocabulary import AuditAction
from parley.errors import ShadowBanNotFound, Unavailable, UserNotFound, ValidationFailed
from parley.identity.caller import Caller
from parley.identity.shadow import FOR_GOOD, revocation_key, until_of
from parley.settings import settings
from parley.tables import attributes, dynamodb, transactions
from parley.tables.attributes import RawItem, number, text
from parley.tables.dynamodb import TransactionRefused
from parley.tables.expressions import Update, absent, at_version, exists
from parley.tables.transactions import Action
from parley.users.profiles import ATTEMPTS, user_key
from parley.users.revocation import SHADOW
from parley.users.schemas import PutShadowBan, ShadowBan
from parley.wire import moment


def do_put(caller: Caller, user_id: str, body: PutShadowBan) -> ShadowBan:
    """Shadow-ban a user, or change until when and why; one that holds keeps its beginning.

    1 RRU and 6 WRU; the same again, no WRU.

    Their sockets are closed, so that they come back under it; the gateway may take a decision of before for 60 s more.
    Raises `UserNotFound`, `ValidationFailed` for a moment that has passed.
    """
    now, until = clock.now_ms(), FOR_GOOD
    if body.until is not None:
        until = clock.from_datetime(body.until)
        if until <= now:
            detail = "the moment has passed"
            raise ValidationFailed([{"pointer": "/until", "code": "in_the_past", "detail": detail}])
    for _ in range(ATTEMPTS):
        earlier = _read(caller.tenant_id, user_id)
        holds = until_of(earlier) > now
        if holds and (until_of(earlier), text(earlier, "shadow_reason")) == (until, body.reason):
            return _view(user_id, earlier)
        since = number(earlier, "shadowed_at") if holds else now
        told = {"shadowed_until": until, "shadowed_at": since, "shadow_reason": body.reason}
        at = user_key(caller.tenant_id, user_id)
        is_there = transactions.check(settings().chat_table, at, exists() & absent("erased_at"))
        write = _write(caller, user_id, earlier, Update().set_or_remove(told))
        try:
            dynamodb.transact([write, _line(caller, user_id, lifted=False), is_there])
        except TransactionRefused as refused:
            if refused.failed(2):
                raise UserNotFound from None
        else:
            return _view(user_id, attributes.item(told))
    raise Unavailable("The user is being changed by others")


def do_get(caller: Caller, user_id: str) -> ShadowBan:
    """The shadow ban of a user, as long as it holds. 1 RRU. Raises `ShadowBanNotFound`."""
    found = _read(caller.tenant_id, user_id)
    if until_of(found) <= clock.now_ms():
        raise ShadowBanNotFound
    return _view(user_id, found)


def _view(user_id: str, stored: RawItem) -> ShadowBan:
    until = until_of(stored)
    return ShadowBan(
        user_id=user_id,
        reason=text(stored, "shadow_reason"),
        until=None if until == FOR_GOOD else moment(until),
        created_at=clock.to_datetime(number(stored, "shadowed_at")),
    )


def do_lift(caller: Caller, user_id: str) -> None:
    """Let others be shown what a user posts from now on; who is not shadow-banned stays so. 1 RRU and 4 WRU."""
    for _ in range(ATTEMPTS):
        earlier = _read(caller.tenant_id, user_id)
        if "shadowed_until" not in earlier:
            return
        try:
            lift = _write(caller, user_id, earlier, Update().remove(*SHADOW))
            dynamodb.transact([lift, _line(caller, user_id, lifted=True)])
        except TransactionRefused:
            continue
        return
    raise Unavailable("The user is being changed by others")


def _read(tenant_id: str, user_id: str) -> RawItem:
    return dynamodb.get(settings().chat_table, revocation_key(tenant_id, user_id), consistent=True) or {}


def _write(caller: Caller, user_id: str, earlier: RawItem, change: Update) -> Action:
    """The action that changes what the authorizer reads, if it is as it was read."""
    version = number(earlier, "version") if earlier else None
    change.set(entity="revocation", user_id=user_id).add(version=1)
    at = revocation_key(caller.tenant_id, user_id)
    return transactions.update(settings().chat_table, at, change, condition=at_version(version))


def _line(caller: Caller, user_id: str, *, lifted: bool) -> Action:
    action: AuditAction = "user.shadow_ban_lifted" if lifted else "user.shadow_banned"
    return audit_log.line(caller, action, ("user", user_id))
