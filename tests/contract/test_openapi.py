"""docs/openapi.json says what the code does, for every route."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from infrastructure import openapi
from infrastructure.examples import example_of
from infrastructure.routes import ROUTES, Route
from parley.http.problems import CONTENT_TYPE

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"
everywhere = pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi.document()


def operation_of(document: dict[str, Any], route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = document["paths"][route.path][route.method.lower()]
    return operation


def test_the_committed_document_is_current(document: dict[str, Any]) -> None:
    assert COMMITTED.read_text(encoding="utf-8") == openapi.render(document), (
        "the code has changed: run `make openapi` and commit docs/openapi.json and events/"
    )


def test_the_document_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    validate(json.loads(openapi.render(document)))


def test_every_reference_leads_somewhere_and_every_schema_is_used(document: dict[str, Any]) -> None:
    used = set(openapi.references(document))
    for reference in used:
        place: Any = document
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]
    schemas = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert schemas <= used


def test_operations_are_named_once(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for item in document["paths"].values() for operation in item.values()]
    assert len(names) == len(set(names)) == len(ROUTES)


@everywhere
def test_every_route_says_who_may_call_and_how_it_refuses(document: dict[str, Any], route: Route) -> None:
    operation = operation_of(document, route)
    assert bool(operation["security"]) is not route.public
    refusals = {int(status): answer for status, answer in operation["responses"].items() if int(status) >= 400}
    assert {500, 503} <= refusals.keys()
    if not route.public:
        assert {400, 401, 403, 422, 429} <= refusals.keys()
    for status, answer in refusals.items():
        response = document["components"]["responses"][answer["$ref"].split("/")[-1]]
        problem = response["content"][CONTENT_TYPE]
        assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}
        assert problem["example"]["status"] == status


@everywhere
def test_every_route_has_words_and_examples(document: dict[str, Any], route: Route) -> None:
    operation = operation_of(document, route)
    assert len(example_of(route).path) == route.path.count("{")
    assert operation["summary"]
    assert not operation["summary"].startswith(("GET", "POST", "PUT", "DELETE"))
    assert operation["tags"] == [route.service]
    assert "application/json" not in operation.get("requestBody", {}).get("content", {}) or (
        "example" in operation["requestBody"]["content"]["application/json"]
    )
    success = [answer for status, answer in operation["responses"].items() if int(status) < 400]
    assert success
    for answer in success:
        assert "X-Request-Id" in answer["headers"]
        for content in answer.get("content", {}).values():
            assert "example" in content or example_of(route).elsewhere, "run `make openapi`"


@everywhere
def test_every_post_takes_an_idempotency_key(document: dict[str, Any], route: Route) -> None:
    parameters = operation_of(document, route).get("parameters", [])
    offered = {"$ref": "#/components/parameters/Idempotency-Key"} in parameters
    assert offered is (route.method == "POST")


def test_path_parameters_are_declared(document: dict[str, Any]) -> None:
    for path, item in document["paths"].items():
        for operation in item.values():
            declared = {p["name"] for p in operation.get("parameters", []) if p.get("in") == "path"}
            assert declared == set(re.findall(r"{(\w+)}", path))
