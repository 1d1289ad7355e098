"""User profiles: written by the tenant's back end or the user, read by everybody in the tenant."""

import json
from collections.abc import Sequence
from contextlib import suppress

from pydantic import ValidationError

from parley import clock
from parley.errors import ServerTokenRequired, Unavailable, UserBeingErased, UserNotFound, VersionConflict
from parley.identity import declared_keys, teams
from parley.identity.caller import Caller
from parley.identity.declared_keys import Declared
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import required_text
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Condition, Update, absent, at_version, exists, stored_or
from parley.tables.keys import Key
from parley.users.directory import directory_entry
from parley.users.items import UserItem
from parley.users.schemas import PutUser, User

NOT_BEING_ERASED = absent("erasure")
ATTEMPTS = 3


def user_key(tenant_id: str, user_id: str) -> Key:
    return Key(keys.user(tenant_id, user_id), keys.USER_SK)


def do_get(caller: Caller, user_id: str) -> User:
    """A user of the caller's tenant whom the caller may know of. Raises `UserNotFound`."""
    raw = dynamodb.get(settings().chat_table, user_key(caller.tenant_id, user_id), consistent=True)
    if raw is None or "erased_at" in raw or not teams.sees_user(caller, user_id, raw):
        raise UserNotFound
    user = user_view(UserItem.from_raw_data(raw))
    if teams.is_held(caller) and user_id != caller.user_id:
        shared = [team for team in user.teams or () if team in caller.teams]
        return user.model_copy(update={"teams": shared or None})
    return user


def do_put(caller: Caller, user_id: str, body: PutUser, *, if_match: int | None) -> tuple[User, bool]:
    """Create a user or change what the body names; whether the user is new.

    One write that reads nothing before: writers at once lose none of each other's fields, and a new name moves the user
    in the directory; teams are read before, so that what is left of those that go is known. One who was erased begins
    anew. Raises `ServerTokenRequired` for somebody else's profile, a role or teams, `ValidationFailed` for a declared
    key of another type, `VersionConflict`, and `UserBeingErased` as long as that goes on.
    """
    if not caller.is_server and (user_id != caller.user_id or {"role", "teams"} & body.model_fields_set):
        raise ServerTokenRequired
    condition = at_version(if_match) & absent("erased_at") if if_match is not None else None
    for _ in range(ATTEMPTS):
        known, left = _teams_to_leave(caller, user_id, body)
        try:
            item = write(caller, user_id, body, known & condition if known else condition, left=left)
        except ConditionFailed:
            if if_match is not None or known is None:
                raise VersionConflict from None
        else:
            return user_view(item), is_new(item)
    raise Unavailable("The user is being changed by others")


def _teams_to_leave(caller: Caller, user_id: str, body: PutUser) -> tuple[Condition | None, list[str]]:
    """What teams the user is still to leave after this put, and the condition under which that is so; 1 RRU."""
    if "teams" not in body.model_fields_set or not teams.are_on(caller):
        return None, []
    item = UserItem.at(user_key(caller.tenant_id, user_id), consistent=True)
    return absent() if item is None else at_version(int(item.version)), left_by(caller, item, body)


def left_by(caller: Caller, item: UserItem | None, body: PutUser) -> list[str]:
    """The teams that a put takes a user out of, and those that an earlier one did whose work is not done."""
    if item is None or "teams" not in body.model_fields_set or not teams.are_on(caller):
        return []
    return sorted({*(item.teams or ()), *(item.left_teams or ())} - {*(body.teams or ())})


def write(
    caller: Caller, user_id: str, body: PutUser, condition: Condition | None, *, left: Sequence[str] = ()
) -> UserItem:
    """Put a user on a condition; the user as they are then. `left` are the teams whose conversations they leave.

    Who is deactivated is changed as well, and not listed: that takes a second write. Raises `ConditionFailed`,
    `ValidationFailed` for a declared key of another type, and `UserBeingErased`.
    """
    changes = _changes(caller.tenant_id, user_id, body, declared_keys.of_users(caller))
    if "teams" in body.model_fields_set:
        own = list(dict.fromkeys(body.teams or ()))
        changes.set_or_remove(teams=own or None, left_teams=list(left) or None)
    for _ in range(ATTEMPTS):
        try:
            return _update(caller, user_id, changes, absent("deactivated_at") & condition)
        except ConditionFailed as failed:
            if failed.item is None or "deactivated_at" not in failed.item:
                raise
        try:
            return _update(caller, user_id, changes.without("gpk", "gsk"), exists("deactivated_at") & condition)
        except ConditionFailed as failed:
            if failed.item is None or "deactivated_at" in failed.item:
                raise
    raise Unavailable("The user is being changed by others")


def _update(caller: Caller, user_id: str, changes: Update, condition: Condition) -> UserItem:
    at = user_key(caller.tenant_id, user_id)
    try:
        updated = dynamodb.update(
            settings().chat_table, at, changes, condition=NOT_BEING_ERASED & condition, returning="ALL_NEW"
        )
    except ConditionFailed as failed:
        if failed.item is not None and "erasure" in failed.item:
            raise UserBeingErased(job_id=required_text(failed.item, "erasure")) from None
        raise
    return UserItem.from_raw_data(updated)


def is_new(item: UserItem) -> bool:
    """Whether the user has only been created."""
    return int(item.version) == int(item.erased_version) + 1


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
            _changes(tenant_id, user_id, body, {}),
            condition=absent(),
        )


def _changes(tenant_id: str, user_id: str, body: PutUser, declared: Declared) -> Update:
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
        values = declared_keys.values_of(declared, body.custom)
        change.set(custom=json.dumps(body.custom, separators=(",", ":")))
        change.set_or_remove(declared=json.dumps(values, separators=(",", ":")) if values else None)
    if body.avatar_url is not None:
        change.set(avatar_url=body.avatar_url)
    elif "avatar_url" in body.model_fields_set:
        change.remove("avatar_url")
    if body.languages is not None:
        change.set(languages=list(dict.fromkeys(body.languages)))
    elif "languages" in body.model_fields_set:
        change.remove("languages")
    if "role" in body.model_fields_set:
        change.set_or_remove(role=body.role)
    return change


def user_view(item: UserItem) -> User:
    return User(
        id=item.user_id,
        name=item.name,
        avatar_url=item.avatar_url,
        custom=item.custom or {},
        languages=list(item.languages) if item.languages else None,
        role=item.role,
        teams=list(item.teams) if item.teams else None,
        deactivated_at=clock.optional_datetime(item.deactivated_at),
        created_at=clock.to_datetime(int(item.created_at)),
        updated_at=clock.to_datetime(int(item.updated_at)),
        version=int(item.version),
    )
