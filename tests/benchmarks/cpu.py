"""CPU time of requests against their floor: the same DynamoDB calls by a bare boto3 client, its parsing included.

Each request is made once on moto; then the handler and the bare client make its calls to a responder that answers as
moto did. Both run in one process, in turns, so that what else the machine does falls on both.
"""

import contextlib
import io
import statistics
from collections.abc import Iterator
from typing import Any

import boto3
from moto import mock_aws

from infrastructure.tables import TABLES, create_table_request
from tests.benchmarks import floors, goals
from tests.benchmarks.floors import event_of
from tests.benchmarks.responder import responder
from tests.benchmarks.tables import print_table, verdict
from tests.support.aws.aws_calls import recording
from tests.support.aws.ministack import environment
from tests.support.people.people import new_workspace

MESSAGES = 60
CONVERSATIONS = 20


def main() -> None:
    """Print milliseconds of each request and of its floor, and how many times the floor that is."""
    rows = []
    floors.logging_to_nowhere()
    with mock_aws():
        client: Any = boto3.client("dynamodb")
        for table in TABLES:
            client.create_table(**create_table_request(table, table.name))
        with contextlib.redirect_stdout(io.StringIO()):
            requests = list(_requests())
        for name, goal, event in requests:
            ours, floor, ratio = _measure(event)
            goals.note(f"{name} ÷ its calls by bare boto3, CPU", ratio, goal)
            rows.append([name, f"{ours:.2f}", f"{floor:.2f}", f"{ratio:.2f}", f"{verdict(ratio, goal)} {goal}"])
    print_table(
        "CPU of a request, milliseconds of process time (medians)",
        ["request", "handler", "its calls by boto3", "ratio", "goal"],
        rows,
    )


def _requests() -> Iterator[tuple[str, float, floors.Event]]:
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
    yield "send", 0.55, event_of(alice, "POST", "/v1/messages", send, key="k")
    yield "page of 50 messages", 0.6, event_of(alice, "GET", f"/v1/conversations/{group}/messages", limit=50)
    yield "list of 20 conversations", 0.6, event_of(alice, "GET", "/v1/conversations", limit=20)
    yield "react", 0.6, event_of(alice, "POST", f"{message}/reactions", {"reaction": "👍"})
    yield "mark read", 0.6, event_of(alice, "POST", f"/v1/conversations/{group}/read", {"message_id": sent["id"]})


def _measure(event: floors.Event) -> tuple[float, float, float]:
    request = floors.request_of(event)
    with floors.overheard() as exchanges:
        floors.quietly(request)
    with responder(exchanges) as address, environment(AWS_ENDPOINT_URL_DYNAMODB=address):
        with recording() as recorded:
            floors.quietly(request)
        pairs = floors.in_turns(request, floors.floor_of(recorded))
    ours, floor = (statistics.median(column) for column in zip(*pairs, strict=True))
    return ours, floor, statistics.median(one / other for one, other in pairs)
