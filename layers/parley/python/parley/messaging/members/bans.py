"""Bans: who may not come back to a conversation, or is there without anybody else being shown what they post.

A ban and the removal of the membership are one transaction, which also counts the ban in the member summary. Whoever
joins does so on condition of the number of bans that they looked at, so a ban cannot be missed.

A shadow ban leaves the membership and marks it, so that a send learns of it from what it reads anyway. Whoever joins
under one gets the mark; that one was lifted is counted like a ban, so that nobody joins by one that is no more.
"""

from collections.abc import Callable
from typing import Literal

from parley import clock
from parley.audit import audit_log
from parley.errors import NotOnOneself, Unavailable, UserNotFound
from parley.identity import teams
from parley.identity.caller import Caller
from parley.identity.shadow import FOR_GOOD
from parley.messaging.access import access_membership, check_outranks, membership_key, meta_key, still_holds_role
from parley.messaging.items import BanItem, MembershipItem
from parley.messaging.members.members import raise_refusal
from parley.messaging.members.memberships import (
    ATTEMPTS,
    IS_OPEN,
    change_counts,
    has_not_ended,
    membership_of,
    must_be_absent,
    put_former_membership,
    read_users,
    take_out,
)
from parley.messaging.members.muting import moment_to_come
from parley.messaging.members.schemas import Ban, BanUser
from parley.messaging.sequence import close_unwritten
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.attributes import RawItem
from parley.tables.dynamodb import TransactionRefused
from parley.tables.expressions import Condition, Update, absent, at_most, differs, equals, exists, free, stored
from parley.tables.keys import Key
from parley.tables.pages import read_slice
from parley.tables.transactions import Action
from parley.wire import Page, moment

_COUNT_BAN = Update().set(bans=stored("bans", plus=1))


def ban_key(tenant_id: str, conversation_id: str, user_id: str) -> Key:
    return Key(keys.conversation(tenant_id, conversation_id), keys.ban_sk(user_id))


def do_ban(caller: Caller, conversation_id: str, user_id: str, body: BanUser | None) -> Ban:
    """Remove a user and keep them out, for good or until a moment; a moderator or above. Again, the first ban stands.

    With `shadow` they stay, and are not told. A ban takes the place of a shadow ban.

    Raises as `access_membership` does, `InsufficientRole` for who would ban somebody above themselves, `NotOnOneself`,
    `UserNotFound`, `ConversationArchived`, and `ValidationFailed` for a moment that has passed.
    """
    until = None if body is None or body.until is None else moment_to_come(body.until)
    reason = None if body is None else body.reason

    def access() -> MembershipItem:
        mine = access_membership(caller, conversation_id, "ban")
        if user_id == caller.user_id:
            raise NotOnOneself
        return mine

    shadow = body is not None and body.shadow
    return ban(caller, conversation_id, user_id, reason=reason, until=until, shadow=shadow, access=access)


def ban(
    caller: Caller,
    conversation_id: str,
    user_id: str,
    *,
    reason: str | None,
    until: int | None,
    shadow: bool = False,
    access: Callable[[], MembershipItem] | None = None,
) -> Ban:
    """Ban a user on condition of the role that `access` finds; without it, by the tenant's moderators.

    These ban nobody from a direct conversation. Raises what `access` raises, `UserNotFound`, `ConversationNotFound`,
    `ConversationArchived`, `LastOwner`.
    """
    open_to_bans = IS_OPEN if access is not None else IS_OPEN & differs("type", "direct")
    for _ in range(ATTEMPTS):
        mine = None if access is None else access()
        known = read_users(caller.tenant_id, [user_id], deactivated=True)
        target = membership_of(caller.tenant_id, user_id, conversation_id)
        if user_id not in known or (target is None and not teams.sees_user(caller, user_id, known[user_id])):
            raise UserNotFound
        if target is not None and mine is not None:
            check_outranks(mine, target.role)
        put_former_membership(caller.tenant_id, user_id, conversation_id)
        banned = _new_ban(caller, conversation_id, user_id, reason, until, shadow=shadow)
        actions = _act_on(caller.tenant_id, target, banned, open_to_bans)
        line = _line(caller, "user.shadow_banned" if shadow else "user.banned", conversation_id, user_id)
        holds = [] if mine is None else [still_holds_role(mine)]
        try:
            dynamodb.transact([*actions, _put(banned), line, *holds])
        except TransactionRefused as refused:
            if refused.failed(4):
                continue
            if refused.failed(2):
                return _view(BanItem.from_raw_data(refused.item(2) or {}))
            if not refused.failed(1):
                raise_refusal(refused.item(0))
        else:
            close_unwritten(meta_key(caller.tenant_id, conversation_id), conversation_id)
            return _view(banned)
    raise Unavailable("The conversation is too busy")


