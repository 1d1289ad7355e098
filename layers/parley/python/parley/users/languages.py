"""The languages that users name in their profiles, for those who judge texts: remembered for a minute."""

from collections.abc import Collection, Mapping

from parley.remembered import Remembered
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import listed_texts
from parley.tables.keys import Key

KEPT_MS = 60_000
_kept: Remembered[tuple[str, str], tuple[str, ...]] = Remembered(kept_ms=KEPT_MS)


def of(tenant_id: str, user_id: str) -> tuple[str, ...]:
    """The languages of a user, at most a minute old; none where the profile names none. 0.5 RRU, or nothing."""
    return of_all([(tenant_id, user_id)])[tenant_id, user_id]


def of_all(users: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """The languages of these users, by tenant and id: one batch read for those that are not remembered."""
    known = {user: _kept.get(user) for user in set(users)}
    places = {user: Key(keys.user(*user), keys.USER_SK) for user, kept in known.items() if kept is None}
    found = dynamodb.batch_get(settings().chat_table, places.values()) if places else {}
    for user, at in places.items():
        known[user] = tuple(listed_texts(found.get(at, {}), "languages"))
        _kept.set(user, known[user] or ())
    return {user: languages or () for user, languages in known.items()}


def forget() -> None:
    _kept.clear()
