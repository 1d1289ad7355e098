"""The query language, filters, order, cursors, limits and costs of GET /v1/search/messages."""

import base64
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opensearchpy import OpenSearch

from parley import clock
from parley.errors import InvalidQuery
from parley.search.engine.lean_client import Engine
from parley.search.querying import hit_pages
from parley.search.querying.queries import After
from parley.search.querying.query_language import MAX_LENGTH, parse
from parley.tables import usage
from tests.support.aws import engine
from tests.support.dynamodb.change_stream import ChangeStream
from tests.support.people.people import Person, Workspace

PATH = "/v1/search/messages"
DAY = 24 * 3600 * 1000
Index = Callable[[], None]


class Talk:
    """A conversation of three days: who said what, with what, when."""

    def __init__(self, opensearch: OpenSearch) -> None:
        stream = ChangeStream()
        acme = engine.new_workspace("talk")
        self.alice, self.bob = acme.person("alice"), acme.person("bob")
        self.first = self.alice.open_group(self.bob, name="first")
        self.second = self.alice.open_group(self.bob, name="second")
        self.start = clock.now_ms() - 10 * DAY
        with patch.object(clock, "now_ms", lambda: self.start):
            self.alice.send(self.first, "the quick brown fox", mentions=["bob"])
            root = self.bob.send(self.first, "the lazy dog")["id"]
        with patch.object(clock, "now_ms", lambda: self.start + DAY):
            self.alice.send(self.first, "a fox in the thread", parent_id=root)
            self.bob.send(self.second, "fox: see https://example.com")
        with patch.object(clock, "now_ms", lambda: self.start + 2 * DAY):
            self.alice.send(self.second, "quick quick fox fox fox", mentions=["alice"])
        self.root = root
        engine.index_all(opensearch, stream.take())

    def day(self, number: int) -> str:
        return clock.to_rfc3339(clock.to_datetime(self.start + number * DAY))[:10]


@pytest.fixture(scope="module")
def talk(opensearch: OpenSearch) -> Talk:
    return Talk(opensearch)


BROWN, DOG = "the quick brown fox", "the lazy dog"
THREAD, LINK, LOUD = "a fox in the thread", "fox: see https://example.com", "quick quick fox fox fox"


def said(talk: Talk, q: str = "", **query: object) -> list[str]:
    found = talk.bob.get(PATH, **({"q": q} if q else {}), **query)
    assert found.status == 200, found.text
    return [hit["message"]["text"] for hit in found["data"]]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("fox", {BROWN, THREAD, LINK, LOUD}),
        ("quick fox", {BROWN, LOUD}),
        ("fox quick", {BROWN, LOUD}),
        ('"brown fox"', {BROWN}),
        ('"fox brown"', set()),
        ("fox -quick", {THREAD, LINK}),
        ('fox -"brown fox"', {THREAD, LINK, LOUD}),
        ("-fox", {DOG}),
        ("from:alice", {BROWN, THREAD, LOUD}),
        ("from:bob fox", {LINK}),
        ("from:@alice from:bob fox", {BROWN, THREAD, LINK, LOUD}),
        ("fox -from:alice", {LINK}),
        ("from:me", {DOG, LINK}),
        ("mentions:me", {BROWN}),
        ("mentions:alice", {LOUD}),
        ("fox -mentions:alice -mentions:bob", {THREAD, LINK}),
        ("has:link", {LINK}),
        ("fox -has:link", {BROWN, THREAD, LOUD}),
        ("has:file", set()),
        ("FROM:alice QUICK", {BROWN, LOUD}),
        ("from:nobody", set()),
        ("fox in:0123456789abcdefghjkmnpqrs", set()),
        ("???", set()),
        ("fox ???", {BROWN, THREAD, LINK, LOUD}),
        ("dog OR brown", {BROWN, DOG}),
        ("dog OR brown OR thread", {BROWN, DOG, THREAD}),
        ("dog OR fox quick", {BROWN, LOUD}),
        ("quick dog OR thread OR brown", {BROWN}),
        ('"brown fox" OR "lazy dog"', {BROWN, DOG}),
        ("thread OR -fox", {THREAD, DOG}),
        ("-fox OR -quick", {DOG, THREAD, LINK}),
        ("-fox -quick OR -dog", {DOG}),
        ("dog OR ???", {DOG}),
        ("??? OR dog", {DOG}),
        ("from:alice OR from:bob fox", {BROWN, THREAD, LINK, LOUD}),
        ("quick AND brown", {BROWN}),
        ("dog or brown", set()),
        ("fox OR", set()),
        ("OR fox", set()),
    ],
)
def test_operators(q: str, expected: set[str], talk: Talk) -> None:
    assert set(said(talk, q)) == expected


