"""Every role allows exactly what its function's grants say, and reaches no other key space."""

import json
from collections import Counter
from typing import Any, get_args

import pytest

from infrastructure.access import KEY_PATTERNS, Grant, KeySpace, Table
from infrastructure.names import OPERATOR_KEY
from infrastructure.routes import ROUTES, Route
from infrastructure.triggered.identity import AUTHORIZER
from infrastructure.uses.secrets import Secret
from tests.infrastructure.conftest import Assembly
from tests.support.aws.iam import allows, as_list
from tests.support.aws.resolved import Templates

EXACTLY_NAMED = {"dynamodb", "kinesis", "kms", "secretsmanager", "sqs"}
"""Services whose resources a policy names in full."""
NAMED_BY_USE = {"dynamodb:DescribeExport": "dynamodb"}
"""Actions of these services on what has no name before it is made."""
OF_NO_RESOURCE = {"translate:TranslateText", "comprehend:DetectDominantLanguage"}
"""Actions on nothing that has a name: what they are given is in the call."""
SECRET_READERS = {"identity/authorizer", "identity/mint_token"}
"""Who may read tenants' signing secrets: the function that verifies tokens, and the one that signs them."""

READS = ("GetItem", "BatchGetItem", "Query")
ACTIONS = (*READS, "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "Scan", "ConditionCheckItem")
FUNCTIONS = {each.function: each.grants for each in (AUTHORIZER, *ROUTES)}


def example_key(space: KeySpace) -> str:
    return KEY_PATTERNS[space].like.replace("*", "x1")


def table_of(statements: list[dict[str, Any]], table: str, index: str | None) -> Any:
    """The resource in the role's statements that is this table or index, however the template spells it."""
    resources = [
        resource
        for statement in statements
        if "dynamodb:" in str(statement["Action"])
        for resource in as_list(statement["Resource"])
    ]
    for resource in resources:
        text = str(resource)
        if f"{table.capitalize()}" in text and (f"/index/{index}" in text if index else "/index/" not in text):
            return resource
    return None


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_role_allows_exactly_its_grants(function: str, dev: Assembly) -> None:
    grants = FUNCTIONS[function]
    statements = dev.statements(*function.split("/"))
    indexes = {(grant.table, grant.index) for grant in grants} | {(table, None) for table in get_args(Table)}
    for table, index in indexes:
        resource = table_of(statements, table, index)
        for action in ACTIONS:
            for space in KEY_PATTERNS:
                granted = any(
                    (grant.table, grant.index) == (table, index) and action in grant.actions and space in grant.spaces
                    for grant in grants
                )
                key = example_key(space)
                allowed = resource is not None and allows(statements, f"dynamodb:{action}", resource, [key])
                assert allowed == granted, f"{function}: {action} on {key} of {table} {index or ''}"


def test_a_batch_may_mix_the_key_spaces_of_its_grant_and_no_others(dev: Assembly) -> None:
    statements = dev.statements("identity", "authorizer")
    (batch,) = (grant for grant in AUTHORIZER.grants if grant.table == "chat" and "BatchGetItem" in grant.actions)
    chat = table_of(statements, "chat", None)
    granted = [example_key(space) for space in batch.spaces]
    assert allows(statements, "dynamodb:BatchGetItem", chat, granted)
    for space in set(KEY_PATTERNS) - set(batch.spaces):
        assert not allows(statements, "dynamodb:BatchGetItem", chat, [*granted, example_key(space)])


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_the_authorizer_and_the_token_function_read_signing_secrets(function: str, prod: Assembly) -> None:
    statements = prod.statements(*function.split("/"))
    control = table_of(statements, "control", None)
    can_read = control is not None and any(
        allows(statements, f"dynamodb:{action}", control, [example_key("secrets")]) for action in READS
    )
    assert can_read == (function in SECRET_READERS)
    touches = any("secrets" in grant.spaces for grant in FUNCTIONS[function])
    denied = any(statement.get("Sid") == "NoTenantSecrets" for statement in statements)
    assert denied == (bool(FUNCTIONS[function]) and not touches)


def test_policies_fit_into_a_role(prod: Assembly, tenant_bound: Assembly, traced: Assembly) -> None:
    """IAM takes 10,240 characters of inline policies, whatever partition, region and ids an account's ARNs have."""
    for assembly in (prod, tenant_bound, traced):
        templates = Templates(assembly.stage, assembly.templates)
        sizes: Counter[str] = Counter()
        for name, policy in assembly.resources("AWS::IAM::Policy").items():
            stack = name.partition("/")[0]
            document = json.dumps(templates.resolve(policy["PolicyDocument"], stack), separators=(",", ":"))
            for role in policy["Roles"]:
                sizes[f"{stack}/{role['Ref']}"] += len(document)
        largest, size = sizes.most_common(1)[0]
        assert size <= 10_240, largest


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_no_policy_allows_all_of_a_service_or_any_table(stage: str, request: pytest.FixtureRequest) -> None:
    """Objects of a bucket, paths of a domain and connections of an API have names that only use gives them."""
    assembly: Assembly = request.getfixturevalue(stage)
    policies = assembly.resources("AWS::IAM::Policy")
    assert policies
    for name, policy in policies.items():
        for statement in policy["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Allow":
                actions = as_list(statement["Action"])
                assert not [action for action in actions if action == "*" or action.endswith(":*")], name
                assert OF_NO_RESOURCE.issuperset(actions) or "*" not in as_list(statement["Resource"]), name
                if any(action.split(":")[0] in EXACTLY_NAMED - {NAMED_BY_USE.get(action)} for action in actions):
                    assert not [resource for resource in as_list(statement["Resource"]) if "*" in str(resource)], name


def test_a_role_serves_one_function_and_has_no_managed_policy(dev: Assembly) -> None:
    functions = dev.resources("AWS::Lambda::Function")
    roles = [(name.split("/")[0], properties["Role"]["Fn::GetAtt"][0]) for name, properties in functions.items()]
    assert len(set(roles)) == len(roles) >= len(FUNCTIONS)
    for name, role in dev.resources("AWS::IAM::Role").items():
        assert "ManagedPolicyArns" not in role, name


def test_the_operator_key_is_read_only_where_it_is_named(prod: Assembly) -> None:
    named = {each.function for each in (AUTHORIZER, *ROUTES) if Secret(OPERATOR_KEY) in each.uses}
    for function in FUNCTIONS:
        readable = [
            str(statement["Resource"])
            for statement in prod.statements(*function.split("/"))
            if "secretsmanager:GetSecretValue" in as_list(statement["Action"])
        ]
        assert any("OperatorKey" in secret for secret in readable) == (function in named)


def test_the_tables_key_is_used_only_through_the_services_that_hold_the_data(prod: Assembly) -> None:
    for function, grants in FUNCTIONS.items():
        uses = [s for s in prod.statements(*function.split("/")) if str(s["Action"]).count("kms:")]
        assert bool(uses) == bool(grants), function
        for statement in uses:
            via = statement["Condition"]["StringEquals"]["kms:ViaService"]
            assert via.split(".")[0] in {"dynamodb", "secretsmanager"}


def test_grants_name_no_key_space_twice(route: Route) -> None:
    seen: set[tuple[str, str | None, str, str]] = set()
    for grant in route.grants:
        for use in _uses(grant):
            assert use not in seen, f"{route.function} grants {use} twice"
            seen.add(use)


def _uses(grant: Grant) -> list[tuple[str, str | None, str, str]]:
    return [(grant.table, grant.index, action, space) for action in grant.actions for space in grant.spaces]
