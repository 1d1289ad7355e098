"""A search's own CPU time: beside its engine's request and its DynamoDB calls by bare clients.

A search is made once on moto and an engine; then the handler and the bare clients ask a responder that answers as both
did. Own is what the handler takes without a bare request for the same body: DynamoDB's check of the hits included.
"""

import contextlib
import io
import json
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl, unquote

import boto3
import urllib3
from moto import mock_aws
from opensearchpy import OpenSearch, Urllib3HttpConnection

from infrastructure.tables import TABLES, create_table_request
from parley.observability import logger
from parley.pools import Answer
from parley.search.engine import engine_client
from parley.search.engine.lean_client import Engine
from parley.search.engine.node import Node
from tests.benchmarks import floors, goals, search
from tests.benchmarks.responder import Exchange, responder
from tests.benchmarks.tables import print_table, verdict
from tests.support.aws import engine
from tests.support.aws.aws_calls import recording
from tests.support.aws.ministack import environment

OWN_MS = 6.0
QUERIES = {"25 of 40 that have two words": "time would", "25 of 280 that have one": "make", "none": "xylophone"}


def main() -> None:
    """Print both tables."""
    logger().setLevel("CRITICAL")
    floors.logging_to_nowhere()
    rows, requests = [], []
    with mock_aws(), engine.running_engine() as url, engine.searching_at(url) as opensearch:
        for table in TABLES:
            boto3.client("dynamodb").create_table(**create_table_request(table, table.name))
        engine.set_up(opensearch)
        with contextlib.redirect_stdout(io.StringIO()):
            person, conversation_ids = search._member(engine.new_workspace("cpu"), "reader", 10)
            search._say(person.tenant_id, conversation_ids, 2_000)
            engine.refresh(opensearch)
        for name, q in QUERIES.items():
            event = floors.event_of(person, "GET", "/v1/search/messages", q=q)
            measured, request = _measure(name, event)
            rows.append([name, *measured])
            requests.append([name, *request])
    print_table(
        "CPU of a search, milliseconds of process time (medians)",
        ["request", "handler", "bare engine request", "bare boto3 calls", "own", "goal"],
        rows,
    )
    print_table(
        "One request to the engine with the same body, against a bare one of urllib3",
        ["request", "Parley's client", "opensearch-py with its own connection"],
        requests,
    )


def _measure(name: str, event: dict[str, Any]) -> tuple[list[str], list[str]]:
    request = floors.request_of(event)
    with floors.overheard() as exchanges, _engine_overheard() as asked:
        floors.quietly(request)
    with (
        responder([*exchanges, *asked]) as address,
        environment(AWS_ENDPOINT_URL_DYNAMODB=address),
        engine.searching_at(address),
    ):
        with recording() as recorded:
            floors.quietly(request)
        bare, ours = _bare(address, asked), _by_ours(engine_client.client(), asked)
        theirs = _by(OpenSearch([address], connection_class=Urllib3HttpConnection, max_retries=0), asked)
        timed = floors.in_turns(request, bare, floors.floor_of(recorded), ours, theirs)
    handler, engine_ms, calls = (statistics.median(column) for column in list(zip(*timed, strict=True))[:3])
    own = statistics.median(row[0] - row[1] for row in timed)
    goals.note(f"a search's own CPU, {name}", own, OWN_MS, " ms")
    figures = [f"{each:.2f}" for each in (handler, engine_ms, calls, own)]
    ratios = [statistics.median(row[at] / row[1] for row in timed) for at in (3, 4)]
    goals.note(f"its engine's request ÷ a bare one, {name}", ratios[0], 1.0)
    return [*figures, f"{verdict(own, OWN_MS)} {OWN_MS:.0f} ms"], [f"{ratio:.2f}" for ratio in ratios]


@contextmanager
def _engine_overheard() -> Iterator[list[Exchange]]:
    """What is asked of the engine and answered."""
    heard: list[Exchange] = []
    request = Node.request

    def overheard(node: Node, method: str, path: str, query: str, **more: Any) -> Answer:
        answer = request(node, method, path, query, **more)
        heard.append(Exchange(f"{path}?{query}" if query else path, more["body"], answer.status, answer.data))
        return answer

    with patch.object(Node, "request", overheard):
        yield heard


def _bare(address: str, asked: list[Exchange]) -> Callable[[], None]:
    """The same requests by a pool of urllib3, their answers parsed."""
    pool = urllib3.connection_from_url(address)

    def requests() -> None:
        for each in asked:
            headers = {"content-type": "application/json"}
            json.loads(pool.urlopen("POST", each.operation, body=each.body, headers=headers).data)

    return requests


def _by_ours(client: Engine, asked: list[Exchange]) -> Callable[[], None]:
    """The same searches, their bodies written anew."""
    searches = []
    for each in asked:
        path, _, query = each.operation.partition("?")
        index = unquote(path.removesuffix("/_search").removeprefix("/"))
        searches.append((index, dict(parse_qsl(query)), json.loads(each.body)))

    def requests() -> None:
        for index, params, body in searches:
            client.search(index=index, body=body, params=params)

    return requests


def _by(client: OpenSearch, asked: list[Exchange]) -> Callable[[], None]:
    """The same requests by a client, their bodies written anew."""
    bodies = [(each.operation, json.loads(each.body)) for each in asked]

    def requests() -> None:
        for target, body in bodies:
            with contextlib.suppress(KeyError):
                client.transport.perform_request("POST", target, body=body)

    return requests
