"""Join requests: who wants to join asks, and an admin lets them in or does not.

A conversation takes requests once its admins say so (`join_requests`): a group then from every user who knows its id, a
channel instead of letting everybody in. A request stands in the conversation's partition beside its invites, and is
used up in the transaction in which the user enters. An invite and a link let in without one.
"""

from collections.abc import Iterable

from parley import clock
from parley.errors import (
    AlreadyAMember,
    Banned,
    ConversationArchived,
    ConversationNotFound,
    JoinRequestNotFound,
    JoinRequestsOff,
    UserNotFound,
)
from parley.identity import teams
from parley.identity.caller import Caller
from parley.messaging.access import (
    access_membership,
    check_well_formed,
    membership_key,
    meta_key,
)
from parley.messaging.invites.items import JoinRequestItem
from parley.messaging.invites.schemas import AskToJoin, JoinRequest, OwnJoinRequest
from parley.messaging.invites.taking_back import take_back
from parley.messaging.items import ConversationItem, MembershipItem
from parley.messaging.members.memberships import (
    Inviter,
    Ticket,
    ban_holds,
    enter,
    known_users,
    membership_of,
    put_former_membership,
)
from parley.messaging.members.schemas import AddedMember, AddedStatus
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.attributes import RawItem, item, required_text
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import exists
from parley.tables.items import COLLECTION_INDEX
from parley.tables.keys import Key
from parley.tables.pages import read_slice
from parley.wire import Page


def request_key(tenant_id: str, conversation_id: str, user_id: str) -> Key:
    return Key(keys.conversation(tenant_id, conversation_id), keys.join_request_sk(user_id))


def do_ask(caller: Caller, conversation_id: str, body: AskToJoin) -> tuple[OwnJoinRequest, bool]:
    """Ask to join; whether the request is new. Again, the first request stands. 3 RRU and 4 WRU.

    Raises `ConversationNotFound`, as of a group that takes no requests; `JoinRequestsOff` of a channel that anybody may
    join; `AlreadyAMember`, `Banned`, `ConversationArchived`, and `UserNotFound` for a user whom a server token names
    and who does not exist.
    """
    check_well_formed(conversation_id)
    tenant_id, user_id = caller.tenant_id, caller.user_id
    meta, mine = meta_key(tenant_id, conversation_id), membership_key(tenant_id, user_id, conversation_id)
    ban = Key(meta.pk, keys.ban_sk(user_id))
    found = dynamodb.batch_get(settings().chat_table, [meta, mine, ban], consistent=True)
    conversation = ConversationItem.read(found.get(meta))
    if mine not in found and conversation is not None and not teams.sees(caller, conversation.team):
        raise ConversationNotFound
    _check_takes_requests(conversation, MembershipItem.read(found.get(mine)))
    if ban_holds(found.get(ban)):
        raise Banned
    if caller.is_server and not known_users(tenant_id, [user_id]):
        raise UserNotFound
    put_former_membership(tenant_id, user_id, conversation_id)
    request = _new(caller, conversation_id, body)
    try:
        dynamodb.put_if_absent(settings().chat_table, request.serialize())
    except ConditionFailed as failed:
        return _own_view(caller, JoinRequestItem.read(failed.item) or request, conversation), False
    return _own_view(caller, request, conversation), True


def _check_takes_requests(conversation: ConversationItem | None, mine: MembershipItem | None) -> None:
    if mine is not None:
        raise AlreadyAMember
    if conversation is None:
        raise ConversationNotFound
    if not conversation.join_requests:
        raise JoinRequestsOff if conversation.type == "channel" else ConversationNotFound
    if conversation.archived_at is not None:
        raise ConversationArchived


def _new(caller: Caller, conversation_id: str, body: AskToJoin) -> JoinRequestItem:
    """Its version begins at the clock, so that a request after another is newer to every consumer."""
    at, now = request_key(caller.tenant_id, conversation_id, caller.user_id), clock.now_ms()
    return JoinRequestItem(
        pk=at.pk,
        sk=at.sk,
        version=now,
        gpk=keys.invites(caller.tenant_id, caller.user_id),
        gsk=keys.join_request_gsk(conversation_id),
        conversation_id=conversation_id,
        user_id=caller.user_id,
        text=body.text,
        created_at=now,
    )


