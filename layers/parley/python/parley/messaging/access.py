"""Who may see and do what in a conversation: `access_*` loads it and refuses as one must."""

from parley import ids
from parley.errors import ConversationNotFound, InsufficientRole, NotAMember
from parley.identity.caller import Caller
from parley.messaging.items import ConversationItem, MembershipItem
from parley.messaging.vocabulary import Role
from parley.tables import keys
from parley.tables.keys import Key

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
