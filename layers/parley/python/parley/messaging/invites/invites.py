"""Invites: users whom an admin lets in, and who decide for themselves.

An invite stands in the conversation's partition, as a ban does, and is listed among those of its user by the index. It
is used up in the transaction in which its user enters, so that one that is revoked or over lets nobody in. Everything
else that joining asks is asked when they join, by the same door as everybody's (`memberships.enter`).
"""

from collections.abc import Mapping, Sequence

from parley import clock, ids
from parley.errors import (
    Banned,
    ConversationArchived,
    InviteNotFound,
    NotInTeam,
    Unavailable,
    UserNotFound,
)
from parley.identity import teams
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
from parley.messaging.invites.items import InviteItem
from parley.messaging.invites.schemas import Invite, InvitedStatus, InvitedUser, InvitedUsers, InviteUsers, OwnInvite
from parley.messaging.invites.taking_back import take_back
from parley.messaging.items import ConversationItem, MembershipItem
from parley.messaging.members.blocks import blockers_among
from parley.messaging.members.memberships import (
    ATTEMPTS,
    IS_OPEN,
    MOST_ENTERING,
    Ticket,
    ban_holds,
    enter,
    known_users,
    put_former_membership,
    read_users,
)
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.attributes import RawItem, item, required_text, text
from parley.tables.dynamodb import TransactionRefused
from parley.tables.expressions import exists
from parley.tables.items import COLLECTION_INDEX
from parley.tables.keys import Key
from parley.tables.pages import read_slice
from parley.wire import Page


def invite_key(tenant_id: str, conversation_id: str, user_id: str) -> Key:
    return Key(keys.conversation(tenant_id, conversation_id), keys.invite_sk(user_id))


def do_invite(caller: Caller, conversation_id: str, body: InviteUsers) -> InvitedUsers:
    """Invite users and say for each what came of it; an admin or owner. Again, the invite holds from now on.

    Who is a member or banned, has blocked the caller or is not in the conversation's team, is not invited. Raises as
    `access_membership` does, and `ConversationArchived`. For each 2.5 RRU and 4 WRU, and 6 WRU together.
    """
    check_well_formed(conversation_id)
    user_ids = list(dict.fromkeys(body.user_ids))
    mine = access_membership(caller, conversation_id, "invite")
    users, results = dynamodb.in_parallel(
        lambda: read_users(caller.tenant_id, user_ids),
        lambda: _not_invited(caller, conversation_id, user_ids),
    )
    known = {user_id for user_id, user in users.items() if teams.sees_user(caller, user_id, user)}
    if teams.are_on(caller):
        meta = dynamodb.get(settings().chat_table, meta_key(caller.tenant_id, conversation_id)) or {}
        results |= _outside(text(meta, "team"), {user_id: users[user_id] for user_id in known - results.keys()})
        results = {user_id: why for user_id, why in results.items() if why != "blocked" or user_id in known}
    invited = [user_id for user_id in user_ids if user_id in known and user_id not in results]
    for start in range(0, len(invited), MOST_ENTERING):
        _put(caller, mine, invited[start : start + MOST_ENTERING], body.expires_in_seconds)
    results |= dict.fromkeys(invited, "invited")
    return InvitedUsers(
        data=[InvitedUser(user_id=user_id, status=results.get(user_id, "not_found")) for user_id in user_ids]
    )


def _outside(team: str | None, users: Mapping[str, RawItem]) -> dict[str, InvitedStatus]:
    """Those of these users who are not in the conversation's team, where it has one."""
    if team is None:
        return {}
    return {user_id: "not_in_team" for user_id, user in users.items() if team not in teams.of_user(user)}


