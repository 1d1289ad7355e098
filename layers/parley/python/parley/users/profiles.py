"""User profiles: written by the tenant's back end or the user, read by everybody in the tenant."""

import json
from typing import Any

from parley import clock, ids
from parley.errors import ActingUserRequired, ServerTokenRequired, UserBeingErased, UserNotFound, VersionConflict
from parley.identity.caller import Caller
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.dynamodb import ConditionFailed
from parley.tables.keys import Key
from parley.users.directory import directory_entry
from parley.users.items import UserItem
from parley.users.schemas import PutUser, User

ONESELF = "me"
"""Stands for the caller in a path."""


def resolve(caller: Caller, user_id: str) -> str:
    """The user that a path names. Raises `UserNotFound` for what can be no user's id, `ActingUserRequired`."""
    if user_id == ONESELF:
        if not caller.user_id:
            raise ActingUserRequired
        return caller.user_id
    if not ids.is_well_formed(user_id):
        raise UserNotFound
    return user_id


def user_key(tenant_id: str, user_id: str) -> Key:
    return Key(keys.user(tenant_id, user_id), keys.USER_SK)


def do_get(caller: Caller, user_id: str) -> User:
    """A user of the caller's tenant. Raises `UserNotFound`."""
    item = UserItem.at(user_key(caller.tenant_id, resolve(caller, user_id)), consistent=True)
    if item is None or item.erased_at is not None:
        raise UserNotFound
    return user_view(item)


def do_put(caller: Caller, user_id: str, body: PutUser, *, if_match: int | None) -> tuple[User, bool]:
    """Create a user or change what the body names; whether the user is new.

    One write that reads nothing before: writers at once lose none of each other's fields, and a new name moves the
    user in the directory. One who was erased begins anew. Raises `ServerTokenRequired` for somebody else's profile,
    `VersionConflict`, and `UserBeingErased` as long as that goes on.
    """
    named = resolve(caller, user_id)
    if not caller.is_server and named != caller.user_id:
        raise ServerTokenRequired
    expression, values = _changes(caller.tenant_id, named, body)
    condition = "attribute_not_exists(erasure)"
    if if_match is not None:
        condition += " AND version = :read AND attribute_not_exists(erased_at)"
        values[":read"] = {"N": str(if_match)}
    try:
        updated = dynamodb.update(
            settings().chat_table,
            user_key(caller.tenant_id, named),
            expression,
            values,
            names={"#name": "name"},
            condition=condition,
            returning="ALL_NEW",
        )
    except ConditionFailed as failed:
        if failed.item is not None and "erasure" in failed.item:
            raise UserBeingErased(job_id=failed.item["erasure"]["S"]) from None
        raise VersionConflict from None
    item = UserItem.from_raw_data(updated)
    return user_view(item), int(item.version) == int(item.erased_version) + 1


def _changes(tenant_id: str, user_id: str, body: PutUser) -> tuple[str, dict[str, Any]]:
    """The update expression with its values; a name that is not given is the one that stands there or the id."""
    gpk, gsk = directory_entry(tenant_id, user_id, body.name or user_id)
    given = "{value}" if body.name else "if_not_exists({name}, {value})"
    sets = [
        "entity = :entity",
        "user_id = :user",
        "created_at = if_not_exists(created_at, :now)",
        "updated_at = :now",
        "gpk = :gpk",
        "gsk = " + given.format(name="gsk", value=":gsk"),
        "#name = " + given.format(name="#name", value=":name"),
    ]
    values: dict[str, Any] = {
        ":entity": {"S": "user"},
        ":user": {"S": user_id},
        ":now": {"N": str(clock.now_ms())},
        ":gpk": {"S": gpk},
        ":gsk": {"S": gsk},
        ":name": {"S": body.name or user_id},
        ":one": {"N": "1"},
    }
    if body.custom is not None:
        sets.append("custom = :custom")
        values[":custom"] = {"S": json.dumps(body.custom, separators=(",", ":"))}
    if body.avatar_url is not None:
        sets.append("avatar_url = :avatar")
        values[":avatar"] = {"S": body.avatar_url}
    takes = ", avatar_url" if "avatar_url" in body.model_fields_set and body.avatar_url is None else ""
    return f"SET {', '.join(sets)} ADD version :one REMOVE erased_at{takes}", values


def user_view(item: UserItem) -> User:
    return User(
        id=item.user_id,
        name=item.name,
        avatar_url=item.avatar_url,
        custom=item.custom or {},
        created_at=clock.to_datetime(int(item.created_at)),
        updated_at=clock.to_datetime(int(item.updated_at)),
        version=int(item.version),
    )