def test_places_and_times(talk: Talk) -> None:
    assert set(said(talk, f"in:{talk.first} fox")) == {BROWN, THREAD}
    assert set(said(talk, f"fox -in:{talk.first}")) == {LINK, LOUD}
    assert set(said(talk, f"fox in:{talk.first} in:{talk.second}")) == {BROWN, THREAD, LINK, LOUD}
    assert set(said(talk, f"on:{talk.day(1)}")) == {THREAD, LINK}
    year, month, day = talk.day(1).split("-")
    for written in (f"{year}/{month}/{day}", f"{year}{month}{day}", f"{int(day)}.{int(month)}.{year}"):
        assert set(said(talk, f"on:{written}")) == {THREAD, LINK}, written
    assert BROWN in said(talk, f"after:{talk.day(0)[:4]}")
    assert DOG in said(talk, f"on:{talk.day(0)[:7]}")
    with patch.object(clock, "now_ms", lambda: talk.start + 2 * DAY):
        assert set(said(talk, "on:yesterday")) == {THREAD, LINK}
        assert set(said(talk, "on:today")) == {LOUD}
    assert set(said(talk, f"fox before:{talk.day(1)}")) == {BROWN}
    assert set(said(talk, f"fox after:{talk.day(1)}")) == {THREAD, LINK, LOUD}
    assert set(said(talk, f"after:{talk.day(0)} before:{talk.day(2)}")) == {BROWN, DOG, THREAD, LINK}


def test_filters_beside_q_narrow_it(talk: Talk) -> None:
    assert set(said(talk, "fox", conversation_id=talk.first)) == {BROWN, THREAD}
    assert set(said(talk, "fox", author_id="bob")) == {LINK}
    assert said(talk, "from:alice", author_id="bob") == []
    assert said(talk, "fox", has="link") == [LINK]
    assert said(talk, "fox", mentions="bob") == [BROWN]
    assert said(talk, in_thread=talk.root) == [THREAD]
    assert said(talk, "fox", in_thread=f"{talk.second}-1") == []
    moment = clock.to_rfc3339(clock.to_datetime(talk.start + DAY))
    assert set(said(talk, "fox", **{"from": moment})) == {THREAD, LINK, LOUD}
    assert set(said(talk, "fox", to=moment)) == {BROWN}
    assert said(talk, "fox", **{"from": moment, "to": moment}) == []


def test_relevance_ranks_and_recent_orders_by_time(talk: Talk) -> None:
    assert said(talk, "quick fox")[0] == LOUD
    assert said(talk, "fox", sort="recent")[0] == LOUD
    assert said(talk, "fox", sort="recent")[-1] == BROWN
    assert said(talk, f"from:alice from:bob in:{talk.first}")[-1] in {BROWN, DOG}, "without text the newest come first"


@pytest.mark.parametrize("sort", ["relevance", "recent"])
def test_cursors_lead_through_all_hits_once(sort: str, alice: Person, general: str, index: Index) -> None:
    for number in range(23):
        alice.send(general, f"note {number} " + "about notes " * (number % 3))
    index()
    seen: list[str] = []
    cursor, rounds = None, 0
    while cursor is not None or rounds == 0:
        page = alice.get(PATH, q="note", sort=sort, limit=5, **({"cursor": cursor} if cursor else {}))
        assert page.status == 200, page.text
        seen += [hit["message"]["id"] for hit in page["data"]]
        cursor, rounds = page["next_cursor"], rounds + 1
        assert rounds < 10
    assert len(seen) == len(set(seen)) == 23
    if sort == "recent":
        assert seen == [f"{general}-{number}" for number in range(23, 0, -1)]