def _act_on(tenant_id: str, target: MembershipItem | None, banned: BanItem, condition: Condition) -> list[Action]:
    """The actions that take a member out, or mark them; the first is the member summary's, the second theirs."""
    if target is not None and not banned.shadow:
        return take_out(tenant_id, target, condition=condition, extra=_COUNT_BAN)
    conversation_id = keys.conversation_of(banned.pk)
    counts = change_counts(tenant_id, conversation_id, condition=condition, extra=_COUNT_BAN)
    if target is None:
        return [counts, must_be_absent(membership_key(tenant_id, banned.user_id, conversation_id))]
    until = FOR_GOOD if banned.banned_until is None else int(banned.banned_until)
    mark = Update().set(shadowed_until=until).add(version=1)
    is_as_read = equals("role", target.role)
    return [counts, transactions.update(settings().chat_table, target.key, mark, condition=is_as_read)]


def _put(banned: BanItem) -> Action:
    """The action that writes a ban where none holds; one that is no shadow ban takes the place of one that is."""
    none_holds = free() | at_most("banned_until", clock.now_ms())
    if not banned.shadow:
        none_holds |= exists("shadow")
    return transactions.put(settings().chat_table, banned.serialize(), condition=none_holds, tell=True)


def _new_ban(
    caller: Caller, conversation_id: str, user_id: str, reason: str | None, until: int | None, *, shadow: bool
) -> BanItem:
    at = ban_key(caller.tenant_id, conversation_id, user_id)
    return BanItem(
        pk=at.pk,
        sk=at.sk,
        user_id=user_id,
        banned_by=caller.user_id,
        reason=reason,
        banned_until=until,
        shadow=shadow or None,
        created_at=clock.now_ms(),
    )


def do_unban(caller: Caller, conversation_id: str, user_id: str) -> None:
    """Let a user come back, when somebody adds them or they join; a moderator or above. Who is not banned stays so."""
    unban(
        caller,
        conversation_id,
        user_id,
        access=lambda: access_membership(caller, conversation_id, "ban"),
    )


def unban(
    caller: Caller,
    conversation_id: str,
    user_id: str,
    *,
    access: Callable[[], MembershipItem] | None = None,
    made_by: str | None = None,
) -> bool:
    """Lift a ban on condition of the role that `access` finds, or without; with `made_by`, only if they made it.

    Whether there was one.
    """
    at = ban_key(caller.tenant_id, conversation_id, user_id)
    is_that = exists() if made_by is None else equals("banned_by", made_by)
    for _ in range(ATTEMPTS):
        holds = [] if access is None else [still_holds_role(access())]
        found = BanItem.at(at, consistent=True)
        shadow = found is not None and bool(found.shadow)
        is_as_read = exists("shadow") if shadow else absent("shadow")
        lift = transactions.delete(settings().chat_table, at, condition=is_that & is_as_read)
        line = _line(caller, "user.shadow_ban_lifted" if shadow else "user.unbanned", conversation_id, user_id)
        unmarked = _unmark(caller.tenant_id, conversation_id, user_id) if shadow else []
        try:
            dynamodb.transact([lift, line, *holds, *unmarked])
        except TransactionRefused as refused:
            if found is None or (refused.failed(0) and made_by not in {None, found.banned_by}):
                return False
        else:
            return True
    raise Unavailable("The conversation is too busy")


def _unmark(tenant_id: str, conversation_id: str, user_id: str) -> list[Action]:
    """The actions that take a shadow ban's mark from a membership, where there is one, and count that it was lifted."""
    target = membership_of(tenant_id, user_id, conversation_id)
    counts = change_counts(tenant_id, conversation_id, extra=_COUNT_BAN)
    if target is None:
        return [counts, must_be_absent(membership_key(tenant_id, user_id, conversation_id))]
    unmark = Update().remove("shadowed_until").add(version=1)
    return [counts, transactions.update(settings().chat_table, target.key, unmark, condition=exists())]


def _line(
    caller: Caller,
    action: Literal["user.banned", "user.unbanned", "user.shadow_banned", "user.shadow_ban_lifted"],
    conversation_id: str,
    user_id: str,
) -> Action:
    return audit_log.line(caller, action, ("user", user_id), conversation_id=conversation_id)


def do_list_bans(caller: Caller, conversation_id: str, *, limit: int, cursor: str | None) -> Page[Ban]:
    """Who is banned, in the order of their ids; for moderators and above. Bans that have ended are left out."""
    access_membership(caller, conversation_id, "ban")
    pk = keys.conversation(caller.tenant_id, conversation_id)

    def start(user_id: str) -> RawItem:
        return dynamodb.key((pk, keys.ban_sk(user_id)))

    found = read_slice(pk, keys.BAN_PREFIX, listing=("bans",), limit=limit, cursor=cursor, start=start)
    return Page(
        data=[_view(BanItem.from_raw_data(raw)) for raw in found.entries if has_not_ended(raw)],
        next_cursor=found.next_cursor,
        prev_cursor=found.prev_cursor,
    )


def _view(ban: BanItem) -> Ban:
    return Ban(
        user_id=ban.user_id,
        banned_by=ban.banned_by,
        reason=ban.reason,
        until=moment(ban.banned_until),
        shadow=bool(ban.shadow),
        created_at=clock.to_datetime(int(ban.created_at)),
    )
