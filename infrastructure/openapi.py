"""The OpenAPI 3.1 document, which `make openapi` writes.

Powertools describes what each function takes and gives; Powertools' `OpenAPIMerge` makes one document of that. What all
routes share is added here, from the same data that deploys them: security, problems, headers, examples.
"""

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from aws_lambda_powertools.event_handler.openapi.merge import OpenAPIMerge

from infrastructure import openapi_shared as shared
from infrastructure.contract import events, webhooks
from infrastructure.contract.links import links_of
from infrastructure.contract.samples import sample
from infrastructure.contract.words import with_words
from infrastructure.examples import Example, find_example, parameters_of
from infrastructure.routes import ROUTES, Route

ANSWERS = Path(__file__).parents[1] / "events" / "answers"
POWERTOOLS_ERRORS = ("HTTPValidationError", "ValidationError", "ResponseValidationError")
JSON = "application/json"
Schema = dict[str, Any]


def document() -> Schema:
    """The whole document, the same for the same code."""
    merge = OpenAPIMerge(
        title="Parley",
        version="1.0.0",
        summary="Chat as a service: messaging, media and search for other people's apps",
        description=shared.DESCRIPTION,
        on_conflict="error",
    )
    handlers = {route: _describe(route) for route in ROUTES}
    for described in _qualify({route: described for route, (described, _) in handlers.items()}).values():
        merge.add_schema(described)
    merged = merge.get_openapi_schema()
    schemas = merged["components"]["schemas"] = (
        events.components() | merged["components"]["schemas"] | shared.SCHEMAS | webhooks.schemas()
    )
    for route, (_, powertools_route) in handlers.items():
        path_item = merged["paths"][route.path]
        path_item[route.method.lower()] = _operation(route, path_item[route.method.lower()], powertools_route, schemas)
    components = merged["components"]
    for name in POWERTOOLS_ERRORS:
        components["schemas"].pop(name, None)
    components["schemas"] = dict(sorted(components["schemas"].items()))
    components |= {
        "securitySchemes": shared.SECURITY_SCHEMES,
        "headers": shared.HEADERS,
        "parameters": shared.PARAMETERS | webhooks.PARAMETERS,
        "responses": shared.RESPONSES,
    }
    services = {route.service for route in ROUTES}
    merged["tags"] = [tag for tag in shared.TAGS if tag["name"] in services]
    merged["webhooks"] = webhooks.section()
    merged["servers"] = shared.SERVERS
    merged["info"]["contact"] = shared.CONTACT
    merged["paths"] = dict(sorted(merged["paths"].items()))
    return cast("Schema", tidied(merged))


def _describe(route: Route) -> tuple[Schema, Any]:
    """What Powertools knows of a function's route, as data and as its own object."""
    module: Any = importlib.import_module(f"functions.{route.function.replace('/', '.')}")
    described = module.api.get_openapi_schema().model_dump(by_alias=True, exclude_none=True, mode="json")
    routes: list[Any] = module.api._static_routes + module.api._dynamic_routes  # noqa: SLF001 - no public way
    if len(routes) != 1:
        raise ValueError(f"{route.function} answers {len(routes)} routes; a function answers one")
    return described, routes[0]


def _qualify(described: dict[Route, Schema]) -> dict[Route, Schema]:
    """Two services may mean different things by one name: such a schema gets its service's name before its own."""
    meanings: dict[str, set[str]] = {}
    for one in described.values():
        for name, schema in one.get("components", {}).get("schemas", {}).items():
            meanings.setdefault(name, set()).add(json.dumps(schema, sort_keys=True))
    ambiguous = {name for name, schemas in meanings.items() if len(schemas) > 1}
    return {route: _renamed(one, ambiguous, route.service.title()) for route, one in described.items()}


def _renamed(described: Schema, names: set[str], prefix: str) -> Schema:
    schemas = described.get("components", {}).get("schemas", {})
    text = json.dumps(described | {"components": {"schemas": {}}} if schemas else described)
    inner = json.dumps(list(schemas.values()))
    for name in names & schemas.keys():
        old, new = f'"#/components/schemas/{name}"', f'"#/components/schemas/{prefix}{name}"'
        text, inner = text.replace(old, new), inner.replace(old, new)
    renamed: Schema = json.loads(text)
    if schemas:
        keys = [prefix + name if name in names else name for name in schemas]
        renamed["components"]["schemas"] = dict(zip(keys, json.loads(inner), strict=True))
    return renamed


def _operation(route: Route, operation: Schema, powertools_route: Any, schemas: Schema) -> Schema:
    summary, description = _words(powertools_route.func)
    dependencies = {node.depends.dependency.__name__ for node in powertools_route.dependant.dependencies}
    named: Schema = {
        "tags": [route.service],
        "summary": summary,
        **({"description": description} if description else {}),
        "operationId": route.endpoint,
        "security": shared.security_of(dependencies, public=route.public),
        "parameters": _parameters(route, operation, dependencies),
    }
    if "requestBody" in operation:
        named["requestBody"] = _request_body(route, operation["requestBody"])
    named["responses"] = _responses(route, operation, powertools_route.status_code or 200, named["parameters"], schemas)
    return named


