"""An engine that is down, slow, busy or refuses: nothing is lost, sending goes on, the breaker opens and closes."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
from aws_lambda_powertools.utilities.circuit_breaker import base as circuit_base
from opensearchpy import OpenSearch

from functions.search import search_messages
from functions.streams import index_documents
from parley.search.engine import administration, answer_time, engine_client
from parley.search.engine.engine_client import EngineFailed
from parley.search.indexing import bulk, change_indexer, quarantine
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import number
from parley.tables.expressions import Update
from tests.functional.search.rebuilding.test_reindex import OPERATOR
from tests.support.aws import engine as test_engine
from tests.support.aws.gateway import Answer, Context, build_event
from tests.support.aws.ministack import environment
from tests.support.dynamodb.change_stream import ChangeStream, kinesis_event
from tests.support.faults.faulty_proxy import Delay, Drop, Fault, FaultyProxy, Reply, Seen, faulty_proxy
from tests.support.faults.hung_server import hung_server
from tests.support.people.people import Person

SEARCH = "/v1/search/messages"
BUSY = Reply(429)
DEPLOYED_SECONDS = engine_client.REQUEST_SECONDS
DEPLOYED_ANSWER_SECONDS = answer_time.SECONDS
CALLERS = 10
AT_LEAST_ONE = {"value": 1, "relation": "gte"}


class Moving:
    """The breaker's clock and the waits between retries, both moved by hand."""

    def __init__(self) -> None:
        self.offset = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def moving() -> Iterator[Moving]:
    found = Moving()
    with patch("time.sleep", found.sleep):
        yield found


@pytest.fixture
def proxy(opensearch: OpenSearch, engine_url: str, moving: Moving) -> Iterator[FaultyProxy]:
    """The process reaches the engine by a proxy that fails as told; the circuit is closed at first and at last."""
    with faulty_proxy(engine_url) as found, test_engine.searching_at(found.url):
        yield found
        found.heal()
        dynamodb.delete(settings().control_table, keys.Key(keys.breakers(), engine_client.CIRCUIT))
        circuit_base._LOCAL_FAILURES.clear()
        circuit_base._LOCAL_SUCCESSES.clear()
        circuit_base._LAST_OBSERVED_STATE.clear()


