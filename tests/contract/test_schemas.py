"""Schemas say what is always there, examples fit them, and ids lead on."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infrastructure import openapi
from infrastructure.contract import links
from infrastructure.contract.events import TYPES
from parley.streams.envelope import EVENT_TYPES, Event
from tests.support.aws.answers import OPEN, compiled, document

OPERATIONS = {
    operation["operationId"]: operation for item in document()["paths"].values() for operation in item.values()
}
everywhere = pytest.mark.parametrize("name", sorted(OPERATIONS))


def successes(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for status, answer in operation["responses"].items():
        if int(status) < 300 and "content" in answer:
            yield answer


def reached(schema: Any) -> set[str]:
    """The names of all schemas that a schema leads to."""
    names: set[str] = set()
    waiting = [schema]
    while waiting:
        for reference in openapi.references(waiting.pop()):
            name = reference.split("/")[-1]
            if name not in names and reference.startswith("#/components/schemas/"):
                names.add(name)
                waiting.append(document()["components"]["schemas"][name])
    return names


@everywhere
def test_an_answer_requires_every_field(name: str) -> None:
    for answer in successes(OPERATIONS[name]):
        for each in reached(answer["content"]) - OPEN:
            schema = document()["components"]["schemas"][each]
            assert set(schema.get("properties", {})) == set(schema.get("required", [])), each


@everywhere
def test_examples_fit_their_schemas(name: str) -> None:
    operation = OPERATIONS[name]
    contents = [content for answer in successes(operation) for content in answer["content"].values()]
    contents += operation.get("requestBody", {}).get("content", {}).values()
    for content in contents:
        wrong = [str(error) for error in compiled(json.dumps(content["schema"])).iter_errors(content["example"])]
        assert not wrong
    for parameter in operation["parameters"]:
        if "example" in parameter:
            wrong = [
                str(error) for error in compiled(json.dumps(parameter["schema"])).iter_errors(parameter["example"])
            ]
            assert not wrong, parameter["name"]


@everywhere
def test_every_operation_and_parameter_is_described(name: str) -> None:
    operation = OPERATIONS[name]
    assert len(operation["description"]) >= 10
    assert set(operation["tags"]) <= {tag["name"] for tag in document()["tags"]}
    assert all("$ref" in parameter or parameter["description"] for parameter in operation["parameters"])


@everywhere
def test_every_id_of_an_answer_leads_to_what_it_names(name: str) -> None:
    operation = OPERATIONS[name]
    for answer in successes(operation):
        schema = next(iter(answer["content"].values()))["schema"]
        led = {link["operationId"] for link in answer.get("links", {}).values()}
        for kind, _ in links.ids_in(schema, document()["components"]["schemas"]):
            target, parameter = links.SHOWN_BY[kind]
            beside = set(links.PATHS[target]) - {parameter}
            assert target in led | {name} or not beside <= set(links.PATHS[name]), (kind, target)
        for link in answer.get("links", {}).values():
            known = {parameter.get("name") for parameter in OPERATIONS[link["operationId"]]["parameters"]}
            assert link["parameters"].keys() <= known


def test_each_type_of_event_has_a_class_with_the_fields_of_the_envelope() -> None:
    assert set(TYPES) == set(EVENT_TYPES)
    for name, each in TYPES.items():
        assert each.model_fields.keys() == Event.model_fields.keys(), name