def _words(function: Any) -> tuple[str, str]:
    """Summary and description: the function's module says `GET /path: what it does.`, further paragraphs say more."""
    first, _, rest = (sys.modules[function.__module__].__doc__ or "").strip().partition("\n\n")
    said = " ".join(first.split()).partition(": ")[2] or " ".join(first.split())
    return said[:1].upper() + said[1:].removesuffix("."), rest.strip()


def _parameters(route: Route, operation: Schema, dependencies: set[str]) -> list[Schema]:
    examples = _known_parameters(route)
    parameters: list[Schema] = []
    for parameter in operation.get("parameters", []):
        name = shared.HEADER_NAMES.get(parameter["name"], parameter["name"])
        if name in shared.PARAMETERS:
            parameters.append(shared.parameter_reference(name))
        else:
            example = {"example": _typed(examples[name])} if name in examples else {}
            parameters.append(with_words(parameter | {"name": name}) | example)
    references = [parameter.get("$ref") for parameter in parameters]
    if route.method == "POST" and shared.parameter_reference("Idempotency-Key")["$ref"] not in references:
        parameters.append(shared.parameter_reference("Idempotency-Key"))
    if route.method == "GET" and "ETag" in _recorded(route).get("headers", {}):
        parameters.append(shared.parameter_reference("If-None-Match"))
    if dependencies & {"current_caller", "any_caller"}:
        parameters.append(shared.parameter_reference("X-Acting-User"))
    if "current_moderator" in dependencies:
        parameters.append(shared.PARAMETERS["X-Acting-User"] | {"required": True})
    return parameters


def _example(route: Route) -> Example:
    """The route's example; a blank one while there is none, which the contract tests tell."""
    return find_example(route) or Example()


def _known_parameters(route: Route) -> dict[str, str]:
    example = _example(route)
    return (parameters_of(route) if example.path else {}) | example.query


def _typed(text: str) -> object:
    return int(text) if text.isdecimal() else {"true": True, "false": False}.get(text, text)


def _request_body(route: Route, body: Schema) -> Schema:
    content = body["content"][JSON]
    example = _example(route).body
    return body | {"content": {JSON: content | ({} if example is None else {"example": example})}}


def _recorded(route: Route) -> Schema:
    """The answer that was recorded for the route's example; empty where there is none."""
    file = ANSWERS / f"{route.function}.json"
    return cast("Schema", json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}


def _responses(route: Route, operation: Schema, status: int, parameters: list[Schema], schemas: Schema) -> Schema:
    success = dict(operation["responses"].get(str(status), {}))
    content = success.get("content", {}).get(JSON, {})
    recorded = _recorded(route)
    headers = shared.success_headers(
        route, recorded=recorded.get("headers", {}), is_redirect=status in shared.REDIRECTS
    )
    described: Schema = {
        "description": shared.SUCCESS[status],
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in headers},
    }
    if content and status not in {shared.NO_CONTENT, *shared.REDIRECTS}:
        body = recorded.get("body")
        shown = sample(content["schema"], schemas) if body is None else body
        described["content"] = {JSON: content | {"example": shown}}
    if links := links_of(
        route.endpoint, parameters, described.get("content", {}).get(JSON, {}).get("schema", {}), schemas
    ):
        described["links"] = links
    responses = {str(status): described}
    for other, meaning in _example(route).other_statuses.items():
        responses[str(other)] = described | {"description": meaning}
        if other == shared.NO_CONTENT:
            responses[str(other)].pop("content", None)
            responses[str(other)].pop("links", None)
    names = {parameter.get("$ref", "").split("/")[-1] for parameter in parameters}
    if "If-None-Match" in names:
        tagged = {name: {"$ref": f"#/components/headers/{name}"} for name in ("X-Request-Id", "ETag")}
        responses[str(shared.NOT_MODIFIED)] = {"description": "The client has it as it is", "headers": tagged}
    for error in shared.errors_of(route, conditional="If-Match" in names):
        responses[str(error)] = {"$ref": f"#/components/responses/{shared.RESPONSE_NAMES[error]}"}
    return dict(sorted(responses.items()))


def tidied(value: Any) -> Any:
    """Drop the titles that Pydantic derives from names, and write whole numbers as such."""
    if isinstance(value, list):
        return [tidied(element) for element in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, dict):
        return value
    is_schema = bool(value.keys() & {"type", "anyOf", "allOf", "$ref", "enum", "const", "oneOf"})
    return {
        name: part if name in {"example", "examples"} else tidied(part)
        for name, part in value.items()
        if not (is_schema and name == "title" and isinstance(part, str))
    }


def references(value: Any) -> Iterator[str]:
    """Every `$ref` in a document."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


def render(openapi: Schema) -> str:
    return json.dumps(openapi, indent=2, ensure_ascii=False) + "\n"
