"""Members: who they are, adding and removing them, and handing roles over."""

from contextlib import suppress
from typing import NoReturn, cast

from parley import clock
from parley.audit import audit_log
from parley.errors import (
    Banned,
    ConversationArchived,
    ConversationNotFound,
    LastOwner,
    MemberNotFound,
    NotInTeam,
    Unavailable,
    UserNotFound,
)
from parley.identity import teams
from parley.identity.caller import Caller
from parley.messaging.access import (
    access_membership,
    check_may,
    check_outranks,
    check_well_formed,
    membership_key,
    meta_key,
    still_holds_role,
)
from parley.messaging.items import ConversationItem, MembershipItem
from parley.messaging.members.blocks import blockers_among
from parley.messaging.members.conversation_settings import arrange, hiding
from parley.messaging.members.memberships import (
    ATTEMPTS,
    EXISTS,
    IS_OPEN,
    Inviter,
    change_counts,
    change_role,
    enter,
    known_users,
    membership_of,
    put_former_membership,
    seen_users,
    take_out,
)
from parley.messaging.members.schemas import AddedMember, AddedMembers, AddedStatus, AddMembers, Member
from parley.messaging.sequence import close_unwritten
from parley.permissions.roles import Role
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, item, required_number, required_text
from parley.tables.cursors import Listing
from parley.tables.dynamodb import TransactionRefused
from parley.tables.expressions import differs, greater
from parley.tables.items import COLLECTION_INDEX
from parley.tables.pages import Slice, read_slice
from parley.tables.transactions import Action
from parley.wire import Page


def do_list(caller: Caller, conversation_id: str, *, limit: int, cursor: str | None) -> Page[Member]:
    """The conversation's members in the order of their ids; to its members alone. The index is a moment behind."""
    access_membership(caller, conversation_id, "see_members")
    found = read_members(caller.tenant_id, conversation_id, ("members",), limit=limit, cursor=cursor)
    return Page(
        data=[_listed(raw) for raw in found.entries],
        next_cursor=found.next_cursor,
        prev_cursor=found.prev_cursor,
    )


def read_members(
    tenant_id: str, conversation_id: str, listing: Listing, *, limit: int, cursor: str | None
) -> Slice[RawItem]:
    """A page of memberships as the index has them: user, role and when they joined; how far they read is not there."""
    gpk = keys.members(tenant_id, conversation_id)

    def start(user_id: str) -> RawItem:
        at = membership_key(tenant_id, user_id, conversation_id)
        return item({**at._asdict(), "gpk": gpk, "gsk": keys.member_gsk(user_id)})

    return read_slice(
        gpk,
        keys.MEMBER_GSK_PREFIX,
        listing=listing,
        limit=limit,
        cursor=cursor,
        start=start,
        index=COLLECTION_INDEX,
    )


def user_of(indexed: RawItem) -> str:
    """The user of a membership as the index has it."""
    return keys.member_of(required_text(indexed, "gsk"))


def _listed(indexed: RawItem) -> Member:
    return Member(
        user_id=user_of(indexed),
        role=cast("Role", required_text(indexed, "role")),
        joined_at=clock.to_datetime(required_number(indexed, "joined_at")),
    )


def do_add(caller: Caller, conversation_id: str, body: AddMembers) -> AddedMembers:
    """Add users and say for each what came of it: an admin or owner adds anyone, and anyone joins a channel.

    Adding again changes nothing. Of whom the caller may not know is not found. Who has blocked the caller is not added,
    unless the tenant's back end asks for it. Raises as `access_membership` does, `ConversationArchived`, and `Banned`
    for a caller who may not join. Joining costs 2 RRU and 6 WRU, 1 RRU more where anybody was ever banned.
    """
    check_well_formed(conversation_id)
    user_ids = list(dict.fromkeys(body.user_ids))
    if user_ids == [caller.user_id]:
        return _join(caller, conversation_id)
    mine, conversation = dynamodb.in_parallel(
        lambda: access_membership(caller, conversation_id, "add_members"),
        lambda: _open_conversation(caller, conversation_id),
    )
    known, blockers = dynamodb.in_parallel(
        lambda: seen_users(caller, user_ids), lambda: blockers_among(caller, user_ids)
    )
    entering = [user_id for user_id in user_ids if user_id in known and user_id not in blockers]
    inviter = Inviter(mine, lambda: access_membership(caller, conversation_id, "add_members"))
    if teams.is_held(caller):
        blockers &= known
    results: dict[str, AddedStatus] = dict.fromkeys(blockers, "blocked")
    results |= enter(caller, conversation, entering, inviter=inviter)
    return AddedMembers(
        data=[AddedMember(user_id=user_id, status=results.get(user_id, "not_found")) for user_id in user_ids]
    )


def _open_conversation(caller: Caller, conversation_id: str) -> ConversationItem:
    conversation = ConversationItem.at(meta_key(caller.tenant_id, conversation_id), consistent=True)
    if conversation is None:
        raise ConversationNotFound
    return conversation