def do_approve(caller: Caller, conversation_id: str, user_id: str) -> AddedMember:
    """Let in who has asked; an admin or owner. 5.5 RRU and 16 WRU.

    `banned` who has been banned since, `not_in_team` who is not in the conversation's team any more.

    Raises as `access_membership` does, `JoinRequestNotFound`, `ConversationArchived`. Who is a member stays one.
    """
    mine = access_membership(caller, conversation_id, "review_join_requests")
    at, meta = request_key(caller.tenant_id, conversation_id, user_id), meta_key(caller.tenant_id, conversation_id)
    found = dynamodb.batch_get(settings().chat_table, [at, meta], consistent=True)
    conversation = ConversationItem.read(found.get(meta))
    if conversation is None:
        raise ConversationNotFound
    status: AddedStatus = "already_member"
    if membership_of(caller.tenant_id, user_id, conversation_id) is None:
        if at not in found or not known_users(caller.tenant_id, [user_id]):
            raise JoinRequestNotFound
        use = transactions.delete(settings().chat_table, at, condition=exists())
        entered = enter(
            caller,
            conversation,
            [user_id],
            inviter=Inviter(mine, lambda: access_membership(caller, conversation_id, "review_join_requests")),
            ticket=Ticket(use, JoinRequestNotFound),
        )
        status = entered[user_id]
    if status == "already_member" and at in found:
        dynamodb.delete(settings().chat_table, at)
    return AddedMember(user_id=user_id, status=status)


def do_take_back(caller: Caller, conversation_id: str, user_id: str) -> None:
    """Withdraw one's own request or, as an admin or owner, decline another's; absent is fine.

    Raises as `access_membership` does for another's.
    """
    at = request_key(caller.tenant_id, conversation_id, user_id)
    take_back(caller, conversation_id, user_id, at=at, permission="review_join_requests")


def do_list(caller: Caller, conversation_id: str, *, limit: int, cursor: str | None) -> Page[JoinRequest]:
    """Who asks to join, in the order of their ids; for admins and owners. 1.5 RRU each.

    Who has come in by another way meanwhile is left out.
    """
    access_membership(caller, conversation_id, "review_join_requests")
    pk = keys.conversation(caller.tenant_id, conversation_id)

    def start(user_id: str) -> RawItem:
        return dynamodb.key((pk, keys.join_request_sk(user_id)))

    found = read_slice(
        pk, keys.JOIN_REQUEST_PREFIX, listing=("join requests",), limit=limit, cursor=cursor, start=start
    )
    return Page(
        data=[_view(each) for each in _open(caller.tenant_id, map(JoinRequestItem.from_raw_data, found.entries))],
        next_cursor=found.next_cursor,
        prev_cursor=found.prev_cursor,
    )


def do_list_own(caller: Caller, *, limit: int, cursor: str | None) -> Page[OwnJoinRequest]:
    """What the caller has asked to join, in the order of the conversations' ids: 2 RRU each.

    Those to where the caller is by now are left out. The index is a moment behind.
    """
    gpk = keys.invites(caller.tenant_id, caller.user_id)

    def start(conversation_id: str) -> RawItem:
        at = request_key(caller.tenant_id, conversation_id, caller.user_id)
        return item({**at._asdict(), "gpk": gpk, "gsk": keys.join_request_gsk(conversation_id)})

    found = read_slice(
        gpk,
        keys.ASKED_FOR_PREFIX,
        listing=("own join requests",),
        limit=limit,
        cursor=cursor,
        start=start,
        index=COLLECTION_INDEX,
    )
    asked = [keys.join_request_of(required_text(raw, "gsk")) for raw in found.entries]
    places = [request_key(caller.tenant_id, each, caller.user_id) for each in asked]
    metas = [meta_key(caller.tenant_id, each) for each in asked]
    there = dynamodb.batch_get(settings().chat_table, [*places, *metas]) if places else {}
    requests = _open(caller.tenant_id, [JoinRequestItem.from_raw_data(there[at]) for at in places if at in there])
    of = {each: ConversationItem.read(there.get(at)) for each, at in zip(asked, metas, strict=True)}
    return Page(
        data=[_own_view(caller, each, of[each.conversation_id]) for each in requests],
        next_cursor=found.next_cursor,
        prev_cursor=found.prev_cursor,
    )


def _open(tenant_id: str, requests: Iterable[JoinRequestItem]) -> list[JoinRequestItem]:
    """Those of the requests whose users are no members yet."""
    asked = list(requests)
    places = [membership_key(tenant_id, each.user_id, each.conversation_id) for each in asked]
    members = dynamodb.batch_get(settings().chat_table, places, consistent=True) if places else {}
    return [each for at, each in zip(places, asked, strict=True) if at not in members]


def _own_view(caller: Caller, request: JoinRequestItem, conversation: ConversationItem | None) -> OwnJoinRequest:
    """What a group is called is told as long as it lets whoever knows its id ask, and is no other team's."""
    may_ask = conversation is not None and conversation.join_requests and teams.sees(caller, conversation.team)
    shown = conversation if may_ask else None
    return OwnJoinRequest(
        **_view(request).model_dump(),
        type=None if shown is None else shown.type,
        name=None if shown is None else shown.name,
        avatar_url=None if shown is None else shown.avatar_url,
    )


def _view(request: JoinRequestItem) -> JoinRequest:
    return JoinRequest(
        conversation_id=request.conversation_id,
        user_id=request.user_id,
        text=request.text,
        created_at=clock.to_datetime(int(request.created_at)),
    )