def test_a_page_is_full_though_most_hits_may_not_be_seen_any_more(alice: Person, bob: Person, index: Index) -> None:
    first, second = alice.open_group(bob, name="one"), alice.open_group(bob, name="two")
    for number in range(25):
        alice.send(second, f"plan {number}")
    for number in range(25):
        alice.send(first, f"plan {number}")
    index()
    alice.delete(f"/v1/conversations/{first}/members/bob")
    with patch("parley.search.querying.visibility._conversations", lambda _: {first: 0, second: 0}):
        page = bob.get(PATH, q="plan", sort="recent", limit=10)
    assert [hit["conversation"]["id"] for hit in page["data"]] == [second] * 10
    with patch("parley.search.querying.visibility._conversations", lambda _: {first: 0, second: 0}):
        rest = bob.get(PATH, q="plan", sort="recent", limit=20, cursor=page["next_cursor"])
    assert [hit["message"]["text"] for hit in rest["data"]] == [f"plan {number}" for number in range(14, -1, -1)]


@pytest.mark.parametrize(
    ("q", "position"),
    [
        ("form:alice", 0),
        ("fox -mention:me", 5),
        ("befroe:2026-01-01 fox", 0),
        ("since:2026-01-01", 0),
        ("fox OR from:alice", 4),
        ("fox from:2026-01-01", 9),
        ("from:a/b", 5),
        ("from:bob in:general", 12),
        ("has:cat", 4),
        ("on:2026-02-30", 3),
        ("before:christmas", 7),
        ("on:11/23/2026", 3),
        ("on:2026-13", 3),
        ("after:0000", 6),
        ("-before:2026-01-01", 1),
        ("fox in:not/an/id", 7),
        ("from:a#b", 5),
        ("on:2026-01-01 before:2025-01-01", 0),
        ("after:9999-12-31", 6),
    ],
)
def test_what_is_not_understood_is_refused_with_its_position(q: str, position: int, alice: Person) -> None:
    refused = alice.get(PATH, q=q)
    assert (refused.status, refused.code, refused["position"]) == (400, "invalid_query", position)
    assert alice.get("/v1/search/global", q=q).code == "invalid_query"


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({}, "?q"),
        ({"q": " "}, "?q"),
        ({"q": "a" * (MAX_LENGTH + 1)}, "?q"),
        ({"q": "a", "conversation_id": "x"}, "?conversation_id"),
        ({"q": "a", "has": "cat"}, "?has"),
        ({"q": "a", "sort": "random"}, "?sort"),
        ({"q": "a", "from": "yesterday"}, "?from"),
        ({"q": "a", "limit": 101}, "?limit"),
        ({"q": "a", "in_thread": "x"}, "?in_thread"),
        ({"q": "a", "wildcard": "*"}, "?wildcard"),
    ],
)
def test_bad_parameters_are_named(query: dict[str, object], pointer: str, alice: Person) -> None:
    refused = alice.get(PATH, **query)
    assert (refused.status, refused.code) == (422, "validation_failed"), refused.text
    assert [error["pointer"] for error in refused["errors"]] == [pointer]


def test_a_cursor_of_another_search_or_of_nobody_is_refused(alice: Person, general: str, index: Index) -> None:
    for number in range(20):
        alice.send(general, f"note {number}")
    index()
    cursor = alice.get(PATH, q="note", limit=2)["next_cursor"]
    assert alice.get(PATH, q="note", limit=2, cursor=cursor).status == 200
    for bad in ("", "x", cursor[:-4], hit_pages.encode(After(1, (1, "short")), ("found messages",)), "WyJzIiwxLFtdXQ"):
        refused = alice.get(PATH, q="note", cursor=bad)
        assert (refused.status, refused.code) == (400, "invalid_cursor"), bad
    assert alice.get(PATH, q="note", sort="recent", cursor=cursor).code == "invalid_cursor"
    held = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    assert alice.tenant_id not in held, "a cursor names no document"
    assert general not in held


def test_wildcards_and_regular_expressions_are_text(alice: Person, general: str, index: Index) -> None:
    alice.send(general, "wild cards")
    index()
    assert [alice.get(PATH, q=q)["data"] for q in ("wil*", "w?ld", "/wi.*/", "wild~2")] == [[], [], [], []]
    assert len(alice.get(PATH, q="wild")["data"]) == 1


