"""Finding users for the tenant's back end, by what they are: name, role, declared keys, when they were seen last.

The index says who may fit, the table who does and what is shown. When somebody was seen last is written too often to be
indexed: it is read beside each user, so a page that asks for it looks at up to some hundred users a round and may be
shorter than its limit.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from parley import clock
from parley.errors import InvalidCursor
from parley.identity import declared_keys
from parley.identity.caller import Caller
from parley.identity.declared_keys import Declared
from parley.search.engine import answer_time, routing
from parley.search.indexing.documents import declared_term
from parley.search.querying import hit_pages, name_search, queries, visibility
from parley.search.querying.hit_pages import SORT_KEY_LENGTH, Found, Search
from parley.search.querying.queries import After, Clause
from parley.search.querying.visibility import Visibility
from parley.search.schemas import QueriedUser, QueriedUsers, QueryUsers
from parley.settings import settings
from parley.tables import cursors, dynamodb, keys
from parley.tables.attributes import number_or_none
from parley.tables.cursors import Listing
from parley.tables.keys import Key
from parley.users.directory import fold
from parley.users.items import UserItem
from parley.users.profiles import user_view
from parley.users.schemas import UserPage, UserSummary

_ORDERS = {
    "created_at": ("created_at", "asc"),
    "-created_at": ("created_at", "desc"),
    "name": ("sorted_name", "asc"),
    "-name": ("sorted_name", "desc"),
}
_NEWEST = "-created_at"
_BEYOND_HEX = "g"
"""Sorts behind every number's bytes."""


@answer_time.limited()
def do_query(caller: Caller, body: QueryUsers) -> QueriedUsers:
    """A page of the users who fit; those with `ids` in their order, from the table alone.

    1.5 RRU for each who is looked at, one request to the engine a round. Raises `ValidationFailed` for keys that are
    not declared, `InvalidCursor`.
    """
    declared = declared_keys.of_users(caller)
    declared_keys.check_wanted(body.custom or {}, declared, "/custom")
    if body.ids is not None:
        ids = list(dict.fromkeys(body.ids))
        return QueriedUsers(data=[user for user in _fitting(caller, body, declared, ids) if user is not None])
    order = _ORDERS[body.sort or _NEWEST]
    asked = body.model_dump_json(exclude={"limit", "cursor"})
    listing: Listing = ("queried users", asked)
    filters = list(_filters(body))
    everybody = Visibility(caller.tenant_id, "", {}, frozenset())

    def request(after: After, size: int) -> dict[str, Any]:
        return queries.profiles(
            everybody, filters, deactivated=bool(body.deactivated), size=size, order=order, after=after
        )

    def confirm(found: Sequence[Found]) -> list[QueriedUser | None]:
        return _fitting(caller, body, declared, [one.name for one in found])

    target = routing.cached.get().read_target("users", caller.tenant_id)
    search = Search(caller.tenant_id, target, "user_id", request, confirm, by_offset=False)
    page = hit_pages.fill(search, limit=body.limit, after=_start(body.cursor, listing, order[0]))
    return QueriedUsers(
        data=page.hits,
        next_cursor=hit_pages.encode(page.after, listing),
        indexed_through=clock.optional_datetime(page.complete_to),
    )


@answer_time.limited()
def do_list_seen(caller: Caller, *, q: str | None, limit: int, cursor: str | None) -> UserPage:
    """A page of the users of whom the caller may know, by name, whose names begin with `q`; it goes on, and not back.

    The directory's shards hold all of a tenant, of which a team may be few. 1 RRU for each who is looked at, one
    request to the engine a round. Raises `InvalidCursor`, `SearchUnavailable`.
    """
    prefix = fold(q) if q else ""
    listing: Listing = ("seen users", prefix)
    seen = visibility.of_names(caller)
    filters = [seen.user_clause(), *([{"prefix": {"sorted_name": prefix}}] if prefix else [])]
    order = _ORDERS["name"]

    def request(after: After, size: int) -> dict[str, Any]:
        return queries.profiles(seen, filters, deactivated=False, size=size, order=order, after=after)

    def confirm(found: Sequence[Found]) -> list[UserSummary | None]:
        known = name_search.known_users(caller, [one.name for one in found])
        users = [known.get(one.name) for one in found]
        return [
            UserSummary(**user.model_dump()) if user is not None and fold(user.name).startswith(prefix) else None
            for user in users
        ]

    target = routing.cached.get().read_target("users", caller.tenant_id)
    search = Search(caller.tenant_id, target, "user_id", request, confirm, by_offset=False)
    page = hit_pages.fill(search, limit=limit, after=_start(cursor, listing, order[0]))
    return UserPage(data=page.hits, next_cursor=hit_pages.encode(page.after, listing))


