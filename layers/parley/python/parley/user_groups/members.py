"""Who is in a user group. Memberships and the group's count of them change in one transaction, so both are exact.

A membership stands in its user's partition, so that their erasure and export find it, and the index lists it for the
group. Who enters is there at the commit: neither erased nor deactivated. Who is deactivated later stays a member.
"""

from collections.abc import Sequence
from typing import Literal

from parley import clock
from parley.audit import audit_log
from parley.audit.vocabulary import AuditAction
from parley.errors import Unavailable, UserGroupNotFound
from parley.identity import teams
from parley.identity.caller import Caller
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.attributes import RawItem, number, required_text
from parley.tables.cursors import Listing
from parley.tables.dynamodb import TransactionRefused
from parley.tables.expressions import Condition, Update, absent, at_most, exists
from parley.tables.items import COLLECTION_INDEX
from parley.tables.keys import Key
from parley.tables.pages import Position, Slice, cut, read_slice
from parley.tables.transactions import Action
from parley.user_groups.groups import ATTEMPTS, access_group
from parley.user_groups.items import UserGroupMemberItem, group_key, member_key
from parley.user_groups.schemas import (
    AddedAllToGroup,
    AddedToGroup,
    GroupMember,
    NamedUsers,
    TakenAllFromGroup,
    TakenFromGroup,
)
from parley.wire import Page

MOST_MEMBERS = 1_000
MOST_TOGETHER = 49
"""Users of one transaction of a hundred actions: a membership and the user's own item each, the group, the line."""
IS_THERE = exists() & absent("erased_at") & absent("erasure") & absent("deactivated_at")

Added = Literal["added", "already_member", "not_found", "full"]
Taken = Literal["removed", "not_member"]
LISTING: Listing = ("user group members",)
LOOKED_AT_TOGETHER = 100


def do_list(caller: Caller, group_id: str, *, limit: int, cursor: str | None) -> Page[GroupMember]:
    """The members of a group in the order of their ids; the index follows changes within a second.

    1 RRU, and 0.5 for about twenty. Where teams are on, those of whom the caller may not know are left out, at 1 RRU
    for each who is looked at: a group has a thousand at most. Raises `UserGroupNotFound`, `InvalidCursor`.
    """
    access_group(caller, group_id)
    if teams.is_held(caller):
        found = _read_seen(caller, group_id, limit=limit, cursor=cursor)
    else:
        found = _read(caller, group_id, limit=limit, cursor=cursor)
    return Page(
        data=[_view(each) for each in found.entries], next_cursor=found.next_cursor, prev_cursor=found.prev_cursor
    )


def _read(caller: Caller, group_id: str, *, limit: int, cursor: str | None) -> Slice[UserGroupMemberItem]:
    pk = keys.user_group_members(caller.tenant_id, group_id)

    def start(user_id: str) -> RawItem:
        at = member_key(caller.tenant_id, user_id, group_id)
        return dynamodb.key(at) | {"gpk": {"S": pk}, "gsk": {"S": keys.member_gsk(user_id)}}

    found = read_slice(
        pk,
        keys.MEMBER_GSK_PREFIX,
        listing=LISTING,
        limit=limit,
        cursor=cursor,
        start=start,
        index=COLLECTION_INDEX,
    )
    listed = [keys.member_of(required_text(raw, "gsk")) for raw in found.entries]
    places = [member_key(caller.tenant_id, user_id, group_id) for user_id in listed]
    there = dynamodb.batch_get(settings().chat_table, places) if places else {}
    members = [UserGroupMemberItem.from_raw_data(there[at]) for at in places if at in there]
    return Slice(members, found.next_cursor, found.prev_cursor)


def _read_seen(caller: Caller, group_id: str, *, limit: int, cursor: str | None) -> Slice[UserGroupMemberItem]:
    """Those of whom the caller may know. As many are looked at as it takes: a cursor may name nobody else."""
    position = None if cursor is None else Position.decode(cursor, LISTING)
    forward = position is None or position.forward
    seen: list[UserGroupMemberItem] = []
    going_on = True
    while going_on and len(seen) <= limit:
        part = _read(caller, group_id, limit=LOOKED_AT_TOGETHER, cursor=cursor)
        users = {Key(keys.user(caller.tenant_id, each.user_id), keys.USER_SK): each for each in part.entries}
        found = dynamodb.batch_get(settings().chat_table, users) if users else {}
        known = [each for at, each in users.items() if at in found and teams.sees_user(caller, each.user_id, found[at])]
        seen += known if forward else reversed(known)
        cursor = part.next_cursor if forward else part.prev_cursor
        going_on = cursor is not None
    return cut(seen, position, limit, lambda each: each.user_id, LISTING)


def _view(member: UserGroupMemberItem) -> GroupMember:
    return GroupMember(user_id=member.user_id, added_at=clock.to_datetime(int(member.added_at)))


def do_add(caller: Caller, group_id: str, body: NamedUsers) -> AddedAllToGroup:
    """Add users, with a result for each. 1 RRU, and for each 49 of them 4 WRU and 5 a user.

    Who is in it already stays so, so a repetition goes on where the first request died. Raises `UserGroupNotFound`.
    """
    access_group(caller, group_id)
    results: dict[str, Added] = {}
    for together in _parts(body.user_ids):
        results |= _enter(caller, group_id, together)
    return AddedAllToGroup(data=[AddedToGroup(user_id=each, status=results[each]) for each in results])


def _parts(user_ids: Sequence[str]) -> list[list[str]]:
    distinct = list(dict.fromkeys(user_ids))
    return [distinct[start : start + MOST_TOGETHER] for start in range(0, len(distinct), MOST_TOGETHER)]


