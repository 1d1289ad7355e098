"""CPU time of a send against its floor: the same DynamoDB calls by a bare boto3 client to the same responder.

Both run in one process, in turns, so that what else the machine does falls on both.
"""

import contextlib
import gc
import importlib
import io
import json
import os
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3

from tests.benchmarks.responder import responder
from tests.benchmarks.tables import print_table, verdict
from tests.support.aws.aws_calls import recording

ROUNDS = 30
CALLS = 40
CEILING = 1.5
EVENT_BODY = {"conversation_id": "0" * 26, "text": "Lunch at noon, @bob?", "mentions": ["bob"]}


def main() -> None:
    """Print CPU milliseconds of a send and of its floor, and how many times the floor that is."""
    with responder() as address:
        os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = address
        handler, event, context = _handler()
        _time(lambda: handler(event, context))
        with recording() as recorded, contextlib.redirect_stdout(io.StringIO()):
            answer = handler(event, context)
        assert answer["statusCode"] == 201, answer
        floor = _floor(recorded.calls)
        ours = lambda: handler(event, context)  # noqa: E731 - the thing that is measured
        ratios, of_handler, of_floor = _in_turns(ours, floor)
    ratio = statistics.median(ratios)
    print_table(
        "CPU of a send, milliseconds of process time a call",
        ["", "median", "best"],
        [
            ["handler", f"{statistics.median(of_handler):.3f}", f"{min(of_handler):.3f}"],
            ["floor: its 6 calls by boto3", f"{statistics.median(of_floor):.3f}", f"{min(of_floor):.3f}"],
            ["ratio", f"{ratio:.2f}", f"{verdict(ratio, CEILING)} {CEILING}"],
        ],
    )


def _in_turns(ours: Callable[[], Any], floor: Callable[[], Any]) -> tuple[list[float], list[float], list[float]]:
    of_handler, of_floor = [], []
    for function in (ours, floor):
        _time(function)
    gc.collect()
    for _ in range(ROUNDS):
        of_handler.append(_time(ours))
        of_floor.append(_time(floor))
    return [a / b for a, b in zip(of_handler, of_floor, strict=True)], of_handler, of_floor


def _time(function: Callable[[], Any]) -> float:
    """Milliseconds of CPU a call, all threads; what the function writes to standard output is thrown away."""
    with contextlib.redirect_stdout(io.StringIO()):
        started = time.process_time()
        for _ in range(CALLS):
            function()
        return (time.process_time() - started) * 1000 / CALLS


def _handler() -> tuple[Callable[..., Any], dict[str, Any], Any]:
    from tests.support.aws.gateway import Context, build_event  # noqa: PLC0415 - after the environment is set

    authorizer = {"tenant_id": "acme", "user_id": "alice", "scope": "", "settings": "{}"}
    headers = {"Idempotency-Key": "k"}
    event = build_event("POST", "/v1/messages", authorizer=authorizer, body=EVENT_BODY, headers=headers)
    module: Any = importlib.import_module("functions.messaging.send_message")
    logging_to_nowhere()
    return module.handler, json.loads(json.dumps(event)), Context()


def logging_to_nowhere() -> None:
    """Log lines are made and formatted, then written to a sink instead of a terminal."""
    from parley.observability import logger  # noqa: PLC0415

    for handler in logger().handlers:
        handler.setStream(io.StringIO())  # type: ignore[attr-defined]


def _floor(calls: list[tuple[str, dict[str, Any]]]) -> Callable[[], Any]:
    """The recorded calls with a bare client: the first two at once, then two in turn, then the last two at once."""
    client: Any = boto3.client("dynamodb")
    pool = ThreadPoolExecutor(max_workers=8)
    methods = {"GetItem": client.get_item, "PutItem": client.put_item, "UpdateItem": client.update_item}
    steps = [(methods[operation], parameters) for operation, parameters in calls]
    assert len(steps) == 6

    def both(first: int) -> None:
        (one, one_parameters), (other, other_parameters) = steps[first : first + 2]
        pending = pool.submit(one, **one_parameters)
        other(**other_parameters)
        pending.result()

    def call() -> None:
        both(0)
        for method, parameters in steps[2:4]:
            method(**parameters)
        both(4)

    return call