class HurriedContext(Context):
    """A function that has a second left, and so no more than a few tries."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 6_000


def consume(payloads: list[Any]) -> dict[str, Any]:
    return index_documents.handler(kinesis_event(payloads), HurriedContext())


@pytest.mark.parametrize(
    "faults",
    [
        [Drop(), Drop()],
        [Reply(503), Reply(502)],
        [BUSY, BUSY, BUSY],
        [Reply(200, b"half of an ans")],
    ],
    ids=["down", "failing", "busy", "garbled"],
)
def test_the_indexer_tries_again_in_place(
    faults: list[Fault], alice: Person, general: str, changes: ChangeStream, proxy: FaultyProxy, opensearch: OpenSearch
) -> None:
    alice.send(general, "it will be found")
    proxy.fail_next(*faults)
    assert consume(changes.take()) == {"batchItemFailures": []}
    test_engine.refresh(opensearch)
    assert len(alice.get(SEARCH, q="found")["data"]) == 1


def test_a_bulk_that_fails_for_some_documents_is_repeated_for_those(
    alice: Person,
    general: str,
    changes: ChangeStream,
    proxy: FaultyProxy,
    opensearch: OpenSearch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for each in range(6):
        alice.send(general, f"note {each} is found")
    payloads = changes.take()
    busy = [True]

    def half(seen: Seen) -> Fault:
        """Every other document is refused for being too many: it never reaches the engine."""
        if not seen.path.startswith("/_bulk") or not busy:
            return None
        busy.clear()
        lines = seen.body.decode().splitlines()
        actions = [json.loads(line) for line in lines[::2]]
        items = [
            {"index": {"_id": action["index"]["_id"], "status": 429 if at % 2 else 201, "error": {"type": "rejected"}}}
            for at, action in enumerate(actions)
        ]
        kept = [line for at in range(0, len(actions), 2) for line in lines[2 * at : 2 * at + 2]]
        opensearch.bulk(body="\n".join(kept) + "\n")
        return Reply(200, json.dumps({"errors": True, "items": items}).encode())

    proxy.fault = half
    assert consume(payloads) == {"batchItemFailures": []}
    errors = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "IndexErrors" in line]
    bulks = [seen for seen in proxy.seen if seen.path.startswith("/_bulk")]
    assert len(bulks) == 2
    assert 0 < len(bulks[1].body) < len(bulks[0].body)
    again = len(bulks[1].body.splitlines()) / 2
    assert [(one["index_errors"], one["IndexErrors"]) for one in errors] == [({"rejected": again}, [again])]
    test_engine.refresh(opensearch)
    assert len(alice.get(SEARCH, q="found")["data"]) == 6


def test_an_engine_that_stays_down_fails_the_batch_which_comes_again(
    alice: Person, bob: Person, general: str, changes: ChangeStream, proxy: FaultyProxy, opensearch: OpenSearch
) -> None:
    proxy.fault = lambda _: Drop()
    sent = alice.send(general, "said while search is down")
    assert sent.status == 201, "sending is not affected"
    assert bob.get(f"/v1/conversations/{general}/messages")["data"][0]["id"] == sent["id"]
    payloads = changes.take()
    with patch.object(bulk, "ATTEMPTS", 4), pytest.raises(EngineFailed):
        consume(payloads)
    proxy.heal()
    assert consume(payloads) == {"batchItemFailures": []}
    test_engine.refresh(opensearch)
    assert len(bob.get(SEARCH, q="said down")["data"]) == 1


def test_what_the_mapping_refuses_goes_to_quarantine_and_the_rest_is_indexed(
    alice: Person, general: str, changes: ChangeStream, proxy: FaultyProxy, opensearch: OpenSearch
) -> None:
    alice.send(general, "a good one")
    alice.send(general, "a poisoned one")
    payloads = changes.take()

    def poison(body: bytes) -> bytes:
        lines = body.decode().splitlines()
        spoilt = [
            line.replace('"deleted":false', '"deleted":"SECRET"') if "poisoned" in line else line for line in lines
        ]
        return ("\n".join(spoilt) + "\n").encode()

    proxy.fault = lambda seen: poison if seen.path.startswith("/_bulk") else None
    assert consume(payloads) == {"batchItemFailures": []}
    test_engine.refresh(opensearch)
    assert [hit["message"]["text"] for hit in alice.get(SEARCH, q="one")["data"]] == ["a good one"]
    mine = [
        one
        for one in OPERATOR.get("/v1/admin/search/failures", limit=100)["data"]
        if one["tenant_id"] == alice.tenant_id
    ]
    (failure,) = mine
    assert failure["source"] == f"{keys.conversation(alice.tenant_id, general)}|M#000000000002"
    assert (failure["error"], failure["attempts"]) == ("mapper_parsing_exception", 1)
    assert "SECRET" not in json.dumps(failure)
    assert "poisoned" not in json.dumps(failure)

    still = OPERATOR.post("/v1/admin/search/failures/redrive")
    assert still["failed"] >= 1
    proxy.heal()
    redriven = OPERATOR.post("/v1/admin/search/failures/redrive")
    assert (redriven.status, redriven["failed"]) == (200, 0)
    assert list(quarantine.every()) == []
    test_engine.refresh(opensearch)
    assert len(alice.get(SEARCH, q="poisoned")["data"]) == 1


def test_an_item_that_is_no_document_goes_to_quarantine(alice: Person, general: str, proxy: FaultyProxy) -> None:
    broken = {"entity": {"S": "message"}, "version": {"N": "1"}, "conversation_id": {"S": general}}
    source = change_indexer.Source(
        keys.Key(keys.conversation(alice.tenant_id, general), "M#9"), alice.tenant_id, broken
    )
    (refused,) = change_indexer.index([source], seconds=1)
    assert refused.error == "unindexable"
    assert [item.source_sk for item in quarantine.every()] == ["M#9"]
    assert OPERATOR.post("/v1/admin/search/failures/redrive")["failed"] == 0, "it is not in the table: forgotten"
    assert list(quarantine.every()) == []


def test_a_search_is_tried_again_and_succeeds(
    alice: Person, general: str, changes: ChangeStream, proxy: FaultyProxy, opensearch: OpenSearch
) -> None:
    alice.send(general, "patience")
    test_engine.index_all(opensearch, changes.take())
    proxy.fail_next(Reply(503), Drop())
    assert len(alice.get(SEARCH, q="patience")["data"]) == 1


def test_the_breaker_opens_answers_at_once_and_closes(
    alice: Person, general: str, changes: ChangeStream, proxy: FaultyProxy, opensearch: OpenSearch
) -> None:
    alice.send(general, "hello again")
    test_engine.index_all(opensearch, changes.take())
    proxy.fault = lambda _: Reply(503)
    for attempt in range(engine_client.FAILURES_TO_OPEN):
        answer = alice.get(SEARCH, q=f"hello {attempt}")
        assert (answer.status, answer.code) == (503, "search_unavailable")
        assert int(answer.headers["Retry-After"]) >= 1
    asked = len(proxy.seen)
    refused = alice.get(SEARCH, q="hello")
    assert (refused.status, refused.code, refused["retryable"]) == (503, "search_unavailable", True)
    assert 1 <= int(refused.headers["Retry-After"]) <= engine_client.RECOVERY_SECONDS
    assert len(proxy.seen) == asked, "an open circuit asks the engine nothing"
    assert engine_client.circuit_state() == "OPEN"
    assert alice.send(general, "sending works").status == 201
    assert alice.get("/v1/search/recent").status == 200

    proxy.heal()
    at = keys.Key(keys.breakers(), engine_client.CIRCUIT)
    opened = dynamodb.get(settings().control_table, at)
    assert opened is not None
    earlier = number(opened, "opened_at") - engine_client.RECOVERY_SECONDS - 1
    dynamodb.update(settings().control_table, at, Update().set(opened_at=earlier))
    engine_client.circuit_store.cache_clear()
    engine_client.guard.cache_clear()
    for probe in range(engine_client.PROBES_TO_CLOSE):
        assert alice.get(SEARCH, q="hello", limit=probe + 1).status == 200
    assert engine_client.circuit_state() == "CLOSED"


@pytest.fixture
def impatient() -> Iterator[None]:
    """Requests to the engine may take 50 ms."""
    with patch.object(engine_client, "REQUEST_SECONDS", 0.05):
        engine_client.client.cache_clear()
        yield
    engine_client.client.cache_clear()


@pytest.mark.parametrize("path", ["messages", "conversations", "users", "global", "suggestions"])
def test_a_slow_engine_is_asked_once_and_not_waited_for(
    path: str, alice: Person, general: str, proxy: FaultyProxy, impatient: None
) -> None:
    proxy.fault = lambda _: Delay(0.3)
    answer = alice.get(f"/v1/search/{path}", q="slowly")
    assert (answer.status, answer.code) == (503, "search_unavailable")
    assert len(proxy.seen) == 1, "what hangs once hangs again"


@pytest.fixture
def deployed_times() -> Iterator[None]:
    """The times that are deployed, and no circuit that is open from before or left open."""
    with (
        patch.object(engine_client, "REQUEST_SECONDS", DEPLOYED_SECONDS),
        patch.object(answer_time, "SECONDS", DEPLOYED_ANSWER_SECONDS),
    ):
        engine_client.client.cache_clear()
        yield
    engine_client.client.cache_clear()


def seconds_of(call: Callable[[], Answer]) -> tuple[float, Answer]:
    started = time.monotonic()
    answer = call()
    return time.monotonic() - started, answer


@pytest.mark.parametrize("path", ["messages", "conversations", "users", "global", "suggestions"])
def test_a_hung_engine_costs_a_caller_less_than_three_seconds(
    path: str, alice: Person, general: str, proxy: FaultyProxy, deployed_times: None
) -> None:
    proxy.fault = lambda _: Delay(5)
    took, answer = seconds_of(lambda: alice.get(f"/v1/search/{path}", q="anything"))
    assert answer.status == 503
    assert took < 3.0


@pytest.mark.parametrize("kind", ["silent", "full"])
def test_a_hung_engine_costs_each_of_many_callers_at_once_less_than_three_seconds(
    kind: str, alice: Person, general: str, proxy: FaultyProxy, deployed_times: None
) -> None:
    """One process, more callers than connections are kept or threads read tables: none waits for another."""
    event = build_event(
        "GET",
        SEARCH,
        authorizer={"tenant_id": alice.tenant_id, "user_id": "alice", "scope": "", "settings": "{}"},
        query={"q": "anything"},
    )
    together = threading.Barrier(CALLERS)

    def ask(_: int) -> tuple[float, int]:
        together.wait()
        started = time.monotonic()
        status = search_messages.handler(event, Context())["statusCode"]
        return time.monotonic() - started, status

    with hung_server(connects=kind == "silent") as url, environment(SEARCH_ENDPOINT=url):
        test_engine.forget()
        engine_client.guard()  # made here, since threads at once would each make one that knows of its own failures
        with ThreadPoolExecutor(CALLERS) as callers:
            answers = list(callers.map(ask, range(CALLERS)))
        assert {status for _, status in answers} == {503}
        assert max(took for took, _ in answers) < 3.0, answers
        assert engine_client.circuit_state() == "OPEN"
        took, answer = seconds_of(lambda: alice.get(SEARCH, q="later"))
        assert (answer.status, took < 0.5) == (503, True)
    test_engine.forget()


def test_an_engine_that_answers_once_and_then_hangs_keeps_nobody_longer(
    alice: Person, general: str, changes: ChangeStream, proxy: FaultyProxy, deployed_times: None
) -> None:
    """What is asked besides a page, its total and another spelling, has only the time that is left, and may fail."""
    sent = [alice.send(general, f"hello {each}")["id"] for each in range(30)]
    test_engine.index_all(administration.patient_client(), changes.take())
    for message_id in sent[10:-1]:
        alice.delete(f"/v1/messages/{message_id}")
    cases: list[tuple[dict[str, str], list[Fault], int, object]] = [
        ({"q": "helol"}, [Delay(0.6), Delay(5)], 0, None),
        (
            {"q": "hello", "sort": "recent", "total": "true", "limit": "2"},
            [Delay(0.4), *[Delay(5)] * 3],
            1,
            AT_LEAST_ONE,
        ),
    ]
    for query, faults, hits, total in cases:
        proxy.fail_next(*faults)
        took, answer = seconds_of(partial(alice.get, SEARCH, **query))
        assert (answer.status, len(answer["data"]), answer["did_you_mean"]) == (200, hits, None)
        assert took < 3.0
        assert answer["total"] == total


def test_a_later_round_that_fails_ends_the_page_where_it_is(
    alice: Person, general: str, changes: ChangeStream, proxy: FaultyProxy
) -> None:
    sent = [alice.send(general, f"hello {each}")["id"] for each in range(30)]
    test_engine.index_all(administration.patient_client(), changes.take())
    for message_id in sent[4:-1]:
        alice.delete(f"/v1/messages/{message_id}")
    proxy.fail_next(None, Reply(503), Reply(503), Reply(503))
    first = alice.get(SEARCH, q="hello", sort="recent", limit=5)
    assert [hit["message"]["text"] for hit in first["data"]] == ["hello 29"]
    rest = alice.get(SEARCH, q="hello", sort="recent", limit=20, cursor=first["next_cursor"])
    assert [hit["message"]["text"] for hit in rest["data"]] == [f"hello {number}" for number in (3, 2, 1, 0)]


def test_a_page_is_not_filled_beyond_its_time(
    alice: Person, general: str, changes: ChangeStream, proxy: FaultyProxy
) -> None:
    """Hits that the table does not confirm make further rounds; what is there is given, with where to go on."""
    sent = [alice.send(general, f"hello {number}")["id"] for number in range(30)]
    test_engine.index_all(administration.patient_client(), changes.take())
    for message_id in sent[4:-1]:
        alice.delete(f"/v1/messages/{message_id}")
    with patch.object(engine_client, "SEARCH_SECONDS", -1):
        first = alice.get(SEARCH, q="hello", sort="recent", limit=5)
        texts = [hit["message"]["text"] for hit in first["data"]]
        assert texts == ["hello 29"]
        rest = alice.get(SEARCH, q="hello", sort="recent", limit=20, cursor=first["next_cursor"])
    assert [hit["message"]["text"] for hit in rest["data"]] == [f"hello {number}" for number in (3, 2, 1, 0)]


def test_a_rebuild_that_finds_the_engine_away_says_so(proxy: FaultyProxy) -> None:
    proxy.fault = lambda _: Drop()
    refused = OPERATOR.post("/v1/admin/search/reindex", {})
    assert (refused.status, refused.code, refused["retryable"]) == (503, "search_unavailable", True)
    proxy.fault = lambda _: None
    started = OPERATOR.post("/v1/admin/search/reindex", {})
    assert started.status == 202
    proxy.fault = lambda _: Drop()
    kept = OPERATOR.post(f"/v1/admin/search/reindex/{started['id']}/cancel")
    assert (kept.status, kept.code) == (503, "search_unavailable")


def test_a_partial_answer_is_no_answer(alice: Person, general: str, proxy: FaultyProxy) -> None:
    partial = json.dumps({"timed_out": True, "_shards": {"failed": 0}, "hits": {"hits": []}, "took": 2000}).encode()
    proxy.fault = lambda seen: Reply(200, partial) if "_search" in seen.path else None
    assert alice.get(SEARCH, q="anything").status == 503


def test_a_query_that_the_engine_refuses_does_not_open_the_circuit(
    alice: Person, general: str, proxy: FaultyProxy
) -> None:
    proxy.fault = lambda seen: Reply(400) if "_search" in seen.path else None
    for attempt in range(engine_client.FAILURES_TO_OPEN + 1):
        assert alice.get(SEARCH, q=f"anything {attempt}").status == 500
    assert engine_client.circuit_state() == "CLOSED"
