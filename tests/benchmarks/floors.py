"""What a request is measured against: its calls, overheard once, made again by bare clients against a responder.

Handler and bare clients run in one process, in turns, so that what else the machine does falls on all.
"""

import contextlib
import gc
import importlib
import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import boto3
from botocore.exceptions import ClientError

from parley.pools import Answer
from parley.tables import rate_limits
from tests.benchmarks.responder import Exchange
from tests.support.aws.aws_calls import Recording
from tests.support.aws.gateway import Context, build_event, find_route
from tests.support.dynamodb.moto_pool import MotoPool
from tests.support.people.people import Person

ROUNDS = 30
CALLS = 20

Event = dict[str, Any]


def event_of(
    person: Person, method: str, path: str, body: Any = None, *, key: str | None = None, **query: Any
) -> Event:
    """What the gateway gives to the function of a route."""
    headers = {} if key is None else {"Idempotency-Key": key}
    return build_event(method, path, authorizer=person.said, body=body, query=query, headers=headers)


def request_of(event: Event) -> Callable[[], None]:
    """The request through its function's handler, which answers."""
    route, _ = find_route(event["requestContext"]["http"]["method"], event["rawPath"])
    module: Any = importlib.import_module(f"functions.{route.function.replace('/', '.')}")

    def request() -> None:
        rate_limits.forget()
        answer = module.handler(event, Context())
        assert answer["statusCode"] < 300, answer

    return request


@contextmanager
def overheard() -> Iterator[list[Exchange]]:
    """What is asked of moto and answered."""
    heard: list[Exchange] = []
    request = MotoPool.request

    def heard_too(pool: MotoPool, method: str, path: str, **named: Any) -> Answer:
        response = request(pool, method, path, **named)
        operation = named["headers"]["x-amz-target"].rpartition(".")[2]
        heard.append(Exchange(operation, named["body"], response.status, response.data))
        return response

    with patch.object(MotoPool, "request", heard_too):
        yield heard


def floor_of(recorded: Recording) -> Callable[[], None]:
    """The recorded calls with a bare client, one after the other."""
    client: Any = boto3.session.Session().client("dynamodb")
    call = client._make_api_call

    def calls() -> None:
        for operation, parameters in recorded.calls:
            with contextlib.suppress(ClientError):
                call(operation, parameters)

    return calls


def in_turns(*functions: Callable[[], None]) -> list[list[float]]:
    """Milliseconds of CPU that each takes, round by round."""
    for function in functions:
        _time(function)
    gc.collect()
    return [[_time(function) for function in functions] for _ in range(ROUNDS)]


def _time(function: Callable[[], None]) -> float:
    """Milliseconds of CPU a call, all threads."""
    started = time.process_time()
    quietly(function, CALLS)
    return (time.process_time() - started) * 1000 / CALLS


def quietly(function: Callable[[], object], times: int = 1) -> None:
    """What is written to standard output is thrown away."""
    with contextlib.redirect_stdout(io.StringIO()):
        for _ in range(times):
            function()


def logging_to_nowhere() -> None:
    """Log lines are made and formatted, then written to a sink instead of a terminal."""
    from parley.observability import logger  # noqa: PLC0415

    for handler in logger().handlers:
        handler.setStream(io.StringIO())  # type: ignore[attr-defined]
