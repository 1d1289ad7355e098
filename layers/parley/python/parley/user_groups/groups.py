"""User groups: made, listed, changed and deleted by a tenant's back end; its users see them all.

A group, its handle and the count of the groups change in one transaction, so that no two groups have a handle and
their number has an exact limit.
"""

from parley import clock, ids
from parley.audit import audit_log
from parley.errors import HandleTaken, TooManyUserGroups, Unavailable, UserGroupNotFound, VersionConflict
from parley.identity.caller import Caller
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.attributes import RawItem, item, required_text
from parley.tables.dynamodb import TransactionRefused
from parley.tables.expressions import Condition, Update, absent, equals, exists, less, matching
from parley.tables.items import COLLECTION_INDEX
from parley.tables.pages import read_slice
from parley.tables.transactions import Action
from parley.user_groups.items import UserGroupItem, count_key, group_key, handle_key, member_key
from parley.user_groups.schemas import CreateUserGroup, UpdateUserGroup, UserGroup
from parley.wire import Page

MOST_GROUPS = 200
MEMBERS_DELETED_TOGETHER = 100
ATTEMPTS = 8


def access_group(caller: Caller, group_id: str) -> UserGroupItem:
    """A group of the caller's tenant as it is at this moment. 1 RRU. Raises `UserGroupNotFound`."""
    if not ids.is_well_formed(group_id):
        raise UserGroupNotFound
    found = UserGroupItem.at(group_key(caller.tenant_id, group_id), consistent=True)
    if found is None:
        raise UserGroupNotFound
    return found


def do_get(caller: Caller, group_id: str) -> UserGroup:
    """One group. Raises `UserGroupNotFound`."""
    return group_view(access_group(caller, group_id))


def do_list(caller: Caller, *, limit: int, cursor: str | None) -> Page[UserGroup]:
    """The tenant's groups in the order in which they were made. 0.5 RRU for each 4 KiB. Raises `InvalidCursor`."""
    pk = keys.user_groups(caller.tenant_id)

    def start(group_id: str) -> RawItem:
        return dynamodb.key(group_key(caller.tenant_id, group_id))

    found = read_slice(pk, keys.USER_GROUP_PREFIX, listing=("user groups",), limit=limit, cursor=cursor, start=start)
    return Page(
        data=[group_view(UserGroupItem.from_raw_data(raw)) for raw in found.entries],
        next_cursor=found.next_cursor,
        prev_cursor=found.prev_cursor,
    )


def do_create(caller: Caller, body: CreateUserGroup, *, idempotency_key: str | None) -> UserGroup:
    """Make a group without members. 8 WRU.

    A repetition of a request that died finds what it made. Raises `HandleTaken`, `TooManyUserGroups`.
    """
    tenant_id, now = caller.tenant_id, clock.now_ms()
    group_id = ids.new_id()
    if idempotency_key is not None:
        group_id = ids.derived_id("user_group", tenant_id, caller.user_id, idempotency_key)
    at = group_key(tenant_id, group_id)
    made = UserGroupItem(
        pk=at.pk,
        sk=at.sk,
        version=now,
        group_id=group_id,
        handle=body.handle,
        name=body.name,
        description=body.description,
        created_at=now,
        updated_at=now,
    )
    try:
        dynamodb.transact(
            [
                transactions.put_if_absent(settings().chat_table, made.serialize()),
                _take_handle(tenant_id, body.handle, group_id),
                _count(tenant_id, 1, absent("group_count") | less("group_count", MOST_GROUPS)),
                audit_log.line(caller, "user_group.created", ("user_group", group_id)),
            ]
        )
    except TransactionRefused as refused:
        if refused.failed(0):
            return group_view(UserGroupItem.at(at, consistent=True) or made)
        if refused.failed(1):
            raise HandleTaken from None
        raise TooManyUserGroups(f"A tenant has at most {MOST_GROUPS} user groups") from None
    return group_view(made)


def _take_handle(tenant_id: str, handle: str, group_id: str) -> Action:
    """The action that gives a group a handle which no other has."""
    at = handle_key(tenant_id, handle)
    taken = item({**at._asdict(), "entity": "user_group_handle", "version": 1, "group_id": group_id})
    return transactions.put_if_absent(settings().chat_table, taken)