def _join(caller: Caller, conversation_id: str) -> AddedMembers:
    """Join a channel. A user token's user is the tenant's word; one that a server token names is looked up."""
    conversation = _open_conversation(caller, conversation_id)
    if conversation.type != "channel" or not teams.sees(caller, conversation.team):
        access_membership(caller, conversation_id)
        return AddedMembers(data=[AddedMember(user_id=caller.user_id, status="already_member")])
    if caller.is_server and not known_users(caller.tenant_id, [caller.user_id]):
        raise UserNotFound
    [(user_id, status)] = enter(caller, conversation, [caller.user_id]).items()
    if status == "banned":
        raise Banned
    if status == "not_in_team":
        raise NotInTeam if caller.is_server else ConversationNotFound
    return AddedMembers(data=[AddedMember(user_id=user_id, status=status)])


def do_remove(caller: Caller, conversation_id: str, user_id: str) -> None:
    """Leave, or as an admin or owner remove another member; who is no member is removed already.

    A direct conversation is not left but hidden from whoever leaves it: it comes back with the next message, or when
    either opens it again; one that they have hidden for good stays so. Its other half goes on sending to a member.

    The membership goes, so access stops with it. Raises as `access_membership` does, `InsufficientRole` for who
    would remove somebody above themselves, `LastOwner` for an owner who would leave others without one, and
    `ConversationArchived`: an archived conversation can only be left. 1 RRU and 6 WRU to leave.
    """
    for _ in range(ATTEMPTS):
        mine = access_membership(caller, conversation_id)
        if user_id == caller.user_id and mine.type == "direct":
            _hide(caller, mine)
            return
        if user_id == caller.user_id:
            target = mine
        else:
            check_may(caller, mine, "remove_members")
            other = membership_of(caller.tenant_id, user_id, conversation_id)
            if other is None:
                return
            check_outranks(mine, other.role)
            target = other
        if _take_out(caller, target, by=mine):
            return
    raise Unavailable("The conversation is too busy")


def _take_out(caller: Caller, target: MembershipItem, *, by: MembershipItem) -> bool:
    """Delete a membership and count it out; False where it or the role of `by` has changed meanwhile.

    6 WRU, 2 more for another's.
    """
    leaves = by is target
    put_former_membership(caller.tenant_id, target.user_id, target.conversation_id)
    actions = take_out(caller.tenant_id, target, condition=EXISTS if leaves else IS_OPEN)
    try:
        dynamodb.transact(actions if leaves else [*actions, still_holds_role(by)])
    except TransactionRefused as refused:
        if refused.failed(1) or refused.failed(2):
            return False
        raise_refusal(refused.item(0), must_be_open=not leaves)
    if not leaves:
        close_unwritten(meta_key(caller.tenant_id, target.conversation_id), target.conversation_id)
    return True


def _hide(caller: Caller, membership: MembershipItem) -> None:
    """Hide a direct conversation until its next message, unless it is hidden for good. 1 RRU, 4 WRU."""
    conversation = _open_conversation(caller, membership.conversation_id)
    with suppress(TransactionRefused):
        arrange(membership, hiding("until_message", conversation), condition=EXISTS & differs("hidden", "always"))


def raise_refusal(summary: RawItem | None, *, must_be_open: bool = True) -> NoReturn:
    """Say why the member summary refused a change: it is gone, archived, or down to its last owner."""
    if summary is None:
        raise ConversationNotFound
    if must_be_open and "archived_at" in summary:
        raise ConversationArchived
    raise LastOwner


def do_change_role(caller: Caller, conversation_id: str, user_id: str, role: Role) -> Member:
    """Give a member a role; an owner alone.

    Raises as `access_membership` does, `MemberNotFound`, `ConversationArchived`, and `LastOwner` for one who would
    leave the conversation without an owner, also when two step down at once.
    """
    for _ in range(ATTEMPTS):
        mine = access_membership(caller, conversation_id, "change_roles")
        check_outranks(mine, role)
        target = mine if user_id == caller.user_id else membership_of(caller.tenant_id, user_id, conversation_id)
        if target is None:
            raise MemberNotFound
        check_outranks(mine, target.role)
        if target.role == role or _set_role(caller, target, role, by=mine):
            return Member(user_id=target.user_id, role=role, joined_at=clock.to_datetime(int(target.joined_at)))
    raise Unavailable("The conversation is too busy")


def _line_of_role(caller: Caller, target: MembershipItem, role: Role) -> Action:
    return audit_log.line(
        caller,
        "member.role_changed",
        ("user", target.user_id),
        conversation_id=target.conversation_id,
        details={"from": target.role, "to": role},
    )


def _set_role(caller: Caller, target: MembershipItem, role: Role, *, by: MembershipItem) -> bool:
    owners = int(role == "owner") - int(target.role == "owner")
    counts = change_counts(
        caller.tenant_id,
        target.conversation_id,
        owners=owners,
        condition=IS_OPEN & greater("owner_count", 1) if owners < 0 else IS_OPEN,
    )
    actions = [counts, change_role(target, role), *([] if by is target else [still_holds_role(by)])]
    if caller.is_server:
        actions.append(_line_of_role(caller, target, role))
    try:
        dynamodb.transact(actions)
    except TransactionRefused as refused:
        if refused.failed(1) or refused.failed(2):
            return False
        raise_refusal(refused.item(0))
    return True
