"""The files for the first day: a collection whose requests are answered, and llms.txt with every operation."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from infrastructure import openapi
from infrastructure.contract import collection, llms
from infrastructure.contract.events import TYPES
from infrastructure.examples import example_of
from infrastructure.routes import ROUTES, Route
from tests.support.aws.answers import DOCUMENT, document
from tests.support.aws.gateway import build_event, find_route, invoke
from tests.support.people.people import Person
from tests.support.people.world import example_world, person

DOCS = DOCUMENT.parent
REQUESTS: dict[str, dict[str, Any]] = {
    f"{each['request']['method']} /{'/'.join(each['request']['url']['path'])}": each["request"]
    for folder in collection.collection(document())["item"]
    for each in folder["item"]
}


def named(route: Route) -> str:
    """A route as the collection writes it."""
    return f"{route.method} {route.path.replace('{', ':').replace('}', '')}"


ANSWERED = [named(route) for route in ROUTES if not example_of(route).elsewhere]


@pytest.fixture
def world(tables: None) -> Iterator[None]:
    with example_world():
        yield


def test_the_committed_files_are_current() -> None:
    made = openapi.render(collection.collection(document()))
    assert (DOCS / "postman.json").read_text(encoding="utf-8") == made, "run `make openapi` and commit docs/"
    assert (DOCS / "llms.txt").read_text(encoding="utf-8") == llms.text(document()), "run `make openapi`"


def test_every_operation_is_in_the_collection_and_in_llms_txt() -> None:
    text = (DOCS / "llms.txt").read_text(encoding="utf-8")
    assert text.startswith("# Parley\n\n> ")
    assert REQUESTS.keys() == {named(route) for route in ROUTES}
    assert all(f"[{route.method} {route.path}](openapi.json): " in text for route in ROUTES)
    assert all(f"`{name}`: " in text for name in TYPES)
    for linked in re.findall(r"\]\(([\w.]+)\)", text):
        assert (DOCS / linked).exists(), linked


@pytest.mark.parametrize("name", ANSWERED)
def test_a_request_of_the_collection_succeeds(world: None, name: str) -> None:
    request = REQUESTS[name]
    values = {each["key"]: quote(each["value"], safe="") for each in request["url"]["variable"]}
    path = "/" + "/".join(values[part[1:]] if part.startswith(":") else part for part in request["url"]["path"])
    route, _ = find_route(request["method"], path)
    who: Person = person(example_of(route).who)
    answer = invoke(
        build_event(
            request["method"],
            path,
            authorizer=None if route.public else who.said,
            body=json.loads(request["body"]["raw"]) if "body" in request else None,
            headers={each["key"]: each["value"] for each in request["header"] if not each.get("disabled")},
            query={each["key"]: each["value"] for each in request["url"]["query"] if not each["disabled"]},
        )
    )
    assert answer.status < 300, answer.text
