"""Every status that a route's code can refuse with is in the document, read from the source; links lead somewhere."""

import ast
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from infrastructure.layers import LIBRARY, ROOT
from infrastructure.routes import ROUTES, Route
from parley import errors
from parley.errors import ParleyError
from tests.infrastructure.reached.flow import Flow
from tests.infrastructure.reached.program import Function, Program

DOCUMENT: dict[str, Any] = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
ONLY_OF: dict[str, Callable[[Route], bool]] = {
    "parley.http.api.Api._resolve": lambda _: False,  # the gateway knows every route that it sends here
    "parley.http.families.limit_of": lambda _: False,
    "parley.tables.idempotency.begin": lambda route: route.method == "POST",
    "parley.http.parameters.check_idempotency_key": lambda route: route.method == "POST",
    "parley.http.bodies": lambda route: route.method in {"POST", "PUT"},
    "parley.http.callers": lambda route: not route.public,
    # moderators delete a message of whatever version
    "parley.messaging.messages.deleting._write_tombstone": lambda route: not route.path.startswith("/v1/moderation/"),
}
"""What every API has in its code, and only some routes come to."""

TOLD_WITHIN = {("media/sign_downloads", 404)}
"""Refusals of a part, which a successful answer tells of that part."""


@pytest.fixture(scope="module")
def flow() -> Flow:
    return Flow(Program((Path(LIBRARY) / "parley", "parley"), (ROOT / "functions", "functions")))


def reached(flow: Flow, route: Route) -> set[Function]:
    module = flow.program.modules[f"functions.{route.function.replace('/', '.')}"]
    called = flow.called
    seen: set[Function] = {*module.functions.values(), flow.body(module)}
    waiting = list(seen)
    while waiting:
        new = called.get(waiting.pop(), set()) - seen
        seen |= new
        waiting += new
    return seen


def raised(function: Function) -> Iterator[type[ParleyError]]:
    for node in function.nodes:
        if isinstance(node, ast.Raise) and node.exc is not None:
            for named in ast.walk(node.exc):
                name = named.id if isinstance(named, ast.Name) else getattr(named, "attr", "")
                kind = getattr(errors, name, None)
                if isinstance(kind, type) and issubclass(kind, ParleyError):
                    yield kind


def applies(name: str, route: Route) -> bool:
    return all(only(route) for place, only in ONLY_OF.items() if name == place or name.startswith(f"{place}."))


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_refusal_in_the_code_of_a_route_is_stated(flow: Flow, route: Route) -> None:
    stated = DOCUMENT["paths"][route.path][route.method.lower()]["responses"]
    unstated = {
        (kind.status, kind.__name__, function.name)
        for function in reached(flow, route)
        if applies(function.name, route)
        for kind in raised(function)
        if str(kind.status) not in stated and (route.function, kind.status) not in TOLD_WITHIN
    }
    assert unstated == set()


EXPRESSION = re.compile(r"\$(response\.body#/|request\.path\.|request\.query\.)([\w/]+)")


def operations() -> dict[str, dict[str, Any]]:
    return {each["operationId"]: each for item in DOCUMENT["paths"].values() for each in item.values()}


def names(operation: dict[str, Any]) -> set[str]:
    return {each["name"] for each in operation["parameters"] if "name" in each}


def shows(schema: dict[str, Any], pointer: list[str]) -> bool:
    """Whether an answer of this schema has what a pointer names."""
    if "$ref" in schema:
        return shows(DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]], pointer)
    if "anyOf" in schema or "oneOf" in schema:
        return any(shows(each, pointer) for each in schema.get("anyOf", schema.get("oneOf", [])))
    if not pointer:
        return True
    first, *rest = pointer
    inner = schema.get("items") if first == "0" else schema.get("properties", {}).get(first)
    return inner is not None and shows(inner, rest)


def test_links_lead_to_operations_by_their_parameters() -> None:
    known = operations()
    links = [
        (operation, response, link)
        for operation in known.values()
        for response in operation["responses"].values()
        for link in response.get("links", {}).values()
    ]
    assert len(links) > 40
    for operation, response, link in links:
        target = known[link["operationId"]]
        required = {each["name"] for each in target["parameters"] if each.get("in") == "path"}
        assert required <= link["parameters"].keys() <= names(target)
        for expression in link["parameters"].values():
            match = EXPRESSION.fullmatch(expression)
            assert match
            place, name = match.groups()
            if place.startswith("request"):
                assert name in names(operation)
            else:
                schema = response["content"]["application/json"]["schema"]
                assert shows(schema, name.split("/")), (operation["operationId"], expression)
