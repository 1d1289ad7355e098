"""A tenant's users by name: in sixteen shards of the index, so that no partition is a tenant, merged on reading."""

import unicodedata
from dataclasses import dataclass, field

from parley import ids
from parley.errors import InvalidCursor
from parley.identity.caller import Caller
from parley.settings import settings
from parley.tables import cursors, dynamodb, keys
from parley.tables.attributes import RawItem, required_text, text
from parley.tables.cursors import Listing
from parley.tables.items import COLLECTION_INDEX
from parley.tables.keys import WrongKey
from parley.tables.shards import SHARDS, shard_of
from parley.text.names import directory_form
from parley.users.schemas import UserPage, UserSummary

MAX_FOLDED = 160
"""Characters of a folded name that sort: with the id at most 721 bytes, below the 1,024 of a key and of a cursor."""
_FIRST, _LAST = "\x01", "\U0010ffff"
"""Sort before and after every name."""
_NO_NAME = ("Cc", "Cs")
"""Categories that no name has: control characters and halves of surrogate pairs."""
_FORWARD, _BACKWARD = "n", "p"


def fold(name: str) -> str:
    """A name as it sorts and is searched."""
    return directory_form(name)[:MAX_FOLDED]


def directory_entry(tenant_id: str, user_id: str, name: str) -> tuple[str, str]:
    """The index keys `gpk` and `gsk` of a user."""
    return keys.directory(tenant_id, shard_of(user_id)), keys.directory_sk(fold(name), user_id)


@dataclass(frozen=True)
class _Range:
    """The open interval of names that a page is taken from, and the end to begin at."""

    low: str
    high: str
    forward: bool

    def beyond(self, position: str) -> "_Range":
        """What is left after this position in reading order."""
        if self.forward:
            return _Range(max(self.low, position + "\0"), self.high, forward=True)
        before = position[:-1] + chr(ord(position[-1]) - 1) + _LAST
        return _Range(self.low, min(self.high, before), forward=False)


@dataclass
class _Shard:
    """One shard, read as far as `entries` go; `rest` is what has not been read, None at the end."""

    partition: str
    rest: _Range | None
    entries: list[RawItem] = field(default_factory=list)

    def read_on(self, count: int) -> None:
        if self.rest is None or self.rest.low > self.rest.high:
            self.rest = None
            return
        found, more = dynamodb.query(
            settings().chat_table,
            self.partition,
            index=COLLECTION_INDEX,
            between=(self.rest.low, self.rest.high),
            forward=self.rest.forward,
            limit=count,
        )
        self.entries += found
        self.rest = self.rest.beyond(_position(found[-1])) if found and more else None


def do_list(caller: Caller, *, q: str | None, limit: int, cursor: str | None) -> UserPage:
    """A page of the tenant's users whose names begin with `q`.

    Sixteen queries, 8 RRU for a page of 25: each shard gives about its share, and only one whose share did not suffice
    is read again. A cursor is the place of the last user, so nobody is skipped or repeated but who is renamed
    meanwhile. The index follows writes within a second. Raises `InvalidCursor`.
    """
    prefix = fold(q) if q else ""
    whole = _Range(prefix or _FIRST, prefix + _LAST, forward=True)
    listing: Listing = ("users", prefix)
    direction, position = _decode(cursor, listing) if cursor is not None else (_FORWARD, None)
    forward = direction == _FORWARD
    wanted = _Range(whole.low, whole.high, forward=forward)
    if position is not None:
        wanted = wanted.beyond(position)
    entries = _merge(caller.tenant_id, wanted, limit + 1)
    more, entries = len(entries) > limit, entries[:limit]
    if not forward:
        entries.reverse()
    if not entries:
        return UserPage(data=[])
    before = more if not forward else position is not None
    after = more if forward else True
    return UserPage(
        data=[_summary(entry) for entry in entries],
        prev_cursor=cursors.encode([_BACKWARD, _position(entries[0])], listing) if before else None,
        next_cursor=cursors.encode([_FORWARD, _position(entries[-1])], listing) if after else None,
    )


def _merge(tenant_id: str, wanted: _Range, count: int) -> list[RawItem]:
    """The first `count` entries of all shards together, in reading order.

    Done when the last of them comes before all that is unread; until then the shards that may hold an earlier one are
    read on.
    """
    shards = [_Shard(keys.directory(tenant_id, digit), wanted) for digit in SHARDS]
    share = 2 * count // len(shards) + 3
    unread = shards
    while unread:
        dynamodb.map_parallel(lambda shard: shard.read_on(share), unread)
        entries = [entry for shard in shards for entry in shard.entries]
        entries.sort(key=_position, reverse=not wanted.forward)
        entries = entries[:count]
        last = _position(entries[-1]) if len(entries) == count else None
        unread = [shard for shard in shards if _may_come_before(shard, last)]
    return entries


def _may_come_before(shard: _Shard, last: str | None) -> bool:
    if shard.rest is None:
        return False
    if last is None:
        return True
    return shard.rest.low <= last if shard.rest.forward else shard.rest.high >= last


def _position(entry: RawItem) -> str:
    return required_text(entry, "gsk")


def _decode(cursor: str, listing: Listing) -> tuple[str, str]:
    """Direction and position; what cannot be a place in a directory is refused."""
    match cursors.decode(cursor, listing):
        case [("n" | "p") as direction, str() as position]:
            if _is_place(position):
                return direction, position
    raise InvalidCursor


def _is_place(position: str) -> bool:
    try:
        name, user_id = keys.listed_of(position)
    except WrongKey:
        return False
    nameable = all(unicodedata.category(character) not in _NO_NAME for character in name)
    return name != "" and nameable and ids.is_user_id(user_id)


def _summary(entry: RawItem) -> UserSummary:
    return UserSummary(
        id=keys.listed_of(_position(entry))[1],
        name=required_text(entry, "name"),
        avatar_url=text(entry, "avatar_url"),
    )
