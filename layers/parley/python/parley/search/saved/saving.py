"""Saving a search. The query is what tells it from the owner's others.

Who saves it again, as a request does that is repeated after a crash, gets the one that is there.
"""

from parley import clock, ids
from parley.errors import TooManyAlerts, TooManySavedSearches, Unavailable, ValidationFailed
from parley.identity.caller import Caller
from parley.search.querying import message_search
from parley.search.querying.message_search import Asked
from parley.search.saved.items import SavedSearchItem, saved_search_key
from parley.search.saved.saved_searches import MOST, MOST_ALERTS, alerting, enter, saved_search_view
from parley.search.schemas import SavedSearch, SaveSearch
from parley.settings import settings
from parley.tables import dynamodb, transactions
from parley.tables.dynamodb import TransactionRefused


def do_save(caller: Caller, body: SaveSearch) -> tuple[SavedSearch, bool]:
    """Keep a query; whether it is new. 6 WRU, 10 with `notify`.

    Raises what a search for it raises, `ValidationFailed` for one that nothing can match, `TooManySavedSearches` and
    `TooManyAlerts`.
    """
    q = " ".join(body.q.split())
    _check(caller, q)
    now = clock.now_ms()
    saved_id = ids.derived_id("saved_search", caller.tenant_id, caller.user_id, q)
    at = saved_search_key(caller.tenant_id, caller.user_id, saved_id)
    item = SavedSearchItem(
        pk=at.pk,
        sk=at.sk,
        user_id=caller.user_id,
        saved_id=saved_id,
        name=body.name or q[:100],
        q=q,
        notify=body.notify,
        created_at=now,
        updated_at=now,
        version=now,
    )
    beside = alerting(caller.tenant_id, item, now) if body.notify else []
    try:
        dynamodb.transact([transactions.put_if_absent(settings().chat_table, item.serialize()), enter(item), *beside])
    except TransactionRefused as refused:
        stored = SavedSearchItem.at(at, consistent=True)
        if stored is not None:
            return saved_search_view(stored), False
        _refuse(refused)
    return saved_search_view(item), True


def _check(caller: Caller, q: str) -> None:
    """Raises as a search does for a query that it refuses, and `ValidationFailed` for one that nothing can match."""
    if message_search.resolve(caller, Asked(q=q)) is None:
        detail = "Nothing can match this query"
        raise ValidationFailed([{"pointer": "/q", "code": "matches_nothing", "detail": detail}])


def _refuse(refused: TransactionRefused) -> None:
    """Say which bound has been reached."""
    if refused.failed(1):
        raise TooManySavedSearches(f"At most {MOST} saved searches") from None
    if refused.failed(2):
        raise TooManyAlerts(f"At most {MOST_ALERTS} saved searches of a tenant notify") from None
    raise Unavailable("The saved searches are being changed by others") from None
