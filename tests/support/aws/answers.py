"""Answers and events held to their schemas: they have all that these require, and nothing beside it."""

import copy
import functools
import json
from pathlib import Path
from typing import Any, cast

import jsonschema_rs

from infrastructure.contract.events import TYPES
from infrastructure.contract.socket_answers import ANSWERS, SocketError
from infrastructure.routes import Route
from parley.wire import Answer

DOCUMENT = Path(__file__).parents[3] / "docs" / "openapi.json"
OPEN = frozenset({"Problem"})
"""Schemas that say themselves that more members may come."""


@functools.cache
def document() -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(DOCUMENT.read_text(encoding="utf-8")))


def check_answer(route: Route, status: int, content_type: str, body: Any) -> None:
    """Fail where a status, its type or its body is not as the document promises of the route."""
    content = _content(route, status)
    name = f"{route.function} {status}"
    if not content_type:
        assert not content or body is None, f"{name} has no body"
        return
    if content_type not in content:
        assert body is None, f"{name} gives {content_type}, which is not in the document"
        return
    wrong = [
        f"{error.instance_path}: {error.message}" for error in _validator(route, status, content_type).iter_errors(body)
    ]
    assert not wrong, f"{name} does not fit its schema (`make openapi` writes it anew): {wrong[:5]}"


@functools.cache
def _content(route: Route, status: int) -> dict[str, Any]:
    responses = document()["paths"][route.path][route.method.lower()]["responses"]
    assert str(status) in responses, f"{status} of {route.function} is not in the document"
    response = responses[str(status)]
    if "$ref" in response:
        response = document()["components"]["responses"][response["$ref"].split("/")[-1]]
    return cast("dict[str, Any]", response.get("content", {}))


@functools.cache
def _validator(route: Route, status: int, content_type: str) -> jsonschema_rs.Draft202012Validator:
    return compiled(json.dumps(_content(route, status)[content_type]["schema"], sort_keys=True))


@functools.cache
def compiled(schema: str) -> jsonschema_rs.Draft202012Validator:
    """What checks a schema of the document, written as JSON."""
    return jsonschema_rs.Draft202012Validator(
        closed(json.loads(schema)) | {"components": _components()}, validate_formats=True
    )


@functools.cache
def _components() -> dict[str, Any]:
    schemas = document()["components"]["schemas"]
    return {"schemas": {name: schema if name in OPEN else closed(schema) for name, schema in schemas.items()}}


def check_event(event: Any) -> None:
    """Fail where an event that is sent is not as the schema of its type has it."""
    _check(event, TYPES[event["type"]])


def check_socket_answer(action: str, answer: Any) -> None:
    """Fail where an action is answered otherwise than its schema says."""
    acknowledged, refused = ANSWERS.get(action, (SocketError, SocketError))
    _check(answer, refused if answer["type"] == "error" else acknowledged)


def _check(sent: Any, schema: type[Answer]) -> None:
    wrong = [f"{error.instance_path}: {error.message}" for error in _of_class(schema).iter_errors(sent)]
    assert not wrong, f"{sent} is no {schema.__name__}: {wrong[:5]}"


@functools.cache
def _of_class(schema: type[Answer]) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        closed(schema.model_json_schema(mode="serialization")), validate_formats=True
    )


def closed(schema: Any) -> Any:
    """The same schema, whose objects have no member that it does not name."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return copy.copy(schema)
    parts = {name: closed(part) for name, part in schema.items()}
    if isinstance(parts.get("properties"), dict) and parts.get("type") == "object":
        parts.setdefault("additionalProperties", False)
    return parts
