"""Invite links: whoever has the token may join, until a moment and as often as is said.

A token names its conversation and its link and goes on with a secret, of which a hash is kept: so a link is found by
one read, in the partition that the caller's own tenant has. A use is counted in the transaction in which somebody
enters, on condition that the link holds: of two who want the last use, one joins.
"""

import hashlib
import hmac
import secrets

from parley import clock, ids
from parley.audit import audit_log
from parley.audit.vocabulary import AuditAction, AuditTarget
from parley.errors import ConversationArchived, InviteLinkNotFound, TooManyInviteLinks, Unavailable
from parley.identity.caller import Caller
from parley.messaging.access import (
    access_membership,
    check_well_formed,
    member_summary_key,
    membership_key,
    meta_key,
    still_holds_role,
)
from parley.messaging.conversations import conversations
from parley.messaging.conversations.schemas import Conversation
from parley.messaging.invites.invites import join
from parley.messaging.invites.items import InviteLinkItem
from parley.messaging.invites.schemas import CreateInviteLink, InviteLink, InviteLinks, NewInviteLink
from parley.messaging.items import ConversationItem
from parley.messaging.members.memberships import ATTEMPTS, IS_OPEN, Ticket
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.dynamodb import TransactionRefused
from parley.tables.expressions import Condition, Update, absent, equals, exists, greater, less
from parley.tables.keys import Key
from parley.tables.transactions import Action

MAX_LINKS = 50
SECRET_BYTES = 24
_SEPARATOR = "."


def link_key(tenant_id: str, conversation_id: str, link_id: str) -> Key:
    return Key(keys.conversation(tenant_id, conversation_id), keys.invite_link_sk(link_id))


def links_key(tenant_id: str, conversation_id: str) -> Key:
    return Key(keys.conversation(tenant_id, conversation_id), keys.INVITE_LINKS_SK)


def do_create(
    caller: Caller, conversation_id: str, body: CreateInviteLink, *, idempotency_key: str | None
) -> NewInviteLink:
    """Make a link; an admin or owner. 1 RRU and 12 WRU.

    Its token is in the answer, which an idempotency key keeps for a day, and nowhere else.

    A repetition whose first answer was lost makes the same link another token, so none is left that nobody knows.
    Raises as `access_membership` does, `ConversationArchived`, `TooManyInviteLinks`.
    """
    check_well_formed(conversation_id)
    link_id = ids.new_id() if idempotency_key is None else _named(caller, conversation_id, idempotency_key)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    at, now = link_key(caller.tenant_id, conversation_id, link_id), clock.now_ms()
    link = InviteLinkItem(
        pk=at.pk,
        sk=at.sk,
        link_id=link_id,
        conversation_id=conversation_id,
        token_hash=_hash(secret),
        created_by=caller.user_id,
        created_at=now,
        valid_until=now + body.expires_in_seconds * 1000,
        max_uses=body.max_uses,
        left=body.max_uses,
    )
    for _ in range(ATTEMPTS):
        mine = access_membership(caller, conversation_id, "invite")
        actions = [
            transactions.put_if_absent(settings().chat_table, link.serialize()),
            _count(caller.tenant_id, conversation_id, 1, less("link_count", MAX_LINKS) | absent("link_count")),
            transactions.check(settings().chat_table, member_summary_key(caller.tenant_id, conversation_id), IS_OPEN),
            still_holds_role(mine),
            _line(caller, "invite_link.created", conversation_id, link_id),
        ]
        try:
            dynamodb.transact(actions)
        except TransactionRefused as refused:
            if refused.failed(0):
                link = _with_another_token(at, secret)
            elif refused.failed(2):
                raise ConversationArchived from None
            elif refused.failed(1):
                raise TooManyInviteLinks(f"A conversation has at most {MAX_LINKS} invite links") from None
            else:
                continue
        return NewInviteLink(**_view(link).model_dump(), token=_SEPARATOR.join([conversation_id, link_id, secret]))
    raise Unavailable("The conversation is too busy")


def _named(caller: Caller, conversation_id: str, idempotency_key: str) -> str:
    return ids.derived_id("invite_link", caller.tenant_id, caller.user_id, conversation_id, idempotency_key)


def _with_another_token(at: Key, secret: str) -> InviteLinkItem:
    """The link of an earlier request that nobody has been told the token of."""
    change = Update().set(token_hash=_hash(secret)).add(version=1)
    raw = dynamodb.update(settings().chat_table, at, change, condition=exists(), returning="ALL_NEW")
    return InviteLinkItem.from_raw_data(raw)


