"""Every route, asked with what no client means: answered or refused, never a failure, never a call that AWS refuses.

`invoke` holds each answer to the statuses of the document, and each call to what DynamoDB takes.
"""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest

from infrastructure.routes import ROUTES, Route
from parley.tables import rate_limits
from tests.support.aws.answers import document
from tests.support.aws.gateway import invoke
from tests.support.clients.exports import export_bucket
from tests.support.people.world import example_world
from tests.tools.record_events import make_event

ELSEWHERE = {
    "media/redrive_uploads",
    "users/query_users",
    *(route.function for route in ROUTES if route.service == "search"),
}
"""Routes that answer 5xx here, since the queue or the engine that they ask is not there."""
IDS = ["_", "me", "%2F", "\x00", "a#b", "x" * 9000, "\u202e", "x-1-2-3", "01KB0000000000000000000000-1-0"]
TEXTS = ["", "-1", "1e2", "²", "9" * 5000, "NaN", "\x00", "\ud800", "a" * 1025, "9999-12-31T23:59:59-23:59"]
HEADERS = [
    {name: value}
    for name, values in {
        "if-match": ["*", '"', '"' + "9" * 5000 + '"'],
        "if-none-match": ["*", "é"],
        "idempotency-key": [" ", "x" * 255, "é", "#"],
        "x-acting-user": ["", "me", "a#b", "deleted"],
        "content-type": ["", "application/json; charset=latin-1"],
    }.items()
    for value in values
]
BODIES = ["", "null", "[]", "{", "\ufeff{}", '{"a": 1, "a": 2}', "1e400"]
VALUES: list[Any] = [
    None,
    "",
    "\x00",
    "x" * 30_000,
    -1,
    2**63,
    10**100,
    1.5,
    [[]],
    ["x"] * 101,
    {"a": [1e-200]},
    "\ud800",
]


@pytest.fixture(scope="module")
def world(tables: None) -> Iterator[None]:
    with export_bucket(), example_world():
        yield


def parameters_in(where: str, route: Route) -> list[str]:
    """The names of a route's parameters in the document."""
    stated = document()["paths"][route.path][route.method.lower()].get("parameters", [])
    return [parameter["name"] for parameter in stated if parameter.get("in") == where]


def variants(route: Route) -> Iterator[tuple[str, dict[str, Any]]]:
    """The route's example with one thing of it replaced, and what that is."""
    for name in make_event(route).get("pathParameters", {}):
        for value in IDS:
            event = make_event(route)
            event["pathParameters"][name] = value
            path = route.path
            for each, shown in event["pathParameters"].items():
                path = path.replace(f"{{{each}}}", shown)
            event["rawPath"] = event["requestContext"]["http"]["path"] = path
            yield f"{name}={value[:30]!r}", event
    for name, value in itertools.product(parameters_in("query", route), TEXTS):
        event = make_event(route)
        event["queryStringParameters"] = event.get("queryStringParameters", {}) | {name: value}
        yield f"?{name}={value[:30]!r}", event
    for headers in HEADERS:
        event = make_event(route)
        event["headers"] |= headers
        yield str(headers)[:60], event
    if "body" in make_event(route):
        given = json.loads(make_event(route)["body"])
        bodies = [json.dumps(given | {name: value}) for name in given for value in VALUES]
        for body in (*BODIES, *bodies):
            yield body[:200], make_event(route) | {"body": body}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.function)
def test_nothing_that_is_asked_is_a_failure_of_ours(world: None, route: Route) -> None:
    for number, (what, event) in enumerate(variants(route)):
        rate_limits.forget()
        if event["headers"].get("idempotency-key", "").startswith("0b7a"):
            event["headers"]["idempotency-key"] = f"strange-{number}"
        answer = invoke(event)
        assert answer.status < 500 or route.function in ELSEWHERE, (what, answer.text)