def _not_invited(caller: Caller, conversation_id: str, user_ids: Sequence[str]) -> dict[str, InvitedStatus]:
    """Those of these users who are members or banned already, or have blocked the caller."""
    tenant_id = caller.tenant_id
    members = {membership_key(tenant_id, user_id, conversation_id): user_id for user_id in user_ids}
    pk = keys.conversation(tenant_id, conversation_id)
    banned = {Key(pk, keys.ban_sk(user_id)): user_id for user_id in user_ids}
    found = dynamodb.batch_get(settings().chat_table, [*members, *banned], consistent=True)
    results: dict[str, InvitedStatus] = dict.fromkeys(blockers_among(caller, user_ids), "blocked")
    results |= {user_id: "banned" for at, user_id in banned.items() if ban_holds(found.get(at))}
    return results | {user_id: "already_member" for at, user_id in members.items() if at in found}


def _put(caller: Caller, mine: MembershipItem, user_ids: Sequence[str], seconds: int) -> None:
    """Write invites, on condition that the caller still has their role and the conversation is open."""
    tenant_id, conversation_id = caller.tenant_id, str(mine.conversation_id)
    dynamodb.map_parallel(lambda user_id: put_former_membership(tenant_id, user_id, conversation_id), user_ids)
    summary = member_summary_key(tenant_id, conversation_id)
    for _ in range(ATTEMPTS):
        puts = [
            transactions.put(settings().chat_table, _new(caller, conversation_id, user_id, seconds).serialize())
            for user_id in user_ids
        ]
        is_open = transactions.check(settings().chat_table, summary, IS_OPEN)
        try:
            dynamodb.transact([still_holds_role(mine), is_open, *puts])
        except TransactionRefused as refused:
            if refused.failed(1):
                raise ConversationArchived from None
            mine = access_membership(caller, conversation_id, "invite")
        else:
            return
    raise Unavailable("The conversation is too busy")


def _new(caller: Caller, conversation_id: str, user_id: str, seconds: int) -> InviteItem:
    """Its version begins at the clock, so that an invite after another is newer to every consumer."""
    at, now = invite_key(caller.tenant_id, conversation_id, user_id), clock.now_ms()
    return InviteItem(
        pk=at.pk,
        sk=at.sk,
        version=now,
        gpk=keys.invites(caller.tenant_id, user_id),
        gsk=keys.invite_gsk(conversation_id),
        conversation_id=conversation_id,
        user_id=user_id,
        invited_by=caller.user_id,
        created_at=now,
        valid_until=now + seconds * 1000,
    )


def do_accept(caller: Caller, conversation_id: str) -> Conversation:
    """Join by an invite; who is a member already stays so. 8 RRU and 14 WRU.

    Raises `InviteNotFound` where there is none or it is over, or the caller is not in the conversation's team any more,
    `ConversationArchived`, `Banned`, `UserNotFound` for a
    user whom a server token names and who does not exist.
    """
    if not ids.is_well_formed(conversation_id):
        raise InviteNotFound
    at = invite_key(caller.tenant_id, conversation_id, caller.user_id)
    mine = membership_key(caller.tenant_id, caller.user_id, conversation_id)
    meta = meta_key(caller.tenant_id, conversation_id)
    found = dynamodb.batch_get(settings().chat_table, [at, mine, meta], consistent=True)
    invite, conversation = InviteItem.read(found.get(at)), ConversationItem.read(found.get(meta))
    if mine not in found:
        if invite is None or conversation is None or not _holds(invite):
            raise InviteNotFound
        use = transactions.delete(settings().chat_table, at, condition=exists())
        if join(caller, conversation, Ticket(use, InviteNotFound)):
            invite = None
    if invite is not None:
        dynamodb.delete(settings().chat_table, at)
    return conversations.do_get(caller, conversation_id)


def join(caller: Caller, conversation: ConversationItem, ticket: Ticket) -> bool:
    """Let the caller in by what they have, which is used up; False for who is a member already.

    Raises as `enter` does, `Banned` and, of who is not in the conversation's team, what the ticket says of one that
    does not hold; to the tenant's back end `NotInTeam`.
    """
    if not teams.sees(caller, conversation.team):
        raise ticket.refusal
    if conversation.archived_at is not None:
        raise ConversationArchived
    if caller.is_server and not known_users(caller.tenant_id, [caller.user_id]):
        raise UserNotFound
    entered = enter(caller, conversation, [caller.user_id], ticket=ticket)
    if entered[caller.user_id] == "banned":
        raise Banned
    if entered[caller.user_id] == "not_in_team":
        raise NotInTeam if caller.is_server else ticket.refusal
    return entered[caller.user_id] == "added"


