"""Pages of hits: what the engine finds, as far as the table confirms it.

The engine says what may match; the table says what the caller may see at this moment. A page takes from the engine
until it is full of confirmed hits or the engine has no more. A cursor holds a position only: by time the sort values of
the last hit (a moment, how many words are exact, and a hash), however deep; by relevance how many hits have been looked
at, up to the engine's 10,000. Scores are no position: engines round them, so that of equal ones some would come twice
and some never.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from parley import clock
from parley.errors import InvalidCursor, SearchUnavailable
from parley.search.engine import engine_client
from parley.search.engine.lean_client import Engine
from parley.search.querying import cache
from parley.search.querying.cache import Answer
from parley.search.querying.queries import After
from parley.tables import cursors
from parley.tables.cursors import Listing

Hit = TypeVar("Hit")

SPARE = 10
"""Hits beyond the page that are asked for, since some may not pass the check."""
MAX_ROUNDS = 5
ORIGIN_STEP_MS = 60_000
"""Relevance counts age from the last full minute: so repeated queries are the same query."""
MAX_MOMENT = 2**53
MAX_EXACT = 1_000
"""More words than a query has."""
SORT_KEY_LENGTH = 20
MAX_OFFSET = 9_800
"""The engine's window of 10,000, less one round: no page by relevance begins later."""
MAX_COUNTED = 1_000
"""Hits that are looked at to say how many there are."""


@dataclass(frozen=True, slots=True)
class Found:
    """A hit as the engine gives it: the id that it names, the position after it, and which languages were expected."""

    name: str
    values: tuple[Any, ...]
    expected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Round:
    """What the engine found at once, and up to which moment its index was known to be complete then."""

    found: list[Found]
    complete_to: int | None


@dataclass(frozen=True)
class Search(Generic[Hit]):
    """One search: the alias that it reads, its request from a position on, and the check of what it finds.

    `confirm` gives one hit or None for each that was found, in order. `field` is what a hit names.
    `by_offset`: positions count hits instead of holding their sort values.
    """

    tenant_id: str
    target: str
    field: str
    body: Callable[[After, int], dict[str, Any]]
    confirm: Callable[[Sequence[Found]], Iterable[Hit | None]]
    by_offset: bool = True

    def place(self, body: dict[str, Any]) -> dict[str, str]:
        """The shard of the tenant, and the same copy of it for whoever asks for the same.

        Copies score differently while they count different deleted documents, so that from page to page of another copy
        hits by relevance would come twice or never. A page that another caller's search has left in the cache goes on
        at the same copy too: what is sought decides, neither who seeks nor what they may see at the moment.
        """
        sought = json.dumps([self.tenant_id, body["query"]["bool"].get("must")], sort_keys=True)
        return {"routing": self.tenant_id, "preference": hashlib.sha256(sought.encode()).hexdigest()[:16]}


@dataclass(frozen=True)
class Filled(Generic[Hit]):
    """Confirmed hits, the position to go on from (None at the end), and the moment up to which they are complete."""

    hits: list[Hit]
    after: After | None
    complete_to: int | None


def origin_now() -> int:
    """The origin of recency for a first page."""
    return clock.now_ms() // ORIGIN_STEP_MS * ORIGIN_STEP_MS


def start(cursor: str | None, listing: Listing, *, by_time: bool = False) -> After:
    """The position that a cursor of this search holds; the beginning for none. Raises `InvalidCursor`."""
    if cursor is None:
        return After(origin_now(), ())
    numbers: list[int]
    values: tuple[Any, ...]
    match cursors.decode(cursor, listing):
        case [int(origin), [int(moment), int() | float() as score, str(sort_key)]] if (
            by_time and len(sort_key) == SORT_KEY_LENGTH
        ):
            numbers, values = [origin, moment], (moment, _of_score(score), sort_key)
        case [int(origin), [int(offset)]] if not by_time and offset <= MAX_OFFSET:
            numbers, values = [origin, offset], (offset,)
        case _:
            raise InvalidCursor
    if not all(is_moment(number) for number in numbers) or origin > origin_now() + ORIGIN_STEP_MS:
        raise InvalidCursor
    return After(origin, values)


def _of_score(score: float) -> float:
    """How many words stand there as they were asked for. Raises `InvalidCursor` for what no hit by time scores."""
    if isinstance(score, bool) or not 0 <= score <= MAX_EXACT:
        raise InvalidCursor
    return score


def is_moment(number: int) -> bool:
    return not isinstance(number, bool) and 0 <= number < MAX_MOMENT


def encode(after: After | None, listing: Listing) -> str | None:
    """The cursor of a position."""
    return None if after is None else cursors.encode([after.origin, list(after.values)], listing)


