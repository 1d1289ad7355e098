"""The caller's own last searches: one item, for themselves alone."""

import json

from parley import clock
from parley.identity.caller import Caller
from parley.search.schemas import RecentSearch, RecentSearches
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, item, required_number, required_text
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import equals, free
from parley.tables.keys import Key

KEPT = 20
KEPT_SECONDS = 90 * 86_400
ATTEMPTS = 3


def _key(caller: Caller) -> Key:
    return Key(keys.user(caller.tenant_id, caller.user_id), keys.RECENT_SEARCHES_SK)


def read(caller: Caller) -> list[tuple[str, int]]:
    """The queries with their moments, newest first. 0.5 RRU."""
    return _searches(dynamodb.get(settings().control_table, _key(caller)))


def _searches(raw: RawItem | None) -> list[tuple[str, int]]:
    if raw is None:
        return []
    return [(q, moment) for q, moment in json.loads(required_text(raw, "searches"))]


def remember(caller: Caller, q: str) -> None:
    """Put a query first among the caller's last 20; the same query is there once. 1 WRU.

    Of searches at the same moment one may be forgotten: three lost races are enough.
    """
    said = " ".join(q.split())
    if not said:
        return
    at = _key(caller)
    for _ in range(ATTEMPTS):
        raw = dynamodb.get(settings().control_table, at, consistent=True)
        now = clock.now_ms()
        kept = [(said, now), *((other, moment) for other, moment in _searches(raw) if other != said)][:KEPT]
        version = required_number(raw, "version") if raw else 0
        searches = item(
            {
                **at._asdict(),
                "entity": "recent_searches",
                "searches": json.dumps(kept, ensure_ascii=False, separators=(",", ":")),
                "version": version + 1,
                "expires_at": now // 1000 + KEPT_SECONDS,
            }
        )
        try:
            dynamodb.put(
                settings().control_table,
                searches,
                condition=free() | equals("version", version),
            )
        except ConditionFailed:
            continue
        return


def do_list(caller: Caller) -> RecentSearches:
    """The caller's last searches."""
    return RecentSearches(data=[RecentSearch(q=q, searched_at=clock.to_datetime(moment)) for q, moment in read(caller)])


def do_forget(caller: Caller) -> None:
    """Forget them all."""
    dynamodb.delete(settings().control_table, _key(caller))
