"""The kept list of a user with many conversations: their order and what is unread, as a full reading found it.

What it says of a conversation holds until that changes, and what changed since is known from three places: the changes
noted beside the list, the tenant's unlisted conversations, and those in which something was sent within the hour in
which it was kept (`parley.messaging.activity`). Who reads it looks at these as they are now, and believes the rest.

It is a cache in `control`: where it is absent, too old, torn by two that kept it at once or too much has changed, the
reader goes back to everything that exists, and keeps that. What a page shows of a conversation is not in it, nor is how
far a member has read, their role or whether they are muted: these are always read.
"""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from parley import clock
from parley.identity.caller import Caller
from parley.messaging import activity
from parley.remembered import Remembered
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, item, listed_numbers, listed_texts, number, required_text
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, absent, at_most
from parley.tables.keys import Key

FEW = 100
"""Up to so many memberships are read whole: no list is kept of them."""
ROWS_OF_A_PART = 64
MOST_CHANGED = 100
"""More conversations that changed, and everything is read and kept anew."""
MOST_FOREIGN = 25
"""Up to so many unlisted conversations are looked up as if they were the user's."""
MOST_UNLISTED = 1_000
MOST_UNREAD = 2_000
OLDEST_MS = 5 * 24 * 3600 * 1000
"""An older list is not believed. The changes noted beside it are kept for longer."""
CHANGES_AT_ONCE = 25
ARCHIVED, HIDDEN, ARCHIVED_FOR_ME, PINNED = 1, 2, 4, 8
RANK_DIGITS = 16
PINNED_RANK = 10**15
"""Later than every moment."""
LISTED_RANK = 2 * PINNED_RANK

NOTHING: Mapping[str, Any] = MappingProxyType({})

_known: Remembered[tuple[str, str], bool] = Remembered()
"""Users of whom this process has seen a kept list."""


class Row(NamedTuple):
    """What a kept list says of a conversation. `version` is that of a `META` whose preview was found true, or 0."""

    conversation_id: str
    last_at: int
    changed_at: int
    type: str
    state: int
    """The sum of what it was: archived, hidden, in the user's own archive, pinned."""
    version: int
    labels: Sequence[str] = ()
    declared: Mapping[str, Any] = NOTHING
    declared_type: str | None = None

    @property
    def is_pinned(self) -> bool:
        return bool(self.state & PINNED)

    @property
    def place(self) -> str:
        return f"{self.rank:0{RANK_DIGITS}d}{self.conversation_id}"

    @property
    def rank(self) -> int:
        return rank_of(self.last_at, pinned=self.is_pinned, listed=self.state in (0, PINNED))


class UnreadRow(NamedTuple):
    """What was unread after `read_up_to`; `version` as in a row, and only then is the count a count."""

    conversation_id: str
    last_at: int
    version: int
    read_up_to: int
    unread_count: int


class Stale(Exception):
    """A part of the list is of another one."""


def state_of(*, archived: bool, hidden: bool, archived_for_me: bool, pinned: bool) -> int:
    """What a row says of these."""
    return ARCHIVED * archived + HIDDEN * hidden + ARCHIVED_FOR_ME * archived_for_me + PINNED * pinned


def place_of(last_at: int, conversation_id: str, *, pinned: bool = False, listed: bool = True) -> str:
    """Orders a user's conversations: the pinned ones first, then by activity; two of the same moment by id.

    Those that are not in the list come after all that are, so that parts of the list are full of what it shows.
    """
    return f"{rank_of(last_at, pinned=pinned, listed=listed):0{RANK_DIGITS}d}{conversation_id}"


def rank_of(last_at: int, *, pinned: bool, listed: bool) -> int:
    """The place without the id, as a number."""
    return last_at + (PINNED_RANK if pinned else 0) + (LISTED_RANK if listed else 0)


@dataclass(frozen=True, slots=True)
class Head:
    """Since when the list is kept, which one it is, and what was noted beside it since."""

    kept_at: int
    generation: int
    parts: int
    changed: frozenset[str]