def fill(search: Search[Hit], *, limit: int, after: After, first: Round | None = None) -> Filled[Hit]:
    """A page of confirmed hits; `first` is the first round where it has been fetched already.

    It is shorter than `limit` with more to come where rounds or time have run out, or the engine fails after the first.
    """
    shown: list[Hit] = []
    position = last_shown = after
    started = time.monotonic()
    complete_to: list[int | None] = []

    def filled(going_on: After | None) -> Filled[Hit]:
        reaches = going_on is not None and not _is_last(search, going_on)
        return Filled(shown, going_on if reaches else None, earliest(complete_to))

    for round_number in range(MAX_ROUNDS):
        size = limit - len(shown) + SPARE
        if round_number == 0:
            answered = fetch(search, position, size) if first is None else first
        elif (more := _fetch_more(search, position, size, started)) is not None:
            answered = more
        else:
            break
        complete_to.append(answered.complete_to)
        for one, hit in zip(answered.found, search.confirm(answered.found), strict=True):
            if hit is None:
                continue
            if len(shown) == limit:
                return filled(last_shown)
            shown.append(hit)
            last_shown = After(after.origin, one.values)
        if len(answered.found) < size:
            return filled(None)
        position = After(after.origin, answered.found[-1].values)
        if len(shown) == limit or _is_last(search, position):
            return filled(last_shown if len(shown) == limit else None)
    return filled(position)


def _fetch_more(search: Search[Any], position: After, size: int, started: float) -> Round | None:
    """A later round; None where there is no time for one, or the engine fails."""
    if time.monotonic() - started > engine_client.SEARCH_SECONDS:
        return None
    try:
        return fetch(search, position, size)
    except SearchUnavailable:
        return None


def _is_last(search: Search[Any], position: After) -> bool:
    """Whether the engine's window has no page after this position: its cursor would be refused."""
    return search.by_offset and bool(position.values) and position.values[0] > MAX_OFFSET


def earliest(moments: Sequence[int | None]) -> int | None:
    """The moment up to which all are complete; None where one does not know."""
    known = [moment for moment in moments if moment is not None]
    return min(known) if known and len(known) == len(moments) else None


def count(search: Search[Hit], page: Filled[Hit]) -> tuple[int, bool]:
    """How many hits there are from the beginning, of which `page` is the first page, and whether that is all of them.

    Of the first 1,000 that the engine finds every one is checked, as those of a page: a number tells no more than the
    pages would. One request to the engine, and a read for each.
    """
    if page.after is None:
        return len(page.hits), True
    size = MAX_COUNTED - len(page.hits)
    found = fetch(search, page.after, size).found
    confirmed = sum(hit is not None for hit in search.confirm(found))
    return len(page.hits) + confirmed, len(found) < size


def fetch(search: Search[Any], after: After, size: int) -> Round:
    """What the engine finds from a position on, or has found since the tenant's last change."""
    body = search.body(after, size)

    def ask() -> list[Any]:
        return engine_client.ask(lambda client: _answer(client, search, body))

    return _round(search, after, cache.remembered(search.tenant_id, search.target, body, ask))


def fetch_all(searches: Sequence[tuple[Search[Any], After, int]]) -> list[Round]:
    """The first rounds of several searches in one request to the engine, unless all are remembered."""
    bodies = [(search, search.body(after, size)) for search, after, size in searches]

    def ask_all() -> list[list[Any]]:
        lines: list[dict[str, Any]] = []
        for search, body in bodies:
            lines += [{"index": search.target, **search.place(body)}, body]
        responses = engine_client.ask(lambda client: _responses(client.msearch(body=lines)))
        return [hits_of(response, search.field) for (search, _), response in zip(bodies, responses, strict=True)]

    asked: list[list[Any]] | None = None

    def ask(at: int) -> list[Any]:
        nonlocal asked
        asked = ask_all() if asked is None else asked
        return asked[at]

    answers = [
        cache.remembered(search.tenant_id, search.target, body, partial(ask, at))
        for at, (search, body) in enumerate(bodies)
    ]
    return [_round(search, after, answer) for (search, after, _), answer in zip(searches, answers, strict=True)]


def _round(search: Search[Any], after: After, answer: Answer) -> Round:
    """Hits with their positions."""
    if not search.by_offset:
        found = [Found(name, tuple(values), tuple(expected)) for name, values, expected in answer.hits]
        return Round(found, answer.complete_to)
    passed = after.values[0] if after.values else 0
    found = [
        Found(name, (passed + at,), tuple(expected)) for at, (name, _, expected) in enumerate(answer.hits, start=1)
    ]
    return Round(found, answer.complete_to)


def _answer(client: Engine, search: Search[Any], body: dict[str, Any]) -> list[Any]:
    answer = client.search(index=search.target, body=body, params=search.place(body))
    engine_client.check_complete(answer)
    return hits_of(answer, search.field)


def _responses(answer: dict[str, Any]) -> list[dict[str, Any]]:
    responses: list[dict[str, Any]] = answer["responses"]
    for response in responses:
        engine_client.check_complete(response)
    return responses


def hits_of(answer: dict[str, Any], field: str) -> list[Any]:
    """The hits of an answer as `[what it names, sort values, expected languages]`."""
    return [[hit["_source"][field], hit["sort"], hit["_source"].get("expected", [])] for hit in answer["hits"]["hits"]]
