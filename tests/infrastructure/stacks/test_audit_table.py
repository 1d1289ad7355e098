"""The audit log cannot be rewritten: no role may do more to its table than put, or than read where it is shown."""

from typing import Any

import pytest

from infrastructure.routes import ROUTES
from infrastructure.triggered import TRIGGERED
from tests.infrastructure.conftest import Assembly
from tests.support.aws.iam import allows, as_list

READERS = {"operations/list_audit", "jobs/run_export"}
CHANGES = (
    "UpdateItem",
    "DeleteItem",
    "BatchWriteItem",
    "PartiQLUpdate",
    "PartiQLDelete",
    "PartiQLInsert",
    "DeleteTable",
)
LINE = "T#acme#AUDIT#2026"
STAGES = ("dev", "prod", "tenant_bound")


def of_audit(statement: dict[str, Any]) -> list[Any]:
    """The resources of a statement that are the audit table, however the template spells it."""
    return [each for each in as_list(statement["Resource"]) if "Audit" in str(each)]


def statements_of_tables(assembly: Assembly) -> list[tuple[str, dict[str, Any]]]:
    return [
        (name, statement)
        for name, policy in assembly.resources("AWS::IAM::Policy").items()
        for statement in policy["PolicyDocument"]["Statement"]
        if any(action.startswith("dynamodb:") for action in as_list(statement["Action"]))
    ]


def test_grants_put_lines_or_show_them_and_nothing_else() -> None:
    granted: dict[str, set[str]] = {}
    for each in (*ROUTES, *TRIGGERED):
        for grant in each.grants:
            assert (grant.table == "audit") == ("audit" in grant.spaces), each.function
            if grant.table == "audit":
                granted.setdefault(each.function, set()).update(grant.actions)
    assert {function for function, actions in granted.items() if actions == {"Query"}} == READERS
    assert all(actions in ({"PutItem"}, {"Query"}) for actions in granted.values())
    assert len(granted) >= 20


@pytest.mark.parametrize("stage", STAGES)
def test_no_role_may_change_a_line_by_itself_or_in_a_transaction(stage: str, request: pytest.FixtureRequest) -> None:
    """Of every role of every stack: routes, consumers, jobs, and what CDK makes."""
    assembly: Assembly = request.getfixturevalue(stage)
    found = 0
    for name, statement in statements_of_tables(assembly):
        for resource in of_audit(statement):
            found += 1
            assert set(as_list(statement["Action"])) <= {"dynamodb:PutItem", "dynamodb:Query"}, name
            for action in CHANGES:
                for enclosing in ("", "TransactWriteItems"):
                    mine = [statement]
                    assert not allows(
                        mine, f"dynamodb:{action}", resource, [LINE], tenant="acme", enclosing=enclosing
                    ), name
    assert found >= 20


def test_a_role_that_could_delete_lines_would_be_found(dev: Assembly) -> None:
    """The statements of one that may both put lines and delete keys: in a table of their own lines are out of reach."""
    statements = dev.statements("tenants", "delete_key")
    (audit,) = {str(each): each for one in statements for each in of_audit(one)}.values()
    keyed = [one for one in statements if "dynamodb:DeleteItem" in as_list(one["Action"])]
    assert keyed
    assert any(LINE in str(one) or "AUDIT" in str(one["Condition"]) for one in keyed), "ADR 57 names all key spaces"
    assert not allows(statements, "dynamodb:DeleteItem", audit, [LINE], enclosing="TransactWriteItems")
    assert allows(statements, "dynamodb:PutItem", audit, [LINE], enclosing="TransactWriteItems")


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_lines_end_by_their_time_to_live_and_come_back_with_the_table(
    stage: str, request: pytest.FixtureRequest
) -> None:
    assembly: Assembly = request.getfixturevalue(stage)
    tables = assembly.resources("AWS::DynamoDB::GlobalTable", "data")
    (table,) = (each for each in tables.values() if each["TableName"] == f"parley-{stage}-audit")
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    (replica,) = table["Replicas"]
    assert replica["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert "StreamSpecification" not in table
    assert "KinesisStreamSpecification" not in replica


def test_functions_know_how_long_a_line_is_kept(dev: Assembly) -> None:
    days = {
        function["Environment"]["Variables"].get("AUDIT_DAYS")
        for function in dev.resources("AWS::Lambda::Function").values()
        if "AUDIT_TABLE" in function.get("Environment", {}).get("Variables", {})
    }
    assert days == {"400"}