@dataclass
class KeptList:
    """A list that may be believed of all but the `changed` conversations, some of which may not be the user's."""

    caller: Caller
    head: Head
    changed: set[str]
    unread: list[UnreadRow] | None
    """None where too much was unread to be kept."""
    starts: list[int]
    """The rank of the first conversation of each part."""
    _parts: dict[int, list[Row]] = field(default_factory=dict)

    def read_rows(self, parts: Sequence[int]) -> list[Row]:
        """The rows of these parts, in order. 0.5 RRU for each that is not at hand. Raises `Stale`."""
        missing = {_at(self.caller, keys.kept_rows_sk(part)): part for part in parts if part not in self._parts}
        if missing:
            self.believe(dynamodb.batch_get(settings().control_table, missing), missing.values())
        return [row for part in parts for row in self._parts[part]]

    def believe(self, found: Mapping[Key, RawItem], parts: Iterable[int]) -> None:
        """Believe these parts of what was read. Raises `Stale`."""
        for part in parts:
            raw = found.get(_at(self.caller, keys.kept_rows_sk(part)))
            if raw is None or number(raw, "generation") != self.head.generation:
                raise Stale
            self._parts[part] = [Row(*each) for each in json.loads(required_text(raw, "rows"))]

    def parts_from(self, rank: int | None, *, forward: bool) -> list[int]:
        """All parts, in the direction of a page, from the one that holds this rank on."""
        everything = range(len(self.starts))
        if rank is None:
            return list(everything)
        if forward:
            above = [part for part in everything if self.starts[part] > rank]
            return list(everything)[max(above, default=0) :]
        return [part for part in everything if self.starts[part] >= rank][::-1]


def _at(caller: Caller, sk: str) -> Key:
    return Key(keys.user(caller.tenant_id, caller.user_id), sk)


def is_known(caller: Caller) -> bool:
    """Whether this process has seen a kept list of the caller."""
    return _known.get((caller.tenant_id, caller.user_id)) is not None


def forget() -> None:
    """Begin as a new process does."""
    _known.clear()


def read(caller: Caller, parts: Iterable[int]) -> KeptList | None:
    """The caller's list with these parts: one round trip of three calls, 4 RRU. None where it is not to be believed."""
    began = clock.now_ms()
    wanted = list(parts)
    head, (stored, unlisted) = dynamodb.in_parallel(lambda: read_head(caller), lambda: _beside(caller, wanted))
    took_long = clock.now_ms() - began > activity.READING_MS
    return None if head is None or took_long else _made(caller, head, stored, unlisted, wanted)


def read_head(caller: Caller) -> Head | None:
    """The head and what was noted beside it, the newest first: one consistent query, 1 RRU for 25 changes."""
    noted: set[str] = set()
    head, start, limit = None, None, CHANGES_AT_ONCE
    while True:
        items, start = dynamodb.query(
            settings().control_table,
            keys.user(caller.tenant_id, caller.user_id),
            between=(keys.LIST_CHANGE_PREFIX, keys.KEPT_LIST_SK),
            forward=False,
            limit=limit + 1,
            consistent=True,
            after=start,
        )
        if head is None:
            head = items.pop(0) if items and required_text(items[0], "sk") == keys.KEPT_LIST_SK else None
            if head is None or "generation" not in head or clock.now_ms() - number(head, "at") > OLDEST_MS:
                _known.drop((caller.tenant_id, caller.user_id))
                return None
        kept_at = number(head, "at")
        for raw in items:
            moment, conversation_id = keys.list_change_of(required_text(raw, "sk"))
            if moment < kept_at - activity.SKEW_MS:
                start = None
                break
            noted.add(conversation_id)
        if start is None or len(noted) > MOST_CHANGED:
            _known.set((caller.tenant_id, caller.user_id), value=True)
            return Head(kept_at, number(head, "generation"), number(head, "parts"), frozenset(noted))
        limit = MOST_CHANGED


