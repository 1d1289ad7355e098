"""Opening conversations and reading them."""

from typing import Any

from parley import clock, ids
from parley.errors import ConversationNotFound, UnknownMembers
from parley.identity.caller import Caller
from parley.messaging.access import membership_key
from parley.messaging.items import ConversationItem, DetailsItem, MembershipItem, RosterItem
from parley.messaging.schemas import Conversation, CreateConversation, Role
from parley.messaging.views import conversation_view
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.dynamodb import TransactionRefused
from parley.tables.keys import Key

TRANSACTION_LIMIT = 100
_OTHER_ITEMS = 3


def conversation_keys(tenant_id: str, conversation_id: str) -> tuple[Key, Key, Key]:
    """Where `META`, `DETAILS` and `ROSTER` of a conversation are."""
    pk = keys.conversation(tenant_id, conversation_id)
    return Key(pk, keys.META_SK), Key(pk, keys.DETAILS_SK), Key(pk, keys.ROSTER_SK)


def new_membership(
    tenant_id: str,
    conversation_id: str,
    user_id: str,
    *,
    conversation_type: str,
    role: Role,
    join_seq: int,
    history: str,
) -> MembershipItem:
    """A member who joins after the number `join_seq`, with everything up to it read."""
    return MembershipItem(
        pk=keys.user(tenant_id, user_id),
        sk=keys.membership_sk(conversation_id),
        gpk=keys.members(tenant_id, conversation_id),
        gsk=f"U#{user_id}",
        conversation_id=conversation_id,
        user_id=user_id,
        type=conversation_type,
        role=role,
        join_seq=join_seq,
        visible_from=join_seq if history == "joined" else 0,
        joined_at=clock.now_ms(),
        read_seq=join_seq,
    )


def do_create(caller: Caller, body: CreateConversation, *, idempotency_key: str | None) -> tuple[Conversation, bool]:
    """Open a conversation with its first members, all in one transaction; whether it was new.

    A direct conversation's id follows from its two users, so both find the same one; another's follows from the
    idempotency key where there is one, so that a repetition after a crash finds what the first request made.
    Raises `UnknownMembers` with the ids that name no user.
    """
    others = [user_id for user_id in dict.fromkeys(body.members) if user_id != caller.user_id]
    if body.type == "direct":
        conversation_id = ids.derived_id("direct", caller.tenant_id, *sorted([caller.user_id, *others]))
    elif idempotency_key is not None:
        conversation_id = ids.derived_id("keyed", caller.tenant_id, caller.user_id, idempotency_key)
    else:
        conversation_id = ids.new_id()
    check_users_exist(caller.tenant_id, others)
    roles: dict[str, Role] = {caller.user_id: "owner", **dict.fromkeys(others, "member")}
    if body.type == "direct":
        roles = dict.fromkeys(roles, "member")
    try:
        dynamodb.transact(_opening(caller, body, conversation_id, roles))
    except TransactionRefused:
        return do_get(caller, conversation_id), False
    return do_get(caller, conversation_id), True


def _opening(
    caller: Caller, body: CreateConversation, conversation_id: str, roles: dict[str, Role]
) -> list[dict[str, Any]]:
    meta, details, roster = conversation_keys(caller.tenant_id, conversation_id)
    now = clock.now_ms()
    items: list[Any] = [
        ConversationItem(
            pk=meta.pk,
            sk=meta.sk,
            conversation_id=conversation_id,
            type=body.type,
            name=body.name,
            avatar_url=body.avatar_url,
            created_by=caller.user_id,
            created_at=now,
            updated_at=now,
            last_at=now,
        ),
        DetailsItem(pk=details.pk, sk=details.sk, custom=body.custom or None, history=body.history),
        RosterItem(
            pk=roster.pk,
            sk=roster.sk,
            type=body.type,
            member_count=len(roles),
            owner_count=sum(role == "owner" for role in roles.values()),
            history=body.history,
        ),
    ]
    items += [
        new_membership(
            caller.tenant_id,
            conversation_id,
            user_id,
            conversation_type=body.type,
            role=role,
            join_seq=0,
            history=body.history,
        )
        for user_id, role in roles.items()
    ]
    table = settings().chat_table
    return [
        {"Put": {"TableName": table, "Item": item.serialize(), "ConditionExpression": "attribute_not_exists(pk)"}}
        for item in items
    ]


def check_users_exist(tenant_id: str, user_ids: list[str]) -> None:
    """Refuse members that are no users: one call for up to 100. Raises `UnknownMembers`."""
    places = {Key(keys.user(tenant_id, user_id), keys.USER_SK): user_id for user_id in user_ids}
    found = dynamodb.batch_get(settings().chat_table, places)
    unknown = [user_id for at, user_id in places.items() if at not in found]
    if unknown:
        raise UnknownMembers(user_ids=unknown)


def do_get(caller: Caller, conversation_id: str) -> Conversation:
    """A conversation with the caller's membership; a channel is shown to every user of its tenant.

    Raises `ConversationNotFound`.
    """
    if not ids.is_well_formed(conversation_id):
        raise ConversationNotFound
    meta, details, roster = conversation_keys(caller.tenant_id, conversation_id)
    mine = membership_key(caller.tenant_id, caller.user_id, conversation_id)
    found = dynamodb.batch_get(settings().chat_table, [meta, details, roster, mine], consistent=True)
    conversation = ConversationItem.read(found.get(meta))
    membership = MembershipItem.read(found.get(mine))
    if conversation is None or (membership is None and conversation.type != "channel"):
        raise ConversationNotFound
    return conversation_view(
        conversation, DetailsItem.from_raw_data(found[details]), RosterItem.from_raw_data(found[roster]), membership
    )
