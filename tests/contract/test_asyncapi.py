"""docs/asyncapi.json says what sockets and webhooks carry."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from infrastructure import openapi
from infrastructure.contract import asyncapi
from infrastructure.contract.events import TYPES, WEBHOOKS_ALONE
from infrastructure.triggered.realtime import SOCKET_FUNCTIONS
from parley.streams.envelope import SOCKETS_ALONE

COMMITTED = Path(__file__).parents[2] / "docs" / "asyncapi.json"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return asyncapi.document()


def test_the_committed_document_is_current(document: dict[str, Any]) -> None:
    assert COMMITTED.read_text(encoding="utf-8") == openapi.render(document), "run `make openapi` and commit"


def test_every_reference_leads_somewhere_and_every_schema_is_used(document: dict[str, Any]) -> None:
    used = set(openapi.references(document))
    for reference in used:
        place: Any = document
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]
    assert {f"#/components/schemas/{name}" for name in document["components"]["schemas"]} <= used


def test_sockets_and_webhooks_carry_what_they_are_told(document: dict[str, Any]) -> None:
    channels = {name: set(channel["messages"]) & set(TYPES) for name, channel in document["channels"].items()}
    assert channels == {"socket": set(TYPES) - WEBHOOKS_ALONE, "webhook": set(TYPES) - SOCKETS_ALONE}


def test_the_actions_are_those_that_functions_answer(document: dict[str, Any]) -> None:
    received = {
        reference["$ref"].split("/")[-1]
        for operation in document["operations"].values()
        if operation["action"] == "receive"
        for reference in operation["messages"]
    }
    answered = {key for function in SOCKET_FUNCTIONS for key in function.trigger.keys if not key.startswith("$")}
    assert received == answered == set(asyncapi.ACTIONS)
    for name, body in asyncapi.ACTIONS.items():
        assert name in get_args(body.model_fields["action"].annotation)


def test_both_documents_show_an_event_alike(document: dict[str, Any]) -> None:
    other = json.loads((COMMITTED.parent / "openapi.json").read_text(encoding="utf-8"))["components"]["schemas"]
    for each in TYPES.values():
        assert document["components"]["schemas"][each.__name__] == other[each.__name__]
