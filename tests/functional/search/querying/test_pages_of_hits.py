"""Pages of hits: every cursor is taken until the last page gives none, however many hits there are."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opensearchpy import OpenSearch

from parley.search.querying import hit_pages
from parley.search.querying.hit_pages import Found, Round, Search
from parley.search.querying.queries import After
from tests.support.aws import engine
from tests.support.dynamodb.change_stream import ChangeStream
from tests.support.people.listing import pages_of
from tests.support.people.people import Person

PATH = "/v1/search/messages"
Index = Callable[[], None]
SIZE = 23
LISTING = ("found",)


@pytest.fixture(scope="module")
def reader(opensearch: OpenSearch) -> Person:
    """Of 23 messages, groups and users of one word."""
    stream = ChangeStream()
    workspace = engine.new_workspace("pages")
    ada = workspace.person("ada")
    groups = [ada.open_group(name=f"note {number}") for number in range(SIZE)]
    for number in range(SIZE):
        assert ada.send(groups[0], f"note {number}" + " note" * (number % 3)).status == 201
        workspace.person(f"note-{number}", f"Note {number}")
    engine.index_all(opensearch, stream.take())
    return ada


@pytest.mark.parametrize(
    ("path", "query", "name"),
    [
        ("messages", {"q": "note"}, "message"),
        ("messages", {"q": "note", "sort": "recent"}, "message"),
        ("messages", {"q": "from:ada"}, "message"),
        ("messages", {"q": "-nothing"}, "message"),
        ("messages", {"author_id": "me", "sort": "recent"}, "message"),
        ("conversations", {"q": "note"}, "conversation"),
        ("users", {"q": "note"}, "user"),
    ],
)
@pytest.mark.parametrize("window", [hit_pages.MAX_OFFSET, 10])
@pytest.mark.parametrize("limit", [4, 7])
def test_pages_follow_each_other_to_the_end(
    path: str, query: dict[str, str], name: str, window: int, limit: int, reader: Person
) -> None:
    """`window`: the last hit that a page by relevance may begin after."""
    with patch.object(hit_pages, "MAX_OFFSET", window):
        pages = list(pages_of(reader, f"/v1/search/{path}", limit=limit, **query))
    seen = [hit[name]["id"] for page in pages for hit in page["data"]]
    by_time = query.get("sort") == "recent" or query.get("q") in ("from:ada", "-nothing")
    assert len(seen) == len(set(seen))
    assert len(seen) == SIZE if by_time else len(seen) >= min(SIZE, window + 1)


def endless(total: int, *, by_offset: bool, visible: Callable[[int], bool]) -> Search[int]:
    """A search that finds the numbers up to `total`, of which the table confirms some."""

    def confirm(found: Sequence[Found]) -> list[int | None]:
        return [int(one.name) if visible(int(one.name)) else None for one in found]

    return Search("acme", str(total), "message_id", lambda _after, _size: {}, confirm, by_offset=by_offset)


def fetch(search: Search[Any], after: After, size: int) -> Round:
    """As the engine, which answers nothing beyond its window of 10,000 hits."""
    passed = int(after.values[-1]) if after.values else 0
    values: list[tuple[object, ...]]
    if search.by_offset:
        assert passed + size <= 10_000
        values = [(passed + at,) for at in range(1, size + 1)]
    else:
        values = [(10**12 - at, 1.0, f"{at:020}") for at in range(passed + 1, passed + size + 1)]
    found = [Found(str(int(str(value[-1]))), value) for value in values if int(str(value[-1])) <= int(search.target)]
    return Round(found, None)


@given(
    total=st.sampled_from([0, 1, 99, 100, 101, 9_800, 9_899, 9_900, 9_901, 10_000, 12_000]),
    limit=st.sampled_from([1, 7, 50, 99, 100]),
    hidden=st.sampled_from([0, 2, 3, 50]),
    by_offset=st.booleans(),
)
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_deep_search_ends_where_the_engine_does(
    total: int,
    limit: int,
    hidden: int,
    by_offset: bool,  # noqa: FBT001 - drawn
) -> None:
    search = endless(total, by_offset=by_offset, visible=lambda number: not hidden or number % hidden != 0)
    seen: list[int] = []
    cursor: str | None = None
    with patch.object(hit_pages, "fetch", fetch):
        for _ in range(total // 1 + 2):
            after = hit_pages.start(cursor, LISTING, by_time=not by_offset)
            page = hit_pages.fill(search, limit=limit, after=after)
            assert len(page.hits) <= limit
            seen += page.hits
            cursor = hit_pages.encode(page.after, LISTING)
            if cursor is None:
                break
    assert cursor is None
    assert all(first < second for first, second in pairwise(seen))
    reached = total if not by_offset else min(total, hit_pages.MAX_OFFSET)
    assert {number for number in range(1, reached + 1) if any(search.confirm([Found(str(number), ())]))} <= set(seen)


def test_pages_of_a_hundred_by_relevance_end_with_hit_9900() -> None:
    search = endless(12_000, by_offset=True, visible=lambda _: True)
    with patch.object(hit_pages, "fetch", fetch):
        last = hit_pages.fill(search, limit=100, after=After(0, (9_800,)))
    assert (last.hits[-1], last.after) == (9_900, None)


@pytest.mark.parametrize("sort", ["relevance", "recent"])
@pytest.mark.parametrize("limit", [1, 23, 100])
def test_a_total_is_the_number_of_hits_that_the_pages_have(sort: str, limit: int, reader: Person) -> None:
    first = reader.get(PATH, q="note", sort=sort, limit=limit, total="true")
    assert first["total"] == {"value": SIZE, "relation": "eq"}
    assert reader.get(PATH, q="note", sort=sort, limit=limit)["total"] is None
    if first["next_cursor"] is not None:
        rest = reader.get(PATH, q="note", sort=sort, limit=limit, total="true", cursor=first["next_cursor"])
        assert rest["total"] is None, "it is said once"
    with patch.object(hit_pages, "MAX_COUNTED", 23):
        assert reader.get(PATH, q="note", sort=sort, limit=7, total="true")["total"]["value"] == 23
    with patch.object(hit_pages, "MAX_COUNTED", 10):
        assert reader.get(PATH, q="note", sort=sort, limit=7, total="true")["total"] == {"value": 10, "relation": "gte"}


def test_a_total_of_nothing(reader: Person) -> None:
    for q in ("absent", "???", "from:ada from:bob in:0123456789abcdefghjkmnpqrs"):
        assert reader.get(PATH, q=q, total="true")["total"] == {"value": 0, "relation": "eq"}


def test_a_total_tells_of_nothing_that_may_not_be_seen(
    alice: Person, bob: Person, carol: Person, mallory: Person, index: Index
) -> None:
    group = alice.open_group(bob, name="hidden", history="joined")
    for number in range(4):
        alice.send(group, f"secret plan {number}")
    alice.post(f"/v1/conversations/{group}/members", {"user_ids": ["carol"]})
    later = [alice.send(group, f"later plan {number}")["id"] for number in range(5)]
    index()

    def total(person: Person, q: str) -> int:
        return int(person.get(PATH, q=q, total="true", limit=1)["total"]["value"])

    assert (total(alice, "plan"), total(bob, "plan"), total(mallory, "plan")) == (9, 9, 0)
    with patch("parley.search.querying.visibility.MAX_PARTIAL", 0):
        assert (total(carol, "plan"), total(carol, "secret")) == (5, 0), "the engine finds more than may be seen"
    assert alice.delete(f"/v1/messages/{later[0]}").status in (200, 204)
    assert (total(carol, "plan"), total(bob, "plan")) == (4, 8), "the index lags, the table decides"
    assert alice.delete(f"/v1/conversations/{group}/members/bob").status == 204
    assert total(bob, "plan") == 0
