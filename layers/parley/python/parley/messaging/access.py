"""Who may see and do what in a conversation: `access_*` loads it and refuses as one must.

Every write to a conversation, and every event in it, passes `check_may_write` before it is made. One that no condition
of its own holds to that passes `access_to_write` after it, and is undone where that refuses. What a role allows is
written on condition of that role.
"""

from collections.abc import Sequence
from dataclasses import replace

from parley import clock, ids
from parley.errors import (
    ActingUserRequired,
    Blocked,
    ConversationArchived,
    ConversationFrozen,
    ConversationNotFound,
    InsufficientRole,
    NotAMember,
)
from parley.identity import shadow, teams
from parley.identity.caller import Caller
from parley.ids import SYSTEM_USER
from parley.messaging.items import ConversationItem, MembershipItem
from parley.permissions.checking import Seat, allows, check_allows, least_role
from parley.permissions.roles import Permission, reaches
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.attributes import RawItem, flag, number
from parley.tables.expressions import absent, equals, exists
from parley.tables.keys import Key
from parley.tables.transactions import Action

LEFT_IN_SHADOW: frozenset[Permission] = frozenset(
    {"post", "reply", "react", "vote", "upload", "see_members", "see_edits"}
)
"""What who is shadow-banned may still do: it reaches nobody."""


def membership_key(tenant_id: str, user_id: str, conversation_id: str) -> Key:
    return Key(keys.user(tenant_id, user_id), keys.membership_sk(conversation_id))


def meta_key(tenant_id: str, conversation_id: str) -> Key:
    return Key(keys.conversation(tenant_id, conversation_id), keys.META_SK)


def details_key(tenant_id: str, conversation_id: str) -> Key:
    return Key(keys.conversation(tenant_id, conversation_id), keys.DETAILS_SK)


def member_summary_key(tenant_id: str, conversation_id: str) -> Key:
    return Key(keys.conversation(tenant_id, conversation_id), keys.MEMBER_SUMMARY_SK)


def check_well_formed(conversation_id: str) -> None:
    """Refuse an id that can name no conversation before it becomes part of a key; raises `ConversationNotFound`."""
    if not ids.is_well_formed(conversation_id):
        raise ConversationNotFound


def access_membership(caller: Caller, conversation_id: str, *permissions: Permission) -> MembershipItem:
    """The caller's membership as it is at this moment: one consistent read, so a removed member is refused at once.

    Raises `ConversationNotFound` for what the caller may not see, `NotAMember` for a channel that they may join,
    `InsufficientRole` for a member whose role does not allow all of `permissions`.
    """
    check_well_formed(conversation_id)
    at = membership_key(caller.tenant_id, caller.user_id, conversation_id)
    return check_membership(caller, conversation_id, MembershipItem.at(at, consistent=True), *permissions)


def check_membership(
    caller: Caller, conversation_id: str, membership: MembershipItem | None, *permissions: Permission
) -> MembershipItem:
    """The membership, if it is one and its role allows what is asked; raises as `access_membership` does."""
    if membership is None:
        conversation = ConversationItem.at(meta_key(caller.tenant_id, conversation_id))
        if conversation is not None and caller.user_id == SYSTEM_USER:
            return _seat_of_system(conversation)
        if conversation is not None and conversation.type == "channel" and teams.sees(caller, conversation.team):
            raise NotAMember
        raise ConversationNotFound
    check_may(caller, membership, *permissions)
    return membership


def _seat_of_system(conversation: ConversationItem) -> MembershipItem:
    """What stands for a membership where a back end speaks for no user: it sees all, and is stored nowhere."""
    return MembershipItem(
        conversation_id=conversation.conversation_id,
        user_id=SYSTEM_USER,
        type=conversation.type,
        declared_type=conversation.declared_type,
        role="owner",
    )


def speaker_of(caller: Caller) -> Caller:
    """The caller, or `_system` for a back end that acts for no user. Raises `ActingUserRequired`."""
    if caller.user_id:
        return caller
    if not caller.is_server:
        raise ActingUserRequired
    return replace(caller, user_id=SYSTEM_USER)


def seen_after(membership: RawItem, conversation: RawItem | None) -> int:
    """The number after which a member sees a conversation, which is `META` or the member summary, as they are stored.

    What somebody has truncated nobody sees, whatever their membership says.
    """
    return max(number(membership, "visible_from"), number(conversation or {}, "truncated_seq"))


def within(membership: MembershipItem, conversation: RawItem | None) -> MembershipItem:
    """The membership with the `visible_from` that holds in the conversation, as `seen_after`: for reading alone."""
    membership.visible_from = max(int(membership.visible_from), number(conversation or {}, "truncated_seq"))
    return membership


def check_may(caller: Caller, membership: MembershipItem, *permissions: Permission) -> None:
    """Refuse a member whose role does not allow all of this; raises `InsufficientRole`.

    A back end that speaks for no user may do all. Who is shadow-banned has no more power over others than a member.
    """
    if caller.user_id == SYSTEM_USER:
        return
    check_allows(_seat(caller, membership), *permissions)
    powers = [permission for permission in permissions if permission not in LEFT_IN_SHADOW]
    if powers and not caller.is_server and (_is_marked(membership) or shadow.is_known_everywhere(caller)):
        raise InsufficientRole(required_role=least_role(_seat(caller, membership), powers[0]))


def is_shadowed(caller: Caller, membership: MembershipItem) -> bool:
    """Whether nobody else is shown what the caller posts: in this conversation, or anywhere, at this moment.

    1 RRU where a back end acts for them, else none.
    """
    return _is_marked(membership) or shadow.is_everywhere(caller)


