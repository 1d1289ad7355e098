"""Bans: who may not come back to a conversation.

A ban and the removal of the membership are one transaction, which also counts the ban in the member summary. Whoever
joins does so on condition of the number of bans that they looked at, so a ban cannot be missed.
"""

from typing import Literal

from parley import clock
from parley.audit import audit_log
from parley.errors import NotOnOneself, Unavailable, UserNotFound
from parley.identity.caller import Caller
from parley.messaging.access import access_membership, membership_key, meta_key, still_holds_role
from parley.messaging.items import BanItem
from parley.messaging.members.members import check_outranked, raise_refusal
from parley.messaging.members.memberships import (
    ATTEMPTS,
    IS_OPEN,
    change_counts,
    known_users,
    membership_of,
    must_be_absent,
    put_former_membership,
    take_out,
)
from parley.messaging.members.schemas import Ban, BanUser
from parley.messaging.sequence import close_unwritten
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.attributes import RawItem
from parley.tables.dynamodb import TransactionRefused
from parley.tables.expressions import Update, exists, stored
from parley.tables.keys import Key
from parley.tables.pages import read_slice
from parley.tables.transactions import Action
from parley.wire import Page

_COUNT_BAN = Update().set(bans=stored("bans", plus=1))


def ban_key(tenant_id: str, conversation_id: str, user_id: str) -> Key:
    return Key(keys.conversation(tenant_id, conversation_id), keys.ban_sk(user_id))


def do_ban(caller: Caller, conversation_id: str, user_id: str, body: BanUser | None) -> Ban:
    """Remove a user and keep them out; an admin or owner. Again, the first ban stands.

    Raises as `access_membership` does, `InsufficientRole` for an admin who would ban an owner, `NotOnOneself`,
    `UserNotFound`, `ConversationArchived`.
    """
    for _ in range(ATTEMPTS):
        mine = access_membership(caller, conversation_id, at_least="admin")
        if user_id == caller.user_id:
            raise NotOnOneself
        if not known_users(caller.tenant_id, [user_id]):
            raise UserNotFound
        target = membership_of(caller.tenant_id, user_id, conversation_id)
        if target is None:
            actions = [
                change_counts(caller.tenant_id, conversation_id, condition=IS_OPEN, extra=_COUNT_BAN),
                must_be_absent(membership_key(caller.tenant_id, user_id, conversation_id)),
            ]
        else:
            check_outranked(mine, target)
            actions = take_out(caller.tenant_id, target, condition=IS_OPEN, extra=_COUNT_BAN)
        put_former_membership(caller.tenant_id, user_id, conversation_id)
        ban = _new_ban(caller, conversation_id, user_id, body)
        put = transactions.put_if_absent(settings().chat_table, ban.serialize(), tell=True)
        try:
            dynamodb.transact(
                [*actions, put, still_holds_role(mine), _line(caller, "user.banned", conversation_id, user_id)]
            )
        except TransactionRefused as refused:
            if refused.failed(3):
                continue
            if refused.failed(2):
                return _view(BanItem.from_raw_data(refused.item(2) or {}))
            if not refused.failed(1):
                raise_refusal(refused.item(0))
        else:
            close_unwritten(meta_key(caller.tenant_id, conversation_id), conversation_id)
            return _view(ban)
    raise Unavailable("The conversation is too busy")


def _new_ban(caller: Caller, conversation_id: str, user_id: str, body: BanUser | None) -> BanItem:
    at = ban_key(caller.tenant_id, conversation_id, user_id)
    return BanItem(
        pk=at.pk,
        sk=at.sk,
        user_id=user_id,
        banned_by=caller.user_id,
        reason=None if body is None else body.reason,
        created_at=clock.now_ms(),
    )


def do_unban(caller: Caller, conversation_id: str, user_id: str) -> None:
    """Let a user come back, when somebody adds them or they join; an admin or owner. Who is not banned stays so."""
    at = ban_key(caller.tenant_id, conversation_id, user_id)
    lift = transactions.delete(settings().chat_table, at, condition=exists())
    for _ in range(ATTEMPTS):
        mine = access_membership(caller, conversation_id, at_least="admin")
        line = _line(caller, "user.unbanned", conversation_id, user_id)
        try:
            dynamodb.transact([lift, still_holds_role(mine), line])
        except TransactionRefused as refused:
            if refused.failed(1):
                continue
        return
    raise Unavailable("The conversation is too busy")


def _line(
    caller: Caller, action: Literal["user.banned", "user.unbanned"], conversation_id: str, user_id: str
) -> Action:
    return audit_log.line(caller, action, ("user", user_id), conversation_id=conversation_id)


def do_list_bans(caller: Caller, conversation_id: str, *, limit: int, cursor: str | None) -> Page[Ban]:
    """Who is banned, in the order of their ids; for admins and owners."""
    access_membership(caller, conversation_id, at_least="admin")
    pk = keys.conversation(caller.tenant_id, conversation_id)

    def start(user_id: str) -> RawItem:
        return dynamodb.key((pk, keys.ban_sk(user_id)))

    found = read_slice(pk, keys.BAN_PREFIX, listing=("bans",), limit=limit, cursor=cursor, start=start)
    return Page(
        data=[_view(BanItem.from_raw_data(raw)) for raw in found.entries],
        next_cursor=found.next_cursor,
        prev_cursor=found.prev_cursor,
    )


def _view(ban: BanItem) -> Ban:
    return Ban(
        user_id=ban.user_id,
        banned_by=ban.banned_by,
        reason=ban.reason,
        created_at=clock.to_datetime(int(ban.created_at)),
    )
