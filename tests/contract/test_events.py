"""Every function has an event under events/, which its real handler answers in the world of the examples."""

import importlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

from infrastructure.examples import Example, find_example
from infrastructure.routes import ROUTES, Route
from tests.support.people.world import example_world
from tests.tools import record_events

everywhere = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.function)
ANSWERED = [route for route in ROUTES if not (find_example(route) or Example()).elsewhere]
HINT = "run `make events` and commit what it writes"


@pytest.fixture
def world(tables: None) -> Iterator[None]:
    with example_world():
        yield


@everywhere
def test_the_event_of_a_function_is_current(route: Route) -> None:
    assert record_events.event_file(route).exists(), HINT
    assert record_events.load(record_events.event_file(route)) == json.loads(
        json.dumps(record_events.make_event(route))
    ), HINT


@pytest.mark.parametrize("route", ANSWERED, ids=lambda route: route.function)
def test_the_handler_answers_its_event_with_success(tables: None, route: Route) -> None:
    answer = record_events.answer_to(record_events.load(record_events.event_file(route)))
    assert 200 <= answer.status < 300, answer.text
    assert record_events.as_record(answer) == record_events.load(record_events.answer_file(route)), HINT


def test_the_authorizer_lets_the_example_through(world: None) -> None:
    event = record_events.load(record_events.AUTHORIZER)
    assert event == record_events.make_authorizer_event(), HINT
    decision: dict[str, Any] = importlib.import_module("functions.identity.authorizer").handler(event, None)
    assert decision["isAuthorized"] is True
    assert (decision["context"]["tenant_id"], decision["context"]["user_id"]) == ("acme", "alice")


def test_what_this_world_cannot_answer_has_tests_elsewhere() -> None:
    for folder in {example.elsewhere for example in map(find_example, ROUTES) if example} - {""}:
        assert list((record_events.EVENTS.parent / folder).glob("test_*.py")), folder


def test_no_event_is_left_of_a_function_that_is_gone() -> None:
    known = {route.function for route in ROUTES} | {"identity/authorizer"}
    services = {route.service for route in ROUTES} | {"identity"}
    found = {
        f"{service}/{file.stem}"
        for service in services
        for folder in (record_events.EVENTS, record_events.EVENTS / "answers")
        for file in (folder / service).glob("*.json")
    }
    assert found <= known