def _enter(caller: Caller, group_id: str, together: Sequence[str]) -> dict[str, Added]:
    found: dict[str, Added] = {}
    for _ in range(ATTEMPTS):
        entering = [user_id for user_id in together if user_id not in found]
        if not entering:
            break
        has_room = exists() & at_most("member_count", MOST_MEMBERS - len(entering))
        actions = [
            _count(caller.tenant_id, group_id, len(entering), has_room),
            _line(caller, "added", group_id, entering),
        ]
        actions += [action for user_id in entering for action in _entrance(caller.tenant_id, group_id, user_id)]
        try:
            dynamodb.transact(actions)
        except TransactionRefused as refused:
            known = {user_id: _kept_out(refused, place) for place, user_id in enumerate(entering)}
            learned: dict[str, Added] = {user_id: why for user_id, why in known.items() if why is not None}
            if refused.failed(0) and not learned:
                room = _room(refused.item(0))
                learned = dict.fromkeys(entering[room:], "full")
            found |= learned
        else:
            found |= dict.fromkeys(entering, "added")
    if len(found) < len(together):
        raise Unavailable("The group is being changed by others")
    return {user_id: found[user_id] for user_id in together}


def _entrance(tenant_id: str, group_id: str, user_id: str) -> tuple[Action, Action]:
    """The actions that make a user a member, where they are not and there is such a user."""
    at = member_key(tenant_id, user_id, group_id)
    now = clock.now_ms()
    member = UserGroupMemberItem(
        pk=at.pk,
        sk=at.sk,
        version=now,
        gpk=keys.user_group_members(tenant_id, group_id),
        gsk=keys.member_gsk(user_id),
        group_id=group_id,
        user_id=user_id,
        added_at=now,
    )
    table = settings().chat_table
    user_at = Key(keys.user(tenant_id, user_id), keys.USER_SK)
    return transactions.put_if_absent(table, member.serialize()), transactions.check(table, user_at, IS_THERE)


def _kept_out(refused: TransactionRefused, place: int) -> Added | None:
    """Why the user at this place among those who enter does not, if it is for them."""
    if refused.failed(2 + 2 * place):
        return "already_member"
    return "not_found" if refused.failed(3 + 2 * place) else None


def _room(group: RawItem | None) -> int:
    """How many more a group takes; raises `UserGroupNotFound`."""
    if group is None:
        raise UserGroupNotFound
    return max(0, MOST_MEMBERS - number(group, "member_count"))


def do_remove(caller: Caller, group_id: str, body: NamedUsers) -> TakenAllFromGroup:
    """Take users out, with a result for each. 1 RRU, and for each 49 of them 4 WRU and 3 a user.

    Raises `UserGroupNotFound`.
    """
    access_group(caller, group_id)
    results: dict[str, Taken] = {}
    for together in _parts(body.user_ids):
        results |= _leave(caller, group_id, together)
    return TakenAllFromGroup(data=[TakenFromGroup(user_id=each, status=results[each]) for each in results])


def _leave(caller: Caller, group_id: str, together: Sequence[str]) -> dict[str, Taken]:
    found: dict[str, Taken] = {}
    for _ in range(ATTEMPTS):
        leaving = [user_id for user_id in together if user_id not in found]
        if not leaving:
            break
        actions = [
            _count(caller.tenant_id, group_id, -len(leaving), exists()),
            _line(caller, "removed", group_id, leaving),
            *(_exit(caller.tenant_id, group_id, user_id) for user_id in leaving),
        ]
        try:
            dynamodb.transact(actions)
        except TransactionRefused as refused:
            if refused.failed(0):
                raise UserGroupNotFound from None
            found |= {user_id: "not_member" for place, user_id in enumerate(leaving, start=2) if refused.failed(place)}
        else:
            found |= dict.fromkeys(leaving, "removed")
    if len(found) < len(together):
        raise Unavailable("The group is being changed by others")
    return {user_id: found[user_id] for user_id in together}


def _exit(tenant_id: str, group_id: str, user_id: str) -> Action:
    at = member_key(tenant_id, user_id, group_id)
    return transactions.delete(settings().chat_table, at, condition=exists())


def _count(tenant_id: str, group_id: str, step: int, condition: Condition) -> Action:
    change = Update().set(updated_at=clock.now_ms()).add(member_count=step, version=1)
    at = group_key(tenant_id, group_id)
    return transactions.update(settings().chat_table, at, change, condition=condition, tell=True)


def _line(caller: Caller, what: Literal["added", "removed"], group_id: str, user_ids: Sequence[str]) -> Action:
    action: AuditAction = "user_group.members_added" if what == "added" else "user_group.members_removed"
    return audit_log.line(caller, action, ("user_group", group_id), details={"users": len(user_ids)})


def forget_all(tenant_id: str, user_id: str) -> None:
    """Take a user who is being erased out of all groups. 7 WRU for each."""
    own, _ = dynamodb.query(
        settings().chat_table, keys.user(tenant_id, user_id), begins_with=keys.USER_GROUP_MEMBER_PREFIX, consistent=True
    )
    for raw in own:
        group_id = keys.user_group_of(raw["sk"]["S"])
        out = _exit(tenant_id, group_id, user_id)
        try:
            dynamodb.transact([out, _count(tenant_id, group_id, -1, exists())])
        except TransactionRefused:  # the group has gone before
            dynamodb.delete(settings().chat_table, member_key(tenant_id, user_id, group_id))
