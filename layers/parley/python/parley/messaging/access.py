"""Who may see and do what in a conversation: `access_*` loads it and refuses as one must.

Every write to a conversation, and every event in it, passes `check_may_write` before it is made. One that no condition
of its own holds to that passes `access_to_write` after it, and is undone where that refuses. What a role allows is
written on condition of that role.
"""

from collections.abc import Sequence

from parley import ids
from parley.errors import Blocked, ConversationArchived, ConversationNotFound, InsufficientRole, NotAMember
from parley.identity.caller import Caller
from parley.messaging.items import ConversationItem, MembershipItem
from parley.messaging.vocabulary import Role
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.attributes import RawItem
from parley.tables.expressions import absent, equals, exists
from parley.tables.keys import Key
from parley.tables.transactions import Action

RANKS: dict[str, int] = {"member": 0, "admin": 1, "owner": 2}


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


def access_membership(caller: Caller, conversation_id: str, *, at_least: Role = "member") -> MembershipItem:
    """The caller's membership as it is at this moment: one consistent read, so a removed member is refused at once.

    Raises `ConversationNotFound` for what the caller may not see, `NotAMember` for a channel that they may join,
    `InsufficientRole` for a member of too low a role.
    """
    check_well_formed(conversation_id)
    at = membership_key(caller.tenant_id, caller.user_id, conversation_id)
    return check_membership(caller, conversation_id, MembershipItem.at(at, consistent=True), at_least=at_least)


def check_membership(
    caller: Caller,
    conversation_id: str,
    membership: MembershipItem | None,
    *,
    at_least: Role = "member",
) -> MembershipItem:
    """The membership, if it is one and its role suffices; raises as `access_membership` does."""
    if membership is None:
        conversation = ConversationItem.at(meta_key(caller.tenant_id, conversation_id))
        if conversation is not None and conversation.type == "channel":
            raise NotAMember
        raise ConversationNotFound
    check_role(membership, at_least)
    return membership


def check_role(membership: MembershipItem, at_least: Role) -> None:
    """Refuse a member of too low a role; raises `InsufficientRole`."""
    if RANKS[membership.role] < RANKS[at_least]:
        raise InsufficientRole(required_role=at_least)


def access_membership_with(
    caller: Caller, conversation_id: str, user_ids: Sequence[str]
) -> tuple[MembershipItem, list[str]]:
    """The caller's membership, and those of these users who are members too. Without others, as `access_membership`.

    With others one call, 0.5 RRU for each; who is not found is looked up again, consistently. So a write that follows
    has to check the membership itself. Raises as `access_membership` does.
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
    return membership, [user_id for user_id, at in places.items() if at in found]


def check_may_write(membership: MembershipItem, meta: RawItem | None) -> None:
    """Refuse what would reach a user who has blocked this member, and a change of an archived conversation.

    The mark of a block is on the membership of the direct conversation, so no read is made for it. `meta` is the
    conversation's item, None where an archived one takes it too. Raises `Blocked`, `ConversationArchived`.
    """
    if membership.blocked:
        raise Blocked
    if meta is not None:
        check_open(meta)


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
    return check_membership(caller, conversation_id, MembershipItem.read(found.get(mine))), found.get(meta)


def access_to_write(caller: Caller, conversation_id: str) -> MembershipItem:
    """The caller's membership, if they may write to the conversation at this moment: one consistent call, 2 RRU.

    Raises as `access_membership` and `check_may_write` do.
    """
    membership, meta = access_with_conversation(caller, conversation_id)
    check_may_write(membership, meta)
    return membership


def still_holds_role(membership: MembershipItem) -> Action:
    """The action that refuses a transaction once its caller is no member any more, or has another role. 2 WRU."""
    return transactions.check(settings().chat_table, membership.key, exists() & equals("role", membership.role))


def still_may_write(caller: Caller, membership: MembershipItem) -> list[Action]:
    """The actions that refuse a transaction once its caller may not write any more, or has another role. 4 WRU.

    The member summary says whether the conversation is archived: `META` would be in the way of sends.
    """
    table, summary = settings().chat_table, member_summary_key(caller.tenant_id, membership.conversation_id)
    is_as_read = exists() & absent("blocked") & equals("role", membership.role)
    return [
        transactions.check(table, membership.key, is_as_read),
        transactions.check(table, summary, exists() & absent("archived_at")),
    ]
