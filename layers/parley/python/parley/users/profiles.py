"""User profiles: written by the tenant's back end or the user, read by everybody in the tenant."""

import json
from contextlib import suppress

from pydantic import ValidationError

from parley import clock
from parley.errors import ServerTokenRequired, UserBeingErased, UserNotFound, VersionConflict
from parley.identity.caller import Caller
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import required_text
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, absent, at_version, stored_or
from parley.tables.keys import Key
from parley.users.directory import directory_entry
from parley.users.items import UserItem
from parley.users.schemas import PutUser, User

NOT_BEING_ERASED = absent("erasure")


def user_key(tenant_id: str, user_id: str) -> Key:
    return Key(keys.user(tenant_id, user_id), keys.USER_SK)


def do_get(caller: Caller, user_id: str) -> User:
    """A user of the caller's tenant. Raises `UserNotFound`."""
    item = UserItem.at(user_key(caller.tenant_id, user_id), consistent=True)
    if item is None or item.erased_at is not None:
        raise UserNotFound
    return user_view(item)


def do_put(caller: Caller, user_id: str, body: PutUser, *, if_match: int | None) -> tuple[User, bool]:
    """Create a user or change what the body names; whether the user is new.

    One write that reads nothing before: writers at once lose none of each other's fields, and a new name moves the
    user in the directory. One who was erased begins anew. Raises `ServerTokenRequired` for somebody else's profile,
    `VersionConflict`, and `UserBeingErased` as long as that goes on.
    """
    if not caller.is_server and user_id != caller.user_id:
        raise ServerTokenRequired
    condition = NOT_BEING_ERASED
    if if_match is not None:
        condition &= at_version(if_match) & absent("erased_at")
    try:
        updated = dynamodb.update(
            settings().chat_table,
            user_key(caller.tenant_id, user_id),
            _changes(caller.tenant_id, user_id, body),
            condition=condition,
            returning="ALL_NEW",
        )
    except ConditionFailed as failed:
        if failed.item is not None and "erasure" in failed.item:
            raise UserBeingErased(job_id=required_text(failed.item, "erasure")) from None
        raise VersionConflict from None
    item = UserItem.from_raw_data(updated)
    return user_view(item), int(item.version) == int(item.erased_version) + 1


def do_create_absent(tenant_id: str, user_id: str, name: str | None) -> None:
    """Create a user unless one is there or was erased; a name that nobody can have is the id. Repeated, it is done."""
    try:
        body = PutUser(name=name)
    except ValidationError:
        body = PutUser()
    with suppress(ConditionFailed):
        dynamodb.update(
            settings().chat_table,
            user_key(tenant_id, user_id),
            _changes(tenant_id, user_id, body),
            condition=absent(),
        )


def _changes(tenant_id: str, user_id: str, body: PutUser) -> Update:
    """What a put changes; a name that is not given is the one that stands there or the id."""
    now = clock.now_ms()
    gpk, gsk = directory_entry(tenant_id, user_id, body.name or user_id)
    change = Update().set(entity="user", user_id=user_id, gpk=gpk).add(version=1).remove("erased_at")
    change.set(created_at=stored_or("created_at", now), updated_at=now)
    if body.name:
        change.set(name=body.name, gsk=gsk)
    else:
        change.set(name=stored_or("name", user_id), gsk=stored_or("gsk", gsk))
    if body.custom is not None:
        change.set(custom=json.dumps(body.custom, separators=(",", ":")))
    if body.avatar_url is not None:
        change.set(avatar_url=body.avatar_url)
    elif "avatar_url" in body.model_fields_set:
        change.remove("avatar_url")
    if body.languages is not None:
        change.set(languages=list(dict.fromkeys(body.languages)))
    elif "languages" in body.model_fields_set:
        change.remove("languages")
    return change


def user_view(item: UserItem) -> User:
    return User(
        id=item.user_id,
        name=item.name,
        avatar_url=item.avatar_url,
        custom=item.custom or {},
        languages=list(item.languages) if item.languages else None,
        created_at=clock.to_datetime(int(item.created_at)),
        updated_at=clock.to_datetime(int(item.updated_at)),
        version=int(item.version),
    )