def _beside(caller: Caller, parts: Sequence[int]) -> tuple[dict[Key, RawItem], list[str] | None]:
    wanted = [keys.KEPT_UNREAD_SK, *map(keys.kept_rows_sk, parts)]
    return dynamodb.in_parallel(
        lambda: dynamodb.batch_get(settings().control_table, [_at(caller, sk) for sk in wanted]),
        lambda: activity.read_unlisted(caller.tenant_id, MOST_UNLISTED),
    )


def _made(
    caller: Caller, head: Head, stored: Mapping[Key, RawItem], unlisted: list[str] | None, parts: Sequence[int]
) -> KeptList | None:
    first = stored.get(_at(caller, keys.KEPT_UNREAD_SK))
    if first is None or unlisted is None or number(first, "generation") != head.generation:
        return None
    unread = None
    if "rows" in first:
        unread = [UnreadRow(*each) for each in json.loads(required_text(first, "rows"))]
    changed = {*head.changed, *listed_texts(first, "looked_at")}
    found = KeptList(caller, head, changed, unread, listed_numbers(first, "starts"))
    try:
        found.believe(stored, [part for part in parts if part < head.parts])
        if len(unlisted) <= MOST_FOREIGN:
            changed.update(unlisted)
        else:
            own = {row.conversation_id for row in found.read_rows(range(head.parts))}
            changed.update(each for each in unlisted if each in own)
    except Stale:
        return None
    return found if len(changed) <= MOST_CHANGED + MOST_FOREIGN else None


def begin(caller: Caller) -> int:
    """Say that a list is about to be kept, before anything of it is read: from now on changes are noted. 1 WRU."""
    now = clock.now_ms()
    dynamodb.renew(
        settings().control_table,
        _at(caller, keys.KEPT_LIST_SK),
        Update().set(entity="kept_list", expires_at=now // 1000 + activity.KEPT_SECONDS),
    )
    return now


def keep(caller: Caller, kept_at: int, rows: Sequence[Row], unread: Sequence[UnreadRow], looked_at: set[str]) -> None:
    """Keep what was read since `begin`; `looked_at` are conversations of which it is not to be believed.

    About 1 WRU for fourteen conversations. A list of which most had to be looked at is not kept.
    """
    if len(looked_at) > MOST_CHANGED:
        return
    generation, expires_at = kept_at * 1000 + secrets.randbelow(1000), clock.now_ms() // 1000 + activity.KEPT_SECONDS
    ordered = sorted(rows, key=lambda row: row.place, reverse=True)
    parts = [ordered[start : start + ROWS_OF_A_PART] for start in range(0, len(ordered), ROWS_OF_A_PART)]
    common = {"generation": generation, "expires_at": expires_at}
    items = [
        item({**_at(caller, keys.kept_rows_sk(number))._asdict(), "entity": "kept_rows", "rows": _json(part), **common})
        for number, part in enumerate(parts)
    ]
    beside = {
        "entity": "kept_unread",
        "rows": _json(unread) if len(unread) <= MOST_UNREAD else None,
        "starts": [part[0].rank for part in parts],
        "looked_at": sorted(looked_at),
    }
    items.append(item({**_at(caller, keys.KEPT_UNREAD_SK)._asdict(), **beside, **common}))
    dynamodb.put_all(settings().control_table, items)
    try:
        dynamodb.update(
            settings().control_table,
            _at(caller, keys.KEPT_LIST_SK),
            Update().set(at=kept_at, generation=generation, parts=len(parts), expires_at=expires_at),
            condition=absent("generation") | at_most("generation", generation),
        )
    except ConditionFailed:  # a later one has been kept meanwhile
        return
    _known.set((caller.tenant_id, caller.user_id), value=True)


def _json(rows: Sequence[Row] | Sequence[UnreadRow]) -> str:
    """Rows as lists, without what they do not have at their end.

    A part of plain ones is about 4.5 KB, of such as have all the labels and declared values they may about 30.
    """
    return json.dumps([_cut(each) for each in rows], separators=(",", ":"), ensure_ascii=False)


def _cut(row: Row | UnreadRow) -> Sequence[object]:
    kept: list[object] = list(row)
    while kept and kept[-1] in ([], {}):
        kept.pop()
    return kept
