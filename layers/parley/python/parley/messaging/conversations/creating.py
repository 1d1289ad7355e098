"""Creating conversations: a direct one exists once, whoever creates it first and however often a request repeats."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Literal

from parley import clock, ids
from parley.errors import (
    Blocked,
    ConversationNotFound,
    Forbidden,
    IdempotencyKeyReused,
    NotInTeam,
    TeamRequired,
    Unavailable,
    UnknownMembers,
    UserNotFound,
    ValidationFailed,
)
from parley.identity import shadow, teams
from parley.identity.caller import Caller
from parley.identity.declared_keys import of_conversations, values_of
from parley.messaging.access import details_key, member_summary_key, membership_key, meta_key
from parley.messaging.conversations.conversations import do_get
from parley.messaging.conversations.schemas import Conversation, CreateConversation
from parley.messaging.items import ConversationItem, DetailsItem, MembershipItem, MemberSummaryItem
from parley.messaging.members import arrivals
from parley.messaging.members.blocks import blockers_among
from parley.messaging.members.conversation_settings import SHOWN, arrange
from parley.messaging.members.memberships import (
    ATTEMPTS,
    MOST_ENTERING,
    MOST_ENTERING_TEAM,
    TRANSACTION_LIMIT,
    change_counts,
    join_at_commit,
    must_be_absent,
    must_be_in,
    new_membership,
    put_memberships,
    read_users,
)
from parley.permissions import types
from parley.settings import settings
from parley.tables import dynamodb, idempotency, keys, transactions
from parley.tables.attributes import RawItem
from parley.tables.dynamodb import TransactionRefused
from parley.tables.expressions import Update, differs, equals, exists
from parley.tables.keys import Key
from parley.tables.shards import shard_of
from parley.tables.transactions import Action

_OTHER_ITEMS = 4
"""What the first transaction writes beside the members: `META`, `DETAILS`, `ROSTER` and the creator."""
FIRST_MEMBERS = TRANSACTION_LIMIT - _OTHER_ITEMS
FIRST_MEMBERS_TEAM = FIRST_MEMBERS // 2 - 1
"""Where each is held to the team, and the creator too."""

Creation = tuple[Conversation, Literal[200, 201]]


def do_create(caller: Caller, body: CreateConversation, *, idempotency_key: str | None) -> Creation:
    """Open a conversation with its first members; 200 where a direct one existed.

    A direct conversation's id follows from its two users, so both find the same one; another's follows from the
    idempotency key where there is one, so that a repetition after a crash finds what the first request made. Raises
    `UnknownMembers` with the ids that name no user of whom the caller may know, `TeamRequired` and `NotInTeam` where a
    user may not open this one or members are not in its team, `Blocked` where one of the two has blocked the other, or
    with the ids of members who have blocked the caller, `IdempotencyKeyReused` where a key of long ago opened another
    one, and `ValidationFailed` where a declared key has another type, or the tenant has not declared its type.
    Who is shadow-banned everywhere is alone in what they open; a channel, which everybody finds, is `Forbidden`.
    """
    values_of(of_conversations(caller), body.custom)
    _check_team(caller, body)
    others = [user_id for user_id in dict.fromkeys(body.members) if user_id != caller.user_id]
    if body.type == "direct" and not others:
        detail = "a direct conversation is with somebody else"
        raise ValidationFailed([{"pointer": "/members", "code": "not_on_oneself", "detail": detail}])
    if body.type == "direct":
        _check_users(caller, others)
        return _open_direct(caller, body, others[0])
    _, blockers = dynamodb.in_parallel(
        lambda: _check_users(caller, others, team=body.team), lambda: blockers_among(caller, others)
    )
    if blockers:
        detail = "Some of the members have blocked the caller"
        raise Blocked(detail, user_ids=[user_id for user_id in others if user_id in blockers])
    if shadow.is_everywhere(caller):
        if body.type == "channel":
            raise Forbidden
        others = []
    if body.declared_type is not None:
        types.use(caller.tenant_id, body.declared_type, body.type)
    return _open_shared(caller, body, others, idempotency_key), 201


def _check_team(caller: Caller, body: CreateConversation) -> None:
    """Refuse a user whom their teams do not let open this; the tenant's back end opens any."""
    if not teams.is_held(caller) or body.type == "direct":
        return
    if body.team is None and not caller.tenant.settings.shared_by_users:
        raise TeamRequired
    if body.team is not None and body.team not in caller.teams:
        raise NotInTeam


