"""What was said and indexed is found, whatever was asked before; an answer claims what it knew when it was made."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any
from unittest.mock import patch

import pytest
from opensearchpy import OpenSearch

from parley import clock
from parley.search.engine.lean_client import Engine
from parley.search.indexing import marks, watermark
from parley.search.querying import cache
from parley.settings import settings
from parley.tables import dynamodb, keys
from tests.support.aws import engine
from tests.support.people.clocks import Clock
from tests.support.people.people import Person, Workspace

PATH = "/v1/search/messages"
Index = Callable[[], None]


@pytest.fixture
def moved() -> Iterator[Clock]:
    clocked = Clock()
    with patch.object(clock, "now_ms", clocked):
        yield clocked


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """What the engine was asked for."""
    seen: list[str] = []
    search, msearch = Engine.search, Engine.msearch

    def counted(client: Engine, *arguments: Any, **options: Any) -> Any:
        seen.append("search")
        return search(client, *arguments, **options)

    def counted_all(client: Engine, *arguments: Any, **options: Any) -> Any:
        seen.append("msearch")
        return msearch(client, *arguments, **options)

    with patch.object(Engine, "search", counted), patch.object(Engine, "msearch", counted_all):
        yield seen


def texts(person: Person, q: str, **query: object) -> list[str]:
    found = person.get(PATH, q=q, **query)
    assert found.status == 200, found.text
    return [hit["message"]["text"] for hit in found["data"]]


@pytest.mark.parametrize("sort", ["relevance", "recent"])
@pytest.mark.parametrize("pause", [0, 1, 2, 30])
def test_what_is_said_after_a_search_is_found_by_the_same_search(
    pause: int, sort: str, alice: Person, general: str, index: Index, moved: Clock
) -> None:
    said = ["plan 0"]
    alice.send(general, said[0])
    index()
    for number in range(1, 4):
        moved.pass_seconds(pause)
        assert sorted(texts(alice, "plan", sort=sort)) == said
        moved.pass_seconds(pause)
        said.append(f"plan {number}")
        alice.send(general, said[-1])
        index()
        assert sorted(texts(alice, "plan", sort=sort)) == said


def test_an_edit_and_a_new_name_are_found_too(
    alice: Person, general: str, acme: Workspace, index: Index, moved: Clock
) -> None:
    first = alice.send(general, "red wine")
    alice.send(general, "white wine")
    zoe = acme.person("zoe", "Zoe Red")
    index()
    moved.pass_seconds(2)
    assert len(texts(alice, "wine OR beer")) == 2
    assert [hit["user"]["id"] for hit in alice.get("/v1/search/users", q="zoe")["data"]] == ["zoe"]
    assert alice.put(f"/v1/messages/{first['id']}", {"text": "green tea"}).status == 200
    alice.send(general, "a beer")
    acme.person("zoe-2", "Zoe Blue")
    assert zoe.put("/v1/users/zoe", {"name": "Zoe Green"}).status == 200
    index()
    assert set(texts(alice, "wine OR beer")) == {"white wine", "a beer"}
    assert {hit["user"]["name"] for hit in alice.get("/v1/search/users", q="zoe")["data"]} == {"Zoe Green", "Zoe Blue"}


def test_an_answer_from_before_the_engine_refreshed_is_not_kept(
    alice: Person, general: str, index: Index, moved: Clock, asked: list[str], opensearch: OpenSearch
) -> None:
    alice.send(general, "plan 0")
    with patch.object(engine, "refresh", lambda _: None):
        index()
        alice.send(general, "plan 1")
        engine.refresh(opensearch)
        index()
    assert len(texts(alice, "plan")) <= 2
    before = len(asked)
    moved.pass_seconds(1)
    opensearch.indices.refresh(index="messages-read")
    assert sorted(texts(alice, "plan")) == ["plan 0", "plan 1"]
    assert len(asked) == before + 1


def test_what_another_tenant_says_does_not_take_an_answer_away(
    alice: Person, mallory: Person, general: str, index: Index, moved: Clock, asked: list[str]
) -> None:
    alice.send(general, "plan 0")
    index()
    moved.pass_seconds(2)
    assert texts(alice, "plan") == ["plan 0"]
    theirs = mallory.open_group(name="theirs")
    mallory.send(theirs, "plan 0")
    index()
    assert texts(alice, "plan") == ["plan 0"]
    assert asked == ["search"]


def test_an_answer_claims_what_was_complete_when_it_was_asked_for(
    alice: Person, general: str, index: Index, moved: Clock, asked: list[str]
) -> None:
    alice.send(general, "plan 0")
    index()
    moved.pass_seconds(2)
    moments = count(1_000_000, 1_000_000)
    with patch.object(watermark.cached, "get", lambda: next(moments)):
        first, second = alice.get(PATH, q="plan"), alice.get(PATH, q="plan")
        assert first["indexed_through"] == second["indexed_through"] == "1970-01-01T00:16:40.000Z"
        assert asked == ["search"]
        together = alice.get("/v1/search/global", q="plan")
        again = alice.get("/v1/search/global", q="plan")
    moved.pass_seconds(61)
    assert alice.get(PATH, q="plan")["indexed_through"] > first["indexed_through"]
    assert together["indexed_through"] == min(
        together[kind]["indexed_through"] for kind in ("messages", "conversations", "users")
    )
    assert again["messages"]["indexed_through"] == together["messages"]["indexed_through"]


def test_how_far_the_index_is_is_read_before_the_engine_is_asked(
    alice: Person, general: str, index: Index, moved: Clock
) -> None:
    """What is indexed between the engine's answer and the end of the request is not claimed."""
    alice.send(general, "plan 0")
    index()
    moved.pass_seconds(2)
    order: list[str] = []
    search, get = Engine.search, watermark.cached.get

    def searching(client: Engine, *arguments: Any, **options: Any) -> Any:
        order.append("engine")
        return search(client, *arguments, **options)

    def reading() -> int | None:
        order.append("watermark")
        return get()

    with patch.object(Engine, "search", searching), patch.object(watermark.cached, "get", reading):
        assert texts(alice, "plan") == ["plan 0"]
    assert order[-1] == "engine"
    assert "watermark" in order


def test_a_mark_of_each_tenant_in_a_batch(alice: Person, mallory: Person, index: Index, moved: Clock) -> None:
    alice.open_group(name="ours")
    mallory.open_group(name="theirs")
    index()
    first = [_mark(one.tenant_id) for one in (alice, mallory)]
    alice.open_group(name="more")
    index()
    second = [_mark(one.tenant_id) for one in (alice, mallory)]
    assert first[0].name != second[0].name
    assert first[1] == second[1] != marks.Mark()
    assert second[0].settled_at == moved() + watermark.SETTLING_MS
    assert cache.KEPT_MS < marks.KEPT_SECONDS * 1000


def _mark(tenant_id: str) -> marks.Mark:
    return marks.read(dynamodb.get(settings().control_table, keys.search_mark(tenant_id), consistent=True))