def test_that_nothing_was_found_is_not_remembered(alice: Person, general: str, index: Index) -> None:
    alice.send(general, "fresh news")
    assert alice.get(PATH, q="fresh")["data"] == [], "the index lags"
    index()
    assert len(alice.get(PATH, q="fresh")["data"]) == 1


def test_a_repeated_query_is_answered_from_the_cache_for_those_who_see_the_same(
    alice: Person, bob: Person, carol: Person, general: str, index: Index, opensearch: OpenSearch
) -> None:
    alice.send(general, "cached words")
    carol.open_group(name="elsewhere")
    index()
    asked: list[str] = []
    search = Engine.search

    def counted(client: Engine, **options: Any) -> object:
        asked.append("search")
        return search(client, **options)

    settled = clock.now_ms() + 2_000
    with patch.object(Engine, "search", counted), patch.object(clock, "now_ms", lambda: settled):
        for _ in range(3):
            assert len(alice.get(PATH, q="cached")["data"]) == 1
        assert len(asked) == 1
        assert len(bob.get(PATH, q="cached")["data"]) == 1
        assert len(asked) == 1, "bob sees exactly what alice sees"
        assert carol.get(PATH, q="cached")["data"] == []
        assert len(asked) == 3, "carol does not; another spelling is looked for"
        with patch.object(clock, "now_ms", lambda: settled + 61_000):
            alice.get(PATH, q="cached")
        assert len(asked) == 4


def test_searches_are_limited_by_what_the_tenant_allows(acme: Workspace, general: str) -> None:
    acme.tenant_settings["searches_per_minute"] = 2
    alice = Person(acme.tenant_id, "alice", tenant_settings={**acme.tenant_settings})
    answers = [alice.get(PATH, q="anything") for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 429]
    assert answers[0].headers["X-RateLimit-Limit"] == "2"
    assert answers[0].headers["X-RateLimit-Remaining"] == "1"
    assert answers[0].headers["RateLimit-Policy"] == '"searches";q=2;w=60'
    assert int(answers[2].headers["Retry-After"]) >= 1
    assert alice.get("/v1/search/conversations", q="a").status == 429, "one limit for all searches"
    assert alice.get("/v1/search/suggestions", q="a").status == 200


def test_searches_are_counted_for_the_tenant_and_their_text_is_not_logged(
    alice: Person, general: str, index: Index, caplog: pytest.LogCaptureFixture
) -> None:
    alice.send(general, "something private")
    index()
    day = clock.to_datetime(clock.now_ms()).strftime("%Y-%m-%d")
    before = usage.total(alice.tenant_id, "searches", day)
    caplog.clear()
    assert len(alice.get(PATH, q="private")["data"]) == 1
    assert alice.get("/v1/search/global", q="private").status == 200
    assert usage.total(alice.tenant_id, "searches", day) == before + 2
    kinds = [record.__dict__["kind"] for record in caplog.records if record.message == "search"]
    assert kinds == ["messages", "global"]
    assert all("private" not in str(record.__dict__) for record in caplog.records)


def test_what_a_search_costs(alice: Person, general: str, index: Index) -> None:
    """Limit and usage; recent queries and cache, read and written, with the tenant's mark; memberships and blocks; the
    check of the hits.

    Placement, watermark and breaker are remembered for seconds, the reader's languages for a minute.
    """
    for number in range(30):
        alice.send(general, f"note {number}")
    index()
    settled = clock.now_ms() + 2_000
    with patch.object(clock, "now_ms", lambda: settled):
        alice.get(PATH, q="warm")
        first = alice.get(PATH, q="note")
    assert sorted(first.calls.operations) == sorted(
        ["UpdateItem"] * 2 + ["GetItem"] + ["PutItem"] * 2 + ["Query"] * 2 + ["BatchGetItem"] * 2
    )


@given(st.text(max_size=MAX_LENGTH))
def test_any_text_is_a_query_or_refused_within_itself(q: str) -> None:
    try:
        parse(q)
    except InvalidQuery as refused:
        position = refused.fields["position"]
        assert isinstance(position, int)
        assert 0 <= position <= len(q)