def _check_users(caller: Caller, others: Sequence[str], *, team: str | None = None) -> None:
    """Refuse members that are no users or not in the team, and a server token that acts for none."""
    known = read_users(caller.tenant_id, [caller.user_id, *others])
    if caller.user_id not in known:
        raise UserNotFound("The caller does not exist as a user yet")
    unknown = [each for each in others if each not in known or not teams.sees_user(caller, each, known[each])]
    if unknown:
        raise UnknownMembers(user_ids=unknown)
    if team is not None and teams.are_on(caller):
        outside = [user_id for user_id in (caller.user_id, *others) if team not in teams.of_user(known[user_id])]
        if outside:
            raise NotInTeam(user_ids=outside)


def block_keys(tenant_id: str, one: str, other: str) -> tuple[Key, Key]:
    """Where it would stand that one of two users has blocked the other."""
    return (
        Key(keys.user(tenant_id, one), keys.block_sk(other)),
        Key(keys.user(tenant_id, other), keys.block_sk(one)),
    )


def _open_direct(caller: Caller, body: CreateConversation, other: str) -> Creation:
    """Open the direct conversation of two users, or find it and bring back whoever has left it, or was erased.

    Each transaction is made on condition that neither has blocked the other. Who is shadow-banned everywhere brings in
    nobody but themselves.
    """
    tenant_id = caller.tenant_id
    conversation_id = ids.direct_id(tenant_id, caller.user_id, other)
    blocks = block_keys(tenant_id, caller.user_id, other)
    places = {user_id: membership_key(tenant_id, user_id, conversation_id) for user_id in (caller.user_id, other)}
    meta = meta_key(tenant_id, conversation_id)
    is_alone = shadow.is_everywhere(caller)
    for _ in range(ATTEMPTS):
        found = dynamodb.batch_get(settings().chat_table, [meta, *blocks, *places.values()], consistent=True)
        if any(at in found for at in blocks):
            raise Blocked(_why_blocked(blocks[0] in found))
        conversation = ConversationItem.read(found.get(meta))
        reached = {user_id: at for user_id, at in places.items() if user_id == caller.user_id or not is_alone}
        absent = [user_id for user_id, at in reached.items() if at not in found]
        if conversation is not None:
            _show_again(caller, [found[at] for at in reached.values() if at in found])
            if not absent:
                return do_get(caller, conversation_id), 200
        if conversation is None:
            actions = _first_items(caller, body, conversation_id, absent, pending=[], asked="")
        else:
            actions = _return_of(tenant_id, conversation, absent)
        arrivals.note(tenant_id, conversation_id, absent)
        try:
            dynamodb.transact([*actions, *(must_be_absent(at) for at in blocks)])
        except TransactionRefused:
            continue
        if conversation is not None:
            returned = [places[user_id] for user_id in absent]
            join_at_commit(meta, returned, join_seq=int(conversation.seq), history=str(conversation.history))
        return do_get(caller, conversation_id), 201 if conversation is None else 200
    raise Unavailable("The conversation is too busy")


def _show_again(caller: Caller, memberships: Iterable[RawItem]) -> None:
    """Show the conversation to the caller, and to the other unless they have hidden it for good."""
    for raw in memberships:
        membership = MembershipItem.from_raw_data(raw)
        is_theirs = membership.user_id != caller.user_id
        if membership.hidden_seq is not None:
            with suppress(TransactionRefused):
                arrange(membership, SHOWN, condition=exists() & (differs("hidden", "always") if is_theirs else None))


def _why_blocked(by_caller: bool) -> str:  # noqa: FBT001 - private, one meaning
    return "The caller has blocked the other user" if by_caller else ""


def _return_of(tenant_id: str, conversation: ConversationItem, user_ids: Sequence[str]) -> list[Action]:
    memberships = [
        new_membership(
            tenant_id,
            conversation.conversation_id,
            user_id,
            conversation_type=conversation.type,
            declared_type=conversation.declared_type,
            role="member",
            join_seq=int(conversation.seq),
            history=conversation.history,
        )
        for user_id in user_ids
    ]
    counts = change_counts(tenant_id, conversation.conversation_id, members=len(user_ids))
    return [counts, *put_memberships(memberships)]


