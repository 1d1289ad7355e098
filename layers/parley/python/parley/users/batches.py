"""Many users at once, as a back end brings its own: what stands already is not written again."""

import json

from parley.errors import ParleyError, Unavailable, UserBeingErased, ValidationFailed
from parley.identity import declared_keys
from parley.identity.caller import Caller
from parley.settings import settings
from parley.tables import dynamodb
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import absent, at_version
from parley.users.items import UserItem
from parley.users.profiles import is_new, left_by, user_key, user_view, write
from parley.users.schemas import PutOneUser, PutOutcome, PutStatus, PutUsers, PutUsersOutcome

ATTEMPTS = 5


def do_put_many(caller: Caller, body: PutUsers) -> PutUsersOutcome:
    """Create or change up to a hundred users, each as a call of its own would; one result each, in order.

    One consistent read of all, then a write for each who is to be changed, eight at once: 1 RRU a user, and 2 WRU for
    one that is written. Each write is on condition of what was read, so whoever asks again, after a crash midway or
    beside the first, finds the user unchanged and writes nothing. One that is refused does not keep the others back.
    """
    places = {user_key(caller.tenant_id, user.id): user for user in body.users}
    found = dynamodb.batch_get(settings().chat_table, places, consistent=True)
    asked = [(user, UserItem.read(found.get(at))) for at, user in places.items()]
    return PutUsersOutcome(data=dynamodb.map_parallel(lambda each: _put_one(caller, *each), asked))


def _put_one(caller: Caller, user: PutOneUser, item: UserItem | None) -> PutOutcome:
    try:
        return _put(caller, user, item)
    except (UserBeingErased, ValidationFailed) as refused:
        return PutOutcome(id=user.id, status="refused", code=refused.code, detail=_detail(refused))


def _put(caller: Caller, user: PutOneUser, item: UserItem | None) -> PutOutcome:
    if item is not None and _stands(caller, user, item):
        return _outcome(item, "unchanged")
    for _ in range(ATTEMPTS):
        as_read = absent() if item is None else at_version(int(item.version))
        try:
            written = write(caller, user.id, user, as_read, left=left_by(caller, item, user))
        except ConditionFailed:
            item = UserItem.at(user_key(caller.tenant_id, user.id), consistent=True)
            if item is not None and _stands(caller, user, item):
                return _outcome(item, "unchanged")
        else:
            return _outcome(written, "created" if is_new(written) else "updated")
    raise Unavailable("The user is being changed by others")


def _stands(caller: Caller, user: PutOneUser, item: UserItem) -> bool:
    """Whether the user is as the body says already. What the tenant has declared since is still to be written."""
    if item.erased_at is not None or item.erasure is not None:
        return False
    named = user.model_dump(include=user.model_fields_set - {"id"})
    for listed in ("languages", "teams"):
        if named.get(listed):
            named[listed] = list(dict.fromkeys(named[listed]))
    if user.custom is not None:
        named["declared"] = declared_keys.values_of(declared_keys.of_users(caller), user.custom) or None
    held = user_view(item).model_dump() | {"declared": item.declared}
    return _canonical(named) == _canonical({name: held[name] for name in named})


def _canonical(values: dict[str, object]) -> str:
    """As JSON, where 1 is not true."""
    return json.dumps(values, sort_keys=True)


def _outcome(item: UserItem, status: PutStatus) -> PutOutcome:
    return PutOutcome(id=item.user_id, status=status, user=user_view(item))


def _detail(refused: ParleyError) -> str:
    errors = refused.fields.get("errors")
    return str(errors[0]["detail"]) if isinstance(errors, list) and errors else refused.detail
