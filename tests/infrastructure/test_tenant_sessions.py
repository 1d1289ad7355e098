"""`-c tenant_sessions=true`: what functions that act for one tenant may reach, with its tag and without."""

from typing import Any

import pytest
from cfnlint import ManualArgs, lint_file

from infrastructure.access import KEY_PATTERNS, KeySpace
from infrastructure.routes import ROUTES, Route
from infrastructure.settings import InvalidContext, Settings
from tests.infrastructure.conftest import ALARM_TOPIC, Assembly
from tests.infrastructure.stacks.test_stacks import findings
from tests.infrastructure.test_roles import ACTIONS, table_of
from tests.support.aws.iam import allows

BOUND = [route for route in ROUTES if route.acts_for_one_tenant]
FREE = [route for route in ROUTES if not route.acts_for_one_tenant]


def key_of(space: KeySpace, tenant: str) -> str:
    return KEY_PATTERNS[space].like.replace("*", tenant, 1).replace("*", "x1")


@pytest.mark.parametrize("route", BOUND, ids=lambda route: route.purpose)
def test_a_session_reaches_what_its_role_is_granted_of_its_tenant_alone(route: Route, tenant_bound: Assembly) -> None:
    statements = tenant_bound.statements(route.service, route.endpoint)
    for table, index in {(grant.table, grant.index) for grant in route.grants}:
        resource = table_of(statements, table, index)
        for action in ACTIONS:
            for space in KEY_PATTERNS:
                granted = any(
                    (grant.table, grant.index) == (table, index) and action in grant.actions and space in grant.spaces
                    for grant in route.grants
                )
                own, others = key_of(space, "acme"), key_of(space, "globex")
                ours = "_system" in own
                assert allows(statements, f"dynamodb:{action}", resource, [own], tenant="acme") == granted
                assert allows(statements, f"dynamodb:{action}", resource, [others], tenant="acme") == (granted and ours)
                assert allows(statements, f"dynamodb:{action}", resource, [own]) == (granted and ours)


def test_the_operators_routes_are_as_they_were(tenant_bound: Assembly, dev: Assembly) -> None:
    """Their callers are of no tenant that they work on."""
    assert {route.service for route in FREE} == {"tenants", "search", "media", "webhooks", "operations"}
    for route in FREE:
        assert tenant_bound.statements(route.service, route.endpoint) == dev.statements(route.service, route.endpoint)


@pytest.mark.parametrize("route", [BOUND[0], BOUND[-1]], ids=lambda route: route.purpose)
def test_a_role_opens_sessions_of_itself_with_one_tag_once(route: Route, tenant_bound: Assembly) -> None:
    function = tenant_bound.function(route.service, route.endpoint)
    role = tenant_bound.templates[route.service]["Resources"][function["Role"]["Fn::GetAtt"][0]]["Properties"]
    arn = function["Environment"]["Variables"]["TENANT_ROLE"]
    assert role["RoleName"] == f"{function['FunctionName']}-us-east-1"
    assert str(arn).count(role["RoleName"]) == 1
    by_lambda, by_itself = role["AssumeRolePolicyDocument"]["Statement"]
    assert by_lambda["Principal"] == {"Service": "lambda.amazonaws.com"}
    assert sorted(by_itself["Action"]) == ["sts:AssumeRole", "sts:TagSession"]
    assert by_itself["Condition"] == {
        "ArnEquals": {"aws:PrincipalArn": arn},
        "StringLike": {"aws:RequestTag/tenant": "?*"},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["tenant"]},
    }
    (own,) = [
        each for each in tenant_bound.statements(route.service, route.endpoint) if each.get("Sid") == "TenantSessions"
    ]
    assert own["Resource"] == arn
    assert own["Condition"] == {"Null": {"aws:PrincipalTag/tenant": "true"}}


def test_names_of_roles_fit(tenant_bound: Assembly) -> None:
    names = [role["RoleName"] for role in tenant_bound.resources("AWS::IAM::Role").values() if "RoleName" in role]
    assert len(names) == len(set(names)) >= len(BOUND)
    longest = max(names, key=len).replace("parley-dev", "parley-prod").replace("us-east-1", "ap-southeast-2")
    assert len(longest) <= 64


def test_by_default_no_session_is_bound(dev: Assembly) -> None:
    assert "TENANT_ROLE" not in str(dev.templates)
    assert "PrincipalTag" not in str(dev.templates)


def test_cdk_nag_and_cfn_lint_find_nothing(tenant_bound: Assembly) -> None:
    assert findings(tenant_bound.report) == []
    checks = ManualArgs(ignore_checks=["W3005"], regions=["us-east-1"])
    for stack in ("messaging", "users"):
        template = tenant_bound.folder / f"parley-dev-{stack}.template.json"
        assert [str(finding) for finding in lint_file(template, config=checks)] == [], stack


def test_the_setting_is_read_as_it_is_written() -> None:
    def given(stage: str, **context: Any) -> Settings:
        return Settings.from_context({"stage": stage, "alarm_topic_arn": ALARM_TOPIC, **context}.get)

    assert given("prod", tenant_sessions="true").tenant_sessions is True
    assert given("prod").tenant_sessions is False
    assert given("local", tenant_sessions="true").tenant_sessions is False, "an emulator evaluates no tags"
    with pytest.raises(InvalidContext, match="STS"):
        given("prod", tenant_sessions="true", search_vpc="true")
