"""Transactions are allowed whichever way AWS reads `dynamodb:LeadingKeys` in them: of all actions, or of each."""

from typing import Any

import pytest

from infrastructure.access import KEY_PATTERNS
from infrastructure.routes import ROUTES, Route
from tests.infrastructure.conftest import Assembly
from tests.infrastructure.test_roles import example_key, table_of
from tests.support.aws.gateway import invoke
from tests.support.aws.iam import allows
from tests.support.dynamodb.client_calls import before_calls
from tests.support.people.world import example_world
from tests.tools.record_events import make_event

TRANSACTION = "TransactWriteItems"
ACTIONS = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
WRITING = [route for route in ROUTES if route.method != "GET" and route.grants]
FEWEST = 12
"""Routes whose examples make a transaction of several key spaces."""

Write = tuple[str, str, str]
"""An action, a table, and the partition key."""


def transactions(route: Route) -> list[list[Write]]:
    """The transactions that the route's example makes."""
    seen: list[list[Write]] = []

    def note(operation: str, parameters: dict[str, Any]) -> None:
        if operation == TRANSACTION:
            pairs = [next(iter(each.items())) for each in parameters["TransactItems"]]
            seen.append(
                [(ACTIONS[kind], one["TableName"], (one.get("Key") or one["Item"])["pk"]["S"]) for kind, one in pairs]
            )

    with example_world(), before_calls(note):
        invoke(make_event(route))
    return seen


def test_every_transaction_of_the_examples_is_allowed_under_either_reading(tables: None, dev: Assembly) -> None:
    several = 0
    for route in WRITING:
        statements = dev.statements(route.service, route.endpoint)
        for writes in transactions(route):
            keys = [key for _, _, key in writes]
            for action, table, key in writes:
                resource = table_of(statements, table.partition("-")[0], None)
                for named in ([key], keys):
                    assert allows(statements, f"dynamodb:{action}", resource, named, enclosing=TRANSACTION), (
                        f"{route.function}: {action} of {key} in a transaction that names {named}"
                    )
            several += len({key.split("#")[2] if key.count("#") > 1 else "" for key in keys}) > 1
    assert several >= FEWEST


@pytest.mark.parametrize("route", WRITING, ids=lambda each: each.purpose)
def test_a_transaction_opens_no_key_space_that_the_role_writes_to_nowhere(route: Route, dev: Assembly) -> None:
    statements = dev.statements(route.service, route.endpoint)
    written = {
        space
        for grant in route.grants
        if grant.index is None and set(ACTIONS.values()) & set(grant.actions)
        for space in grant.spaces
    }
    for table in ("chat", "control", "audit"):
        resource = table_of(statements, table, None)
        for space in set(KEY_PATTERNS) - written:
            for action in ACTIONS.values():
                key = [example_key(space)]
                assert not allows(statements, f"dynamodb:{action}", resource, key, enclosing=TRANSACTION), (
                    space,
                    action,
                )
