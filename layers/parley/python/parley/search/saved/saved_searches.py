"""Saved searches: a user keeps a query and may be told of what it matches from then on.

What belongs together is written together: the search, its id in the set of at most fifty, and with `notify` the alert
that the indexer reads and the tenant's count of alerts.
"""

from typing import Any

from parley import clock, ids
from parley.errors import SavedSearchNotFound, TooManyAlerts, Unavailable, VersionConflict
from parley.identity.caller import Caller
from parley.search.saved.items import AlertItem, SavedSearchItem, alert_key, saved_search_key
from parley.search.schemas import SavedSearch, SavedSearches, UpdateSavedSearch
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.dynamodb import TransactionRefused
from parley.tables.expressions import Condition, Update, absent, contains, equals, exists, holds_fewer, less
from parley.tables.keys import Key
from parley.tables.transactions import Action

MOST = 50
"""A user has so many."""
MOST_ALERTS = 1_000
"""A tenant has so many with `notify`: each message is held against them."""
ATTEMPTS = 5


def _ids_of(item: SavedSearchItem, change: Update, condition: Condition | None = None) -> Action:
    at = Key(item.pk, keys.SAVED_SEARCH_IDS_SK)
    return transactions.update(settings().chat_table, at, change.set(entity="saved_search_roster"), condition=condition)


def enter(item: SavedSearchItem) -> Action:
    has_room = absent("ids") | holds_fewer("ids", MOST) | contains("ids", item.saved_id)
    return _ids_of(item, Update().add(ids={item.saved_id}), has_room)


def _counted(tenant_id: str, by: int) -> Action:
    """Count an alert that comes or goes. The count's version tells the indexer to read the alerts anew."""
    has_room = absent("alerts") | less("alerts", MOST_ALERTS) if by > 0 else None
    change = Update().add(alerts=by, version=1).set(entity="alert_count")
    at = Key(keys.alerts(tenant_id), keys.ALERT_COUNT_SK)
    return transactions.update(settings().chat_table, at, change, condition=has_room)


def alerting(tenant_id: str, item: SavedSearchItem, since: int) -> list[Action]:
    """Begin to tell the owner."""
    at = alert_key(tenant_id, item.user_id, item.saved_id)
    alert = AlertItem(pk=at.pk, sk=at.sk, q=item.q, since=since)
    return [_counted(tenant_id, 1), transactions.put_if_absent(settings().chat_table, alert.serialize())]


def _no_alert(tenant_id: str, item: SavedSearchItem) -> list[Action]:
    """Tell the owner no more."""
    at = alert_key(tenant_id, item.user_id, item.saved_id)
    return [_counted(tenant_id, -1), transactions.delete(settings().chat_table, at, condition=exists())]


def do_list(caller: Caller) -> SavedSearches:
    """All of the caller's, newest first: one Query."""
    stored = _stored(caller.tenant_id, caller.user_id)
    return SavedSearches(data=[saved_search_view(item) for item in stored])


def _stored(tenant_id: str, user_id: str) -> list[SavedSearchItem]:
    raw, _ = dynamodb.query(
        settings().chat_table, keys.user(tenant_id, user_id), begins_with=keys.SAVED_SEARCH_PREFIX, consistent=True
    )
    return sorted(map(SavedSearchItem.from_raw_data, raw), key=lambda item: (-item.created_at, item.saved_id))


def do_get(caller: Caller, saved_id: str) -> SavedSearch:
    """One of the caller's. Raises `SavedSearchNotFound`."""
    return saved_search_view(_access(caller, saved_id))


def _access(caller: Caller, saved_id: str) -> SavedSearchItem:
    item = None
    if ids.is_well_formed(saved_id):
        item = SavedSearchItem.at(saved_search_key(caller.tenant_id, caller.user_id, saved_id), consistent=True)
    if item is None:
        raise SavedSearchNotFound
    return item


def do_update(caller: Caller, saved_id: str, body: UpdateSavedSearch, *, if_match: int | None) -> SavedSearch:
    """Change the name, or whether its owner is told; what is left out stays.

    Raises `SavedSearchNotFound`, `VersionConflict`, `TooManyAlerts`.
    """
    for _ in range(ATTEMPTS):
        item = _access(caller, saved_id)
        if if_match is not None and if_match != item.version:
            raise VersionConflict
        named: dict[str, Any] = {} if body.name is None else {"name": body.name}
        notify = item.notify if body.notify is None else body.notify
        now = clock.now_ms()
        change = Update().set(**named, notify=notify, updated_at=now).add(version=1)
        written = transactions.update(
            settings().chat_table, item.key, change, condition=equals("version", item.version)
        )
        beside: list[Action] = []
        if notify != item.notify:
            beside = alerting(caller.tenant_id, item, now) if notify else _no_alert(caller.tenant_id, item)
        try:
            dynamodb.transact([written, *beside])
        except TransactionRefused as refused:
            if beside and notify and refused.failed(1) and not refused.failed(0):
                raise TooManyAlerts(f"At most {MOST_ALERTS} saved searches of a tenant notify") from None
            continue
        return saved_search_view(_access(caller, saved_id))
    raise Unavailable("The saved search is being changed by others")


def do_delete(caller: Caller, saved_id: str, *, if_match: int | None) -> None:
    """Forget one of the caller's. Absent is no failure. Raises `VersionConflict`."""
    if not ids.is_well_formed(saved_id):
        return
    at = saved_search_key(caller.tenant_id, caller.user_id, saved_id)
    for _ in range(ATTEMPTS):
        item = SavedSearchItem.at(at, consistent=True)
        if item is None:
            return
        if if_match is not None and if_match != item.version:
            raise VersionConflict
        if _remove(caller.tenant_id, item):
            return
    raise Unavailable("The saved search is being changed by others")


def forget_all(tenant_id: str, user_id: str) -> None:
    """Forget all of a user's, for who is erased. Raises `Unavailable` where one is being changed."""
    for item in _stored(tenant_id, user_id):
        if not _remove(tenant_id, item):
            raise Unavailable("A saved search is being changed")


def _remove(tenant_id: str, item: SavedSearchItem) -> bool:
    """Remove a saved search with all that belongs to it, unless it has changed since it was read."""
    removed = transactions.delete(settings().chat_table, item.key, condition=equals("version", item.version))
    alerting = _no_alert(tenant_id, item) if item.notify else []
    try:
        dynamodb.transact([removed, _ids_of(item, Update().discard(ids={item.saved_id})), *alerting])
    except TransactionRefused:
        return False
    return True


def saved_search_view(item: SavedSearchItem) -> SavedSearch:
    return SavedSearch(
        id=item.saved_id,
        name=item.name,
        q=item.q,
        notify=item.notify,
        matches=int(item.matches),
        last_matched_at=clock.optional_datetime(item.last_matched_at),
        created_at=clock.to_datetime(int(item.created_at)),
        updated_at=clock.to_datetime(int(item.updated_at)),
        version=int(item.version),
    )