def _open_shared(
    caller: Caller, body: CreateConversation, others: Sequence[str], idempotency_key: str | None
) -> Conversation:
    """Open a group or channel: one transaction for up to 96 other members, a second one for those beyond.

    Those beyond are noted as pending in the first and taken from the note in the second, so a crash between the two
    leaves a note that a repetition works off, once.
    """
    asked = idempotency.body_hash(body.model_dump(mode="json", exclude=set() if body.team else {"team"}))
    if idempotency_key is None:
        conversation_id = ids.new_id()
    else:
        conversation_id = ids.derived_id("keyed", caller.tenant_id, caller.user_id, idempotency_key)
    held = body.team if teams.are_on(caller) else None
    most = FIRST_MEMBERS if held is None else FIRST_MEMBERS_TEAM
    first, pending = others[:most], others[most:]
    members = [caller.user_id, *first]
    arrivals.note(caller.tenant_id, conversation_id, [caller.user_id, *others])
    try:
        items = _first_items(caller, body, conversation_id, members, pending=pending, asked=asked)
        checks = [] if held is None else must_be_in(caller.tenant_id, members, held)
        dynamodb.transact([*items, *checks])
    except TransactionRefused as refused:
        outside = [user_id for at, user_id in enumerate(members, start=len(items)) if refused.failed(at)]
        if held is not None and outside and not refused.failed(0):
            raise NotInTeam(user_ids=outside) from None
        _check_same_request(caller, conversation_id, asked)
        summary = MemberSummaryItem.at(member_summary_key(caller.tenant_id, conversation_id), consistent=True)
        pending = [] if summary is None else [str(user_id) for user_id in summary.pending or ()]
    if pending:
        _add_pending(caller.tenant_id, conversation_id, body, pending, team=held)
    return do_get(caller, conversation_id)


def _check_same_request(caller: Caller, conversation_id: str, asked: str) -> None:
    details = DetailsItem.at(details_key(caller.tenant_id, conversation_id), consistent=True)
    if details is None:
        raise ConversationNotFound
    if details.opened_with != asked:
        raise IdempotencyKeyReused


def _add_pending(
    tenant_id: str, conversation_id: str, body: CreateConversation, pending: Sequence[str], *, team: str | None
) -> None:
    """Write the members that are pending, unless another repetition has; those of a team in parts.

    Who is not in it any more by then is left out.
    """
    most = MOST_ENTERING if team is None else MOST_ENTERING_TEAM
    left_out: set[str] = set()
    while pending:
        entering = [user_id for user_id in pending[:most] if user_id not in left_out]
        counts = change_counts(
            tenant_id,
            conversation_id,
            members=len(entering),
            condition=equals("pending", list(pending)),
            extra=Update().set_or_remove(pending=list(pending[most:]) or None),
        )
        memberships = [
            new_membership(
                tenant_id,
                conversation_id,
                user_id,
                conversation_type=body.type,
                declared_type=body.declared_type,
                role="member",
                join_seq=0,
                history=body.history,
            )
            for user_id in entering
        ]
        checks = [] if team is None else must_be_in(tenant_id, entering, team)
        try:
            dynamodb.transact([counts, *put_memberships(memberships), *checks])
        except TransactionRefused as refused:
            if refused.failed(0):
                return
            known = enumerate(entering, start=1)
            kept_out = {each for at, each in known if refused.failed(at) or refused.failed(at + len(entering))}
            if not kept_out:
                raise Unavailable("The conversation is too busy") from None
            left_out |= kept_out
        else:
            pending = pending[most:]


def _first_items(
    caller: Caller,
    body: CreateConversation,
    conversation_id: str,
    members: Sequence[str],
    *,
    pending: Sequence[str],
    asked: str,
) -> list[Action]:
    """The actions that make a conversation and its members. All members of a direct one are equal."""
    tenant_id = caller.tenant_id
    meta, details, summary = (at(tenant_id, conversation_id) for at in (meta_key, details_key, member_summary_key))
    is_direct = body.type == "direct"
    now = clock.now_ms()
    items: list[ConversationItem | DetailsItem | MemberSummaryItem | MembershipItem] = [
        ConversationItem(
            pk=meta.pk,
            sk=meta.sk,
            conversation_id=conversation_id,
            type=body.type,
            declared_type=body.declared_type,
            name=body.name,
            avatar_url=body.avatar_url,
            history=body.history,
            declared=values_of(of_conversations(caller), body.custom) or None,
            team=body.team,
            created_by=caller.user_id,
            created_at=now,
            updated_at=now,
            last_at=now,
        ),
        DetailsItem(
            pk=details.pk,
            sk=details.sk,
            gpk=keys.conversations(tenant_id, shard_of(conversation_id)),
            gsk=keys.membership_sk(conversation_id),
            custom=body.custom or None,
            history=body.history,
            opened_with=asked or None,
        ),
        MemberSummaryItem(
            pk=summary.pk,
            sk=summary.sk,
            type=body.type,
            member_count=len(members),
            owner_count=0 if is_direct else 1,
            history=body.history,
            team=body.team,
            last_joined_at=now,
            pending=list(pending) or None,
        ),
    ]
    items += [
        new_membership(
            tenant_id,
            conversation_id,
            user_id,
            conversation_type=body.type,
            declared_type=body.declared_type,
            role="owner" if user_id == caller.user_id and not is_direct else "member",
            join_seq=0,
            history=body.history,
        )
        for user_id in members
    ]
    return [transactions.put_if_absent(settings().chat_table, item.serialize()) for item in items]