def _is_marked(membership: MembershipItem) -> bool:
    return int(membership.shadowed_until or 0) > clock.now_ms()


def may(caller: Caller, membership: MembershipItem, permission: Permission) -> bool:
    """Whether a member's role allows it."""
    return caller.user_id == SYSTEM_USER or allows(_seat(caller, membership), permission)


def _seat(caller: Caller, membership: MembershipItem) -> Seat:
    version = caller.tenant.conversation_types
    return Seat(caller.tenant_id, version, membership.type, membership.declared_type, membership.role)


def check_outranks(membership: MembershipItem, role: str) -> None:
    """Refuse a member who would decide about somebody above themselves; raises `InsufficientRole`."""
    if not reaches(membership.role, role):
        raise InsufficientRole(required_role=role)


def access_membership_with(
    caller: Caller, conversation_id: str, user_ids: Sequence[str]
) -> tuple[MembershipItem, list[str]]:
    """The caller's membership, and those of these users who are members too. Without others, as `access_membership`.

    Whoever may not see the members finds nobody. With others one call, 0.5 RRU for each; who is not found is looked up
    again, consistently. So a write that follows has to check the membership itself. Raises as `access_membership` does.
    """
    if not user_ids:
        return access_membership(caller, conversation_id), []
    check_well_formed(conversation_id)
    places = {user_id: membership_key(caller.tenant_id, user_id, conversation_id) for user_id in user_ids}
    mine = membership_key(caller.tenant_id, caller.user_id, conversation_id)
    wanted = {mine, *places.values()}
    found = dynamodb.batch_get(settings().chat_table, wanted)
    if missing := wanted - found.keys():
        found |= dynamodb.batch_get(settings().chat_table, missing, consistent=True)
    membership = check_membership(caller, conversation_id, MembershipItem.read(found.get(mine)))
    if not may(caller, membership, "see_members"):
        return membership, []
    return membership, [user_id for user_id, at in places.items() if at in found]


def check_may_write(caller: Caller, membership: MembershipItem, meta: RawItem | None) -> None:
    """Refuse what would reach a user who has blocked this member, and a change of an archived or frozen conversation.

    The mark of a block is on the membership of the direct conversation, so no read is made for it. `meta` is the
    conversation's item, None where a closed one takes it too or a condition of the write says whether it is closed.
    Raises `Blocked`, `ConversationArchived`, `ConversationFrozen`.
    """
    if membership.blocked:
        raise Blocked
    if meta is not None:
        check_open(meta)
        if flag(meta, "frozen") and not is_unrestricted(caller, membership):
            raise ConversationFrozen


def is_unrestricted(caller: Caller, membership: MembershipItem) -> bool:
    """Whether they write in a frozen conversation and need not wait in slow mode: the tenant's back end always does."""
    return caller.is_server or may(caller, membership, "bypass_restrictions")


def check_open(meta: RawItem) -> None:
    """Refuse a change of an archived conversation; raises `ConversationArchived`.

    All that is asked of a member who takes back something of their own: what goes reaches nobody.
    """
    if "archived_at" in meta:
        raise ConversationArchived


def access_with_conversation(caller: Caller, conversation_id: str) -> tuple[MembershipItem, RawItem | None]:
    """The caller's membership, and the conversation's `META`: one consistent call, 2 RRU.

    Raises as `access_membership` does.
    """
    check_well_formed(conversation_id)
    mine = membership_key(caller.tenant_id, caller.user_id, conversation_id)
    meta = meta_key(caller.tenant_id, conversation_id)
    found = dynamodb.batch_get(settings().chat_table, [mine, meta], consistent=True)
    membership = check_membership(caller, conversation_id, MembershipItem.read(found.get(mine)))
    return within(membership, found.get(meta)), found.get(meta)


def access_to_write(caller: Caller, conversation_id: str, *permissions: Permission) -> MembershipItem:
    """The caller's membership, if they may write to the conversation at this moment: one consistent call, 2 RRU.

    Raises as `access_membership` and `check_may_write` do.
    """
    membership, meta = access_with_conversation(caller, conversation_id)
    check_may_write(caller, membership, meta)
    check_may(caller, membership, *permissions)
    return membership


def access_to_speak(caller: Caller, conversation_id: str) -> MembershipItem:
    """As `access_to_write`, of somebody who may post or reply: what passes and is no message is theirs to send."""
    membership = access_to_write(caller, conversation_id)
    if not may(caller, membership, "reply"):
        check_may(caller, membership, "post")
    return membership


def still_holds_role(membership: MembershipItem) -> Action:
    """The action that refuses a transaction once its caller is no member any more, or has another role. 2 WRU."""
    return transactions.check(settings().chat_table, membership.key, exists() & equals("role", membership.role))


def still_may_write(caller: Caller, membership: MembershipItem) -> list[Action]:
    """The actions that refuse a transaction once its caller may not write any more, or has another role. 4 WRU.

    The member summary says whether the conversation is closed to them: `META` would be in the way of sends.
    """
    table, summary = settings().chat_table, member_summary_key(caller.tenant_id, membership.conversation_id)
    is_as_read = exists() & absent("blocked") & equals("role", membership.role)
    is_open = exists() & absent("archived_at")
    if not is_unrestricted(caller, membership):
        is_open &= absent("frozen")
    return [transactions.check(table, membership.key, is_as_read), transactions.check(table, summary, is_open)]
