"""What is hot is asked of the engine as opensearch-py asks it, and what comes of it is told as for opensearch-py."""

import json
from collections.abc import Callable, Iterator
from typing import Any, cast
from unittest.mock import patch

import pytest
from opensearchpy import OpenSearch

from parley.search.engine import administration, engine_client
from parley.search.engine.lean_client import Engine
from tests.support.aws import engine
from tests.support.aws.ministack import environment
from tests.support.faults.faulty_proxy import Delay, Drop, Fault, FaultyProxy, Reply, faulty_proxy

Ask = Callable[[Any], Any]

QUERY = {"query": {"term": {"tenant_id": "acmé \ud83d"}}, "size": 3}
REQUESTS: dict[str, Ask] = {
    "search": lambda client: client.search(
        index="messages-read", body=QUERY, params={"routing": "a/b c+d", "preference": "é"}
    ),
    "search of many": lambda client: client.search(index="messages-v*,users-read", body={}),
    "msearch": lambda client: client.msearch(body=[{"index": "users-read", "routing": "acme"}, QUERY] * 2),
    "bulk": lambda client: client.bulk(
        body='{"index":{"_index":"lean","_id":"é","routing":"r","version":1,"version_type":"external"}}\n{"a":"é"}\n',
        params={"filter_path": "errors,items.*.status,items.*.error"},
    ),
}
FAULTS: dict[str, Fault] = {
    "bad request": Reply(400),
    "forbidden": Reply(403, b"no JSON"),
    "missing": Reply(404, b'{"error": "no such index"}'),
    "conflict": Reply(409, b"{}"),
    "busy": Reply(429),
    "failed": Reply(500),
    "unavailable": Reply(503, b""),
    "dropped": Drop(),
    "no JSON": Reply(200, b"<html>"),
    "too late": Delay(0.6),
}


@pytest.fixture
def proxy(opensearch: OpenSearch, engine_url: str) -> Iterator[FaultyProxy]:
    with (
        faulty_proxy(engine_url) as found,
        engine.searching_at(found.url),
        patch.object(engine_client, "REQUEST_SECONDS", 0.3),
    ):
        engine.forget()
        yield found


def clients() -> tuple[Engine, OpenSearch]:
    return engine_client.client(), administration.client()


def patient_clients() -> tuple[Engine, OpenSearch]:
    return engine_client.patient_client(), administration.patient_client()


def without_times(answer: Any) -> Any:
    """An answer without how long it took, and without what a second write is told instead."""
    kept = json.loads(json.dumps(answer))
    for each in (kept, *kept.get("responses", ())):
        each.pop("took", None)
    return kept


@pytest.mark.parametrize("name", [name for name in REQUESTS if name != "bulk"])
def test_both_ask_the_same_and_hear_the_same(name: str, proxy: FaultyProxy) -> None:
    heard = [without_times(REQUESTS[name](client)) for client in patient_clients()]
    ours, theirs = proxy.seen
    assert ours == theirs
    assert heard[0] == heard[1]


def test_both_write_the_same(proxy: FaultyProxy) -> None:
    heard = [REQUESTS["bulk"](client) for client in patient_clients()]
    ours, theirs = proxy.seen
    assert ours == theirs
    assert [[each["index"]["status"] for each in answer["items"]] for answer in heard] == [[201], [409]]


@pytest.mark.parametrize("name", FAULTS)
def test_both_tell_the_same_of_a_failure(name: str, proxy: FaultyProxy) -> None:
    proxy.fault = lambda _: FAULTS[name]
    ours, theirs = [outcome(client) for client in clients()]
    assert ours == theirs
    assert len(proxy.seen) == 2, "neither tries twice"


def outcome(client: Engine | OpenSearch) -> tuple[str, ...]:
    """The class of what a search raises, and of what lies behind it; the status of a refusal."""
    with pytest.raises(Exception) as raised:  # noqa: PT011 - which one is what is compared
        administration.within(lambda: REQUESTS["search"](client), attempts=1)
    error: BaseException = raised.value
    if isinstance(error, engine_client.EngineFailed):
        return "EngineFailed", type(error.__cause__).__name__
    return type(error).__name__, str(cast("Any", error).status)


def test_an_engine_that_is_not_there_is_not_reached() -> None:
    with environment(SEARCH_ENDPOINT="http://127.0.0.1:1"):
        engine.forget()
        told = [outcome(client) for client in clients()]
    engine.forget()
    assert told == [("EngineFailed", "Unreached")] * 2


@pytest.mark.parametrize("path", ["", "/engine"])
def test_an_address_may_name_a_user_and_a_path(path: str, opensearch: OpenSearch, engine_url: str) -> None:
    with faulty_proxy(engine_url) as found:
        found.fault = lambda _: Reply(200, b"{}")
        address = found.url.replace("http://", "http://us%40er:pass%3Aword@") + path
        with environment(SEARCH_ENDPOINT=address):
            engine.forget()
            for client in clients():
                assert client.search(index="messages-v*,users.a b-v1", body={}) == {}
        engine.forget()
        ours, theirs = found.seen
    assert ours == theirs
    assert ours.path.startswith(f"{path}/messages-v")
    assert ours.authorization == theirs.authorization == "Basic dXNAZXI6cGFzczp3b3Jk"
