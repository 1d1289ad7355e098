"""CPU of all consumers of the change stream for a message, against one bare `put_item` of boto3.

DynamoDB is a responder that answers as moto did, the search engine a process of its own; sockets are played. A member
is connected, another is away with a phone's worth of devices to look for, and the tenant has no webhook, as most.
Nobody has joined the conversation in the last minutes.
"""

import contextlib
import importlib
import io
import statistics
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import boto3
from moto import mock_aws

from infrastructure.tables import TABLES, create_table_request
from infrastructure.triggered.filters import passes
from infrastructure.triggered.streams import CONSUMERS
from parley import clock
from parley.realtime import gateway
from parley.settings import settings
from tests.benchmarks import floors, goals
from tests.benchmarks.responder import responder
from tests.benchmarks.tables import print_table, verdict
from tests.support.aws import engine
from tests.support.aws.effects import using_retries
from tests.support.aws.gateway import Context
from tests.support.aws.ministack import environment
from tests.support.aws.sockets import Sockets, give_key
from tests.support.aws.sqs import using_queues
from tests.support.dynamodb.change_stream import ChangeStream, Payload, kinesis_event
from tests.support.faults.one_thread import in_one_thread
from tests.support.people.people import new_workspace
from tests.support.people.phones import using_phones

BATCH = 100
GOALS = {1: 4.0, BATCH: 0.6}


def main() -> None:
    """Print milliseconds a message of each consumer and of all, and how many `put_item` that is."""
    floors.logging_to_nowhere()
    rows: list[list[Any]] = []
    with mock_aws(), contextlib.ExitStack() as stack:
        for table in TABLES:
            boto3.client("dynamodb").create_table(**create_table_request(table, table.name))
        with contextlib.redirect_stdout(io.StringIO()):
            url = stack.enter_context(engine.running_engine())
            engine.set_up(stack.enter_context(engine.searching_at(url)))
            for context in (using_queues(), using_phones(), using_retries(), in_one_thread()):
                stack.enter_context(context)
        sockets = Sockets()
        stack.enter_context(patch.object(gateway, "client", lambda: sockets))
        acme = new_workspace("bench")
        give_key(acme.tenant_id)
        alice, bob = acme.person("alice"), acme.person("bob")
        yesterday = clock.now_ms() - 24 * 3600 * 1000
        with contextlib.redirect_stdout(io.StringIO()):
            with patch.object(clock, "now_ms", lambda: yesterday):
                group = alice.open_group(bob, acme.person("carol"))
            sockets.connect(bob)
        for number, goal in GOALS.items():
            stream = ChangeStream()
            with contextlib.redirect_stdout(io.StringIO()):
                for each in range(number):
                    assert alice.send(group, f"Stand-up is at ten, number {each}, in the small room").status == 201
            rows += _measure(stream.take(acme.tenant_id), number, goal, sockets)
    print_table(
        "CPU of consumers for a message, milliseconds of process time (medians)",
        ["records of", "consumer", "CPU a message", "one put_item", "ratio", "goal"],
        rows,
    )


def _measure(records: list[Payload], number: int, goal: float, sockets: Sockets) -> list[list[Any]]:
    message = next(each for each in records if each["dynamodb"]["Keys"]["sk"]["S"].startswith("M#"))
    calls: dict[str, Callable[[], None]] = {}
    for consumer in CONSUMERS:
        wanted = [each for each in records if passes(consumer.trigger, each)]
        if wanted:
            calls[consumer.endpoint] = _handing(consumer.function, kinesis_event(wanted), sockets)
    with floors.overheard() as exchanges:
        for call in calls.values():
            floors.quietly(call)
    with responder(exchanges) as address, environment(AWS_ENDPOINT_URL_DYNAMODB=address):
        client: Any = boto3.session.Session().client("dynamodb")
        item = message["dynamodb"]["NewImage"]

        def put() -> None:
            client.put_item(TableName=settings().chat_table, Item=item)

        columns = list(zip(*floors.in_turns(put, *calls.values()), strict=True))
    floor = statistics.median(columns[0])
    rows = [
        [number, name, f"{statistics.median(column) / number:.2f}", f"{floor:.2f}", "", ""]
        for name, column in zip(calls, columns[1:], strict=True)
    ]
    totals = [sum(each) / number for each in zip(*columns[1:], strict=True)]
    ratio = statistics.median(total / one for total, one in zip(totals, columns[0], strict=True))
    what = "a message alone" if number == 1 else f"a message of {number} in a batch"
    goals.note(f"all consumers of {what} ÷ one bare put_item, CPU", ratio, goal)
    said = f"{verdict(ratio, goal)} {goal}"
    return [*rows, [number, "all", f"{statistics.median(totals):.2f}", f"{floor:.2f}", f"{ratio:.2f}", said]]


def _handing(function: str, event: dict[str, Any], sockets: Sockets) -> Callable[[], None]:
    module: Any = importlib.import_module(f"functions.{function.replace('/', '.')}")

    def hand_over() -> None:
        assert module.handler(event, Context()) == {"batchItemFailures": []}
        for socket in sockets.all.values():
            socket.frames.clear()

    return hand_over