def _give_handle_back(tenant_id: str, handle: str, group_id: str) -> Action:
    at = handle_key(tenant_id, handle)
    return transactions.delete(settings().chat_table, at, condition=equals("group_id", group_id))


def _count(tenant_id: str, step: int, condition: Condition) -> Action:
    change = Update().set(entity="user_group_count").add(group_count=step, version=1)
    return transactions.update(settings().chat_table, count_key(tenant_id), change, condition=condition)


def do_update(caller: Caller, group_id: str, body: UpdateUserGroup, *, if_match: int | None) -> UserGroup:
    """Change what a group is called. 2 RRU, 4 WRU, 4 more for another handle; what is so already is not written.

    Messages that mention it go on doing so. Raises `UserGroupNotFound`, `HandleTaken`, `VersionConflict`.
    """
    tenant_id = caller.tenant_id
    for _ in range(ATTEMPTS):
        found = access_group(caller, group_id)
        if if_match is not None and if_match != found.version:
            raise VersionConflict
        asked = {
            name: each for name, each in body.model_dump(exclude_unset=True).items() if getattr(found, name) != each
        }
        if not asked:
            return group_view(found)
        change = Update().set(updated_at=clock.now_ms()).set_or_remove(asked).add(version=1)
        is_as_read = equals("version", int(found.version))
        line = audit_log.line(
            caller, "user_group.updated", ("user_group", group_id), details={"changed": sorted(asked)}
        )
        actions = [transactions.update(settings().chat_table, found.key, change, condition=is_as_read), line]
        if body.handle is not None and body.handle != found.handle:
            actions += [
                _take_handle(tenant_id, body.handle, group_id),
                _give_handle_back(tenant_id, found.handle, group_id),
            ]
        try:
            dynamodb.transact(actions)
        except TransactionRefused as refused:
            if not refused.failed(0) and refused.failed(2):
                raise HandleTaken from None
        else:
            return do_get(caller, group_id)
    raise Unavailable("The group is being changed by others")


def do_delete(caller: Caller, group_id: str, *, if_match: int | None) -> None:
    """Delete a group and its memberships; messages that mention it mention nobody by it. Absent is fine.

    1 RRU and 8 WRU, and 2 WRU for each member. The group goes first, so that nobody enters while its memberships go; a
    request that dies in between leaves some, which count for nothing, and a repetition takes them away.
    Raises `VersionConflict`.
    """
    if not ids.is_well_formed(group_id):
        return
    for _ in range(ATTEMPTS):
        found = UserGroupItem.at(group_key(caller.tenant_id, group_id), consistent=True)
        if found is None:
            break
        if if_match is not None and if_match != found.version:
            raise VersionConflict
        try:
            dynamodb.transact(
                [
                    transactions.delete(
                        settings().chat_table,
                        found.key,
                        condition=matching(exists() & equals("handle", found.handle), if_match),
                    ),
                    _give_handle_back(caller.tenant_id, found.handle, group_id),
                    _count(caller.tenant_id, -1, exists()),
                    audit_log.line(caller, "user_group.removed", ("user_group", group_id)),
                ]
            )
        except TransactionRefused:
            continue
        break
    else:
        raise Unavailable("The group is being changed by others")
    _delete_memberships(caller.tenant_id, group_id)


def _delete_memberships(tenant_id: str, group_id: str) -> None:
    """Delete what the index lists of a group's memberships, which is at most as many as it may have, and a few."""
    start: RawItem | None = None
    while True:
        listed, start = dynamodb.query(
            settings().chat_table,
            keys.user_group_members(tenant_id, group_id),
            index=COLLECTION_INDEX,
            limit=MEMBERS_DELETED_TOGETHER,
            after=start,
        )
        places = [member_key(tenant_id, keys.member_of(required_text(raw, "gsk")), group_id) for raw in listed]
        dynamodb.map_parallel(lambda at: dynamodb.delete(settings().chat_table, at), places)
        if start is None:
            return


def group_view(found: UserGroupItem) -> UserGroup:
    return UserGroup(
        id=found.group_id,
        handle=found.handle,
        name=found.name,
        description=found.description,
        member_count=int(found.member_count),
        created_at=clock.to_datetime(int(found.created_at)),
        updated_at=clock.to_datetime(int(found.updated_at)),
        version=int(found.version),
    )