def do_take_back(caller: Caller, conversation_id: str, user_id: str) -> None:
    """Decline one's own invite or, as an admin or owner, take another's back; absent is fine.

    Raises as `access_membership` does for another's.
    """
    at = invite_key(caller.tenant_id, conversation_id, user_id)
    take_back(caller, conversation_id, user_id, at=at, permission="invite")


def do_list(caller: Caller, conversation_id: str, *, limit: int, cursor: str | None) -> Page[Invite]:
    """Who is invited, in the order of their ids; for admins and owners. Those that are over are left out."""
    access_membership(caller, conversation_id, "invite")
    pk = keys.conversation(caller.tenant_id, conversation_id)

    def start(user_id: str) -> RawItem:
        return dynamodb.key((pk, keys.invite_sk(user_id)))

    found = read_slice(pk, keys.INVITE_PREFIX, listing=("invites",), limit=limit, cursor=cursor, start=start)
    invites = [InviteItem.from_raw_data(raw) for raw in found.entries]
    return Page(
        data=[_view(each) for each in invites if _holds(each)],
        next_cursor=found.next_cursor,
        prev_cursor=found.prev_cursor,
    )


def do_list_own(caller: Caller, *, limit: int, cursor: str | None) -> Page[OwnInvite]:
    """The caller's invites, in the order of the conversations' ids: 1.5 RRU each.

    Those that are over are left out, as are those to where the caller is by now or nobody can join any more. The index
    is a moment behind.
    """
    gpk = keys.invites(caller.tenant_id, caller.user_id)

    def start(conversation_id: str) -> RawItem:
        at = invite_key(caller.tenant_id, conversation_id, caller.user_id)
        return item({**at._asdict(), "gpk": gpk, "gsk": keys.invite_gsk(conversation_id)})

    found = read_slice(
        gpk,
        keys.INVITED_TO_PREFIX,
        listing=("own invites",),
        limit=limit,
        cursor=cursor,
        start=start,
        index=COLLECTION_INDEX,
    )
    to = [keys.invite_of(required_text(raw, "gsk")) for raw in found.entries]
    return Page(data=_own(caller, to), next_cursor=found.next_cursor, prev_cursor=found.prev_cursor)


def _own(caller: Caller, conversation_ids: Sequence[str]) -> list[OwnInvite]:
    tenant_id, user_id = caller.tenant_id, caller.user_id
    wanted = [
        at
        for each in conversation_ids
        for at in (
            invite_key(tenant_id, each, user_id),
            meta_key(tenant_id, each),
            membership_key(tenant_id, user_id, each),
        )
    ]
    found = dynamodb.batch_get(settings().chat_table, wanted) if wanted else {}
    shown: list[OwnInvite] = []
    for each in conversation_ids:
        invite = InviteItem.read(found.get(invite_key(tenant_id, each, user_id)))
        conversation = ConversationItem.read(found.get(meta_key(tenant_id, each)))
        is_member = membership_key(tenant_id, user_id, each) in found
        if invite is None or conversation is None or is_member or not _holds(invite):
            continue
        if not teams.sees(caller, conversation.team):
            continue
        if conversation.archived_at is None:
            shown.append(
                OwnInvite(
                    **_view(invite).model_dump(),
                    type=conversation.type,
                    declared_type=conversation.declared_type,
                    name=conversation.name,
                    avatar_url=conversation.avatar_url,
                )
            )
    return shown


def _holds(invite: InviteItem) -> bool:
    return int(invite.valid_until) > clock.now_ms()


def _view(invite: InviteItem) -> Invite:
    return Invite(
        conversation_id=invite.conversation_id,
        user_id=invite.user_id,
        invited_by=invite.invited_by,
        created_at=clock.to_datetime(int(invite.created_at)),
        expires_at=clock.to_datetime(int(invite.valid_until)),
    )
