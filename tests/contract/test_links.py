"""Every link of every answer in the world of the examples is followed: what an answer names can be asked for.

Reads come first, since a later step may remove what the answer names.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from infrastructure.examples import example_of, parameters_of
from infrastructure.routes import ROUTES, Route
from tests.support.aws.answers import document
from tests.support.aws.gateway import Answer, build_event, invoke
from tests.support.people.world import example_world, person
from tests.tools.record_events import make_event

BY_NAME = {route.endpoint: route for route in ROUTES}
ANSWERED = [route for route in ROUTES if not example_of(route).elsewhere]
EXPRESSION = re.compile(r"\$(request\.path|request\.query|response\.body)[.#/]+(.+)")
SHOWN_TO_WHO_ASKED = {"get_export"}


@pytest.fixture
def world(tables: None) -> Iterator[None]:
    with example_world():
        yield


def value(expression: str, route: Route, answer: Answer) -> Any:
    """What a runtime expression of OpenAPI names; None where the answer has no such thing."""
    match = EXPRESSION.fullmatch(expression)
    assert match, expression
    place, name = match.groups()
    if place == "request.path":
        return parameters_of(route)[name]
    if place == "request.query":
        return example_of(route).query.get(name)
    found: Any = answer.body
    for part in name.split("/"):
        if isinstance(found, list):
            found = found[int(part)] if found else None
        else:
            found = None if found is None else found[part]
    return found


def follow(route: Route, link: dict[str, Any], answer: Answer) -> Answer | None:
    """The answer to what a link leads to; None where the answer names nothing for it."""
    target = BY_NAME[link["operationId"]]
    given = {name: value(expression, route, answer) for name, expression in link["parameters"].items()}
    in_path = re.findall(r"{(\w+)}", target.path)
    if any(given[name] is None for name in in_path) or ("cursor" in given and given["cursor"] is None):
        return None
    who = person(example_of(route if target.endpoint in SHOWN_TO_WHO_ASKED else target).who)
    return invoke(
        build_event(
            target.method,
            target.path.format(**{name: quote(str(given[name]), safe="") for name in in_path}),
            authorizer=who.said,
            body=example_of(target).body,
            query={name: each for name, each in given.items() if name not in in_path and each is not None},
        )
    )


@pytest.mark.parametrize("route", ANSWERED, ids=lambda route: route.endpoint)
def test_links_of_an_answer_lead_on(world: None, route: Route) -> None:
    answer = invoke(make_event(route))
    stated = document()["paths"][route.path][route.method.lower()]["responses"][str(answer.status)]
    links = stated.get("links", {}).items()
    for name, link in sorted(links, key=lambda each: BY_NAME[each[1]["operationId"]].method != "GET"):
        led = follow(route, link, answer)
        is_read = BY_NAME[link["operationId"]].method == "GET"
        assert led is None or led.status < 300 or (led.status == 409 and not is_read), (name, led.text)