def _count(tenant_id: str, conversation_id: str, step: int, condition: Condition) -> Action:
    change = Update().set(entity="invite_links").add(link_count=step, version=1)
    return transactions.update(
        settings().chat_table, links_key(tenant_id, conversation_id), change, condition=condition
    )


def _line(caller: Caller, action: AuditAction, conversation_id: str, link_id: str) -> Action:
    about: tuple[AuditTarget, str] = ("conversation", conversation_id)
    return audit_log.line(caller, action, about, conversation_id=conversation_id, details={"link": link_id})


def do_list(caller: Caller, conversation_id: str) -> InviteLinks:
    """All links of a conversation, those that are over too until they are removed; for admins and owners."""
    access_membership(caller, conversation_id, "invite")
    pk = keys.conversation(caller.tenant_id, conversation_id)
    found, _ = dynamodb.query(
        settings().chat_table, pk, begins_with=keys.INVITE_LINK_PREFIX, limit=MAX_LINKS, consistent=True
    )
    return InviteLinks(data=[_view(InviteLinkItem.from_raw_data(raw)) for raw in found])


def do_remove(caller: Caller, conversation_id: str, link_id: str) -> None:
    """Let nobody in by a link any more; an admin or owner. Absent is fine. Raises as `access_membership` does."""
    check_well_formed(conversation_id)
    if not ids.is_well_formed(link_id):
        return
    at = link_key(caller.tenant_id, conversation_id, link_id)
    for _ in range(ATTEMPTS):
        mine = access_membership(caller, conversation_id, "invite")
        actions = [
            transactions.delete(settings().chat_table, at, condition=exists()),
            _count(caller.tenant_id, conversation_id, -1, exists()),
            still_holds_role(mine),
            _line(caller, "invite_link.removed", conversation_id, link_id),
        ]
        try:
            dynamodb.transact(actions)
        except TransactionRefused as refused:
            if refused.failed(2):
                continue
        return
    raise Unavailable("The conversation is too busy")


def do_join(caller: Caller, token: str) -> Conversation:
    """Join by a link; who is a member already stays so, and uses nothing. 8 RRU and 12 WRU.

    Raises `InviteLinkNotFound` where there is none such, or it is over, used up or removed, `ConversationArchived`,
    `Banned`, and `UserNotFound` as accepting an invite does.
    """
    conversation_id, link_id, secret = _parts(token)
    at = link_key(caller.tenant_id, conversation_id, link_id)
    mine = membership_key(caller.tenant_id, caller.user_id, conversation_id)
    meta = meta_key(caller.tenant_id, conversation_id)
    found = dynamodb.batch_get(settings().chat_table, [at, mine, meta], consistent=True)
    link = InviteLinkItem.read(found.get(at))
    conversation = ConversationItem.read(found.get(meta))
    if link is None or conversation is None or not hmac.compare_digest(str(link.token_hash), _hash(secret)):
        raise InviteLinkNotFound
    if mine not in found:
        join(caller, conversation, Ticket(_use(at, link), InviteLinkNotFound))
    return conversations.do_get(caller, conversation_id)


def _parts(token: str) -> tuple[str, str, str]:
    """The conversation, the link and the secret; raises `InviteLinkNotFound` for what is no token."""
    parts = token.split(_SEPARATOR)
    if len(parts) != 3 or not all(map(ids.is_conversation_id, parts[:2])):  # noqa: PLR2004 - its parts
        raise InviteLinkNotFound
    conversation_id, link_id, secret = parts
    return conversation_id, link_id, secret


def _use(at: Key, link: InviteLinkItem) -> Action:
    holds = equals("token_hash", link.token_hash) & greater("valid_until", clock.now_ms())
    use = Update().add(uses=1, version=1)
    if link.max_uses is not None:
        use.add(left=-1)
        holds &= greater("left", 0)
    return transactions.update(settings().chat_table, at, use, condition=holds)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _view(link: InviteLinkItem) -> InviteLink:
    return InviteLink(
        id=link.link_id,
        conversation_id=link.conversation_id,
        created_by=link.created_by,
        created_at=clock.to_datetime(int(link.created_at)),
        expires_at=clock.to_datetime(int(link.valid_until)),
        max_uses=None if link.max_uses is None else int(link.max_uses),
        uses=int(link.uses),
    )