def _start(cursor: str | None, listing: Listing, field: str) -> After:
    if cursor is None:
        return After(0, ())
    match cursors.decode(cursor, listing):
        case [0, [int(moment), str(sort_key)]] if field == "created_at" and hit_pages.is_moment(moment):
            first: int | str = moment
        case [0, [str(name), str(sort_key)]] if field == "sorted_name":
            first = name
        case _:
            raise InvalidCursor
    if len(sort_key) != SORT_KEY_LENGTH:
        raise InvalidCursor
    return After(0, (first, sort_key))


def _filters(body: QueryUsers) -> Iterator[Clause]:
    if body.q is not None:
        yield {"prefix": {"sorted_name": fold(body.q)}}
    if body.role is not None:
        yield {"term": {"role": body.role}}
    if body.team is not None:
        yield {"term": {"teams": body.team}}
    for name, wanted in (body.custom or {}).items():
        yield _declared(name, wanted)


def _declared(name: str, wanted: Any) -> Clause:
    """Of one key, what a query wants."""
    if not isinstance(wanted, dict):
        return {"term": {"declared": declared_term(name, wanted)}}
    numbers = f"{name}:n:"
    least = declared_term(name, wanted["gte"]) if "gte" in wanted else numbers
    most = declared_term(name, wanted["lte"]) if "lte" in wanted else numbers + _BEYOND_HEX
    return {"range": {"declared": {"gte": least, "lte": most}}}


def _fitting(caller: Caller, body: QueryUsers, declared: Declared, user_ids: Sequence[str]) -> list[QueriedUser | None]:
    """These users as they are now, None for each who is not there or does not fit. 1.5 RRU each."""
    tenant_id = caller.tenant_id
    places = {user_id: Key(keys.user(tenant_id, user_id), keys.USER_SK) for user_id in user_ids}
    seen = {user_id: Key(at.pk, keys.ONLINE_SK) for user_id, at in places.items()}
    if not places:
        return []
    users, online = dynamodb.in_parallel(
        lambda: dynamodb.batch_get(settings().chat_table, places.values(), consistent=True),
        lambda: dynamodb.batch_get(settings().control_table, seen.values()),
    )
    shown: list[QueriedUser | None] = []
    for user_id in user_ids:
        item = UserItem.read(users.get(places[user_id]))
        active = number_or_none(online.get(seen[user_id], {}), "last_active_at")
        fits = item is not None and _fits(body, declared, item, active)
        shown.append(_view(item, active) if item is not None and fits else None)
    return shown


def _fits(body: QueryUsers, declared: Declared, user: UserItem, active: int | None) -> bool:
    if user.erased_at is not None or (body.role is not None and user.role != body.role):
        return False
    is_outside = body.team is not None and body.team not in (user.teams or ())
    wanted = body.deactivated if body.ids is not None else bool(body.deactivated)
    if is_outside or (wanted is not None and (user.deactivated_at is not None) != wanted):
        return False
    if body.q is not None and not fold(user.name).startswith(fold(body.q)):
        return False
    since, before = body.active_since, body.active_before
    if since is not None and (active is None or active < clock.from_datetime(since)):
        return False
    if before is not None and active is not None and active >= clock.from_datetime(before):
        return False
    held = declared_keys.valid_of(declared, user.declared or {})
    return declared_keys.fits(held, body.custom or {})


def _view(user: UserItem, active: int | None) -> QueriedUser:
    return QueriedUser(**user_view(user).model_dump(), last_active_at=clock.optional_datetime(active))
