"""CPU time of requests against their floor: the same DynamoDB calls by a bare boto3 client, its parsing included.

Each request is made once on moto; then the handler and the bare client make its calls to a responder that answers as
moto did. Both run in one process, in turns, so that what else the machine does falls on both.
"""

import contextlib
import gc
import importlib
import io
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws

from infrastructure.tables import TABLES, create_table_request
from parley.pools import Answer
from parley.tables import rate_limits
from tests.benchmarks.responder import Exchange, responder
from tests.benchmarks.tables import print_table, verdict
from tests.support.aws.aws_calls import Recording, recording
from tests.support.aws.gateway import Context, build_event, find_route
from tests.support.aws.ministack import environment
from tests.support.dynamodb.moto_pool import MotoPool
from tests.support.people.people import Person, new_workspace

ROUNDS = 30
CALLS = 20
MESSAGES = 60
CONVERSATIONS = 20

Event = dict[str, Any]


def main() -> None:
    """Print milliseconds of each request and of its floor, and how many times the floor that is."""
    rows = []
    _logging_to_nowhere()
    with mock_aws():
        client: Any = boto3.client("dynamodb")
        for table in TABLES:
            client.create_table(**create_table_request(table, table.name))
        with contextlib.redirect_stdout(io.StringIO()):
            requests = list(_requests())
        for name, goal, event in requests:
            ours, floor, ratio = _measure(event)
            rows.append([name, f"{ours:.2f}", f"{floor:.2f}", f"{ratio:.2f}", f"{verdict(ratio, goal)} {goal}"])
    print_table(
        "CPU of a request, milliseconds of process time (medians)",
        ["request", "handler", "its calls by boto3", "ratio", "goal"],
        rows,
    )


def _requests() -> Iterator[tuple[str, float, Event]]:
    acme = new_workspace("bench")
    alice, bob = acme.person("alice"), acme.person("bob")
    group = alice.open_group(bob)
    for number in range(MESSAGES):
        sent = bob.send(group, f"Stand-up is at ten, number {number}, in the small room as always")
        assert sent.status == 201
    for number in range(CONVERSATIONS - 1):
        bob.send(alice.open_group(bob, name=f"group {number}"), "hello")
    send = {"conversation_id": group, "text": "Lunch at noon, @bob?", "mentions": ["bob"]}
    message = f"/v1/messages/{sent['id']}"
    yield "send", 0.55, _event(alice, "POST", "/v1/messages", send, key="k")
    yield "page of 50 messages", 0.6, _event(alice, "GET", f"/v1/conversations/{group}/messages", limit=50)
    yield "list of 20 conversations", 0.6, _event(alice, "GET", "/v1/conversations", limit=20)
    yield "react", 0.6, _event(alice, "POST", f"{message}/reactions", {"reaction": "👍"})
    yield "mark read", 0.6, _event(alice, "POST", f"/v1/conversations/{group}/read", {"message_id": sent["id"]})


def _event(person: Person, method: str, path: str, body: Any = None, *, key: str | None = None, **query: Any) -> Event:
    headers = {} if key is None else {"Idempotency-Key": key}
    return build_event(method, path, authorizer=person.said, body=body, query=query, headers=headers)


def _measure(event: Event) -> tuple[float, float, float]:
    route, _ = find_route(event["requestContext"]["http"]["method"], event["rawPath"])
    module: Any = importlib.import_module(f"functions.{route.function.replace('/', '.')}")

    def request() -> None:
        rate_limits.forget()
        answer = module.handler(event, Context())
        assert answer["statusCode"] < 300, answer

    with _overheard() as exchanges:
        _quietly(request)
    with responder(exchanges) as address, environment(AWS_ENDPOINT_URL_DYNAMODB=address):
        with recording() as recorded:
            _quietly(request)
        pairs = _in_turns(request, _floor(recorded))
    ours, floor = (statistics.median(column) for column in zip(*pairs, strict=True))
    return ours, floor, statistics.median(one / other for one, other in pairs)


@contextmanager
def _overheard() -> Iterator[list[Exchange]]:
    """What is asked of moto and answered."""
    heard: list[Exchange] = []
    request = MotoPool.request

    def overheard(pool: MotoPool, method: str, path: str, **named: Any) -> Answer:
        response = request(pool, method, path, **named)
        operation = named["headers"]["x-amz-target"].rpartition(".")[2]
        heard.append(Exchange(operation, named["body"], response.status, response.data))
        return response

    with patch.object(MotoPool, "request", overheard):
        yield heard


def _floor(recorded: Recording) -> Callable[[], None]:
    """The recorded calls with a bare client, one after the other."""
    client: Any = boto3.session.Session().client("dynamodb")
    call = client._make_api_call

    def calls() -> None:
        for operation, parameters in recorded.calls:
            with contextlib.suppress(ClientError):
                call(operation, parameters)

    return calls


def _in_turns(*functions: Callable[[], None]) -> list[list[float]]:
    for function in functions:
        _time(function)
    gc.collect()
    return [[_time(function) for function in functions] for _ in range(ROUNDS)]


def _time(function: Callable[[], None]) -> float:
    """Milliseconds of CPU a call, all threads."""
    started = time.process_time()
    _quietly(function, CALLS)
    return (time.process_time() - started) * 1000 / CALLS


def _quietly(function: Callable[[], object], times: int = 1) -> None:
    """What is written to standard output is thrown away."""
    with contextlib.redirect_stdout(io.StringIO()):
        for _ in range(times):
            function()


def _logging_to_nowhere() -> None:
    """Log lines are made and formatted, then written to a sink instead of a terminal."""
    from parley.observability import logger  # noqa: PLC0415

    for handler in logger().handlers:
        handler.setStream(io.StringIO())  # type: ignore[attr-defined]
