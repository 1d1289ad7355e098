"""`-c search_vpc=true`: the search engine in a VPC, and everything that uses it there with it."""

from typing import Any

import pytest
from cfnlint.api import ManualArgs, lint_file

from infrastructure.routes import ROUTES
from infrastructure.settings import InvalidContext, Settings
from infrastructure.triggered import TRIGGERED
from infrastructure.uses.search import Engine
from tests.infrastructure.conftest import Assembly
from tests.infrastructure.stacks.test_stacks import findings
from tests.support.aws.iam import as_list

FUNCTION = "AWS::Lambda::Function"
INSIDE = {
    f"{each.service}-{each.endpoint}"
    for each in (*ROUTES, *TRIGGERED)
    if any(isinstance(use, Engine) for use in each.uses)
}
BY_ENDPOINT = {"dynamodb", "s3"}
WITHIN = {"es"}
FROM_OUTSIDE = {
    "ec2": "Lambda makes the interfaces",
    "kinesis": "Lambda polls the stream",
    "kms": "the service that holds the data asks KMS",
    "logs": "Lambda writes the logs",
}


@pytest.fixture
def placed(private_search: Assembly) -> dict[str, dict[str, Any]]:
    """The functions in a VPC, by their names after the prefix."""
    functions = private_search.resources(FUNCTION).values()
    return {one["FunctionName"].removeprefix("parley-prod-"): one for one in functions if "VpcConfig" in one}


def test_the_domain_is_in_three_isolated_subnets(private_search: Assembly) -> None:
    (domain,) = private_search.resources("AWS::OpenSearchService::Domain").values()
    assert len(domain["VPCOptions"]["SubnetIds"]) == 3
    assert len(domain["VPCOptions"]["SecurityGroupIds"]) == 1
    for kind in ("InternetGateway", "NatGateway", "EIP"):
        assert private_search.resources(f"AWS::EC2::{kind}") == {}
    zones = [subnet["AvailabilityZone"] for subnet in private_search.resources("AWS::EC2::Subnet").values()]
    assert len({str(zone) for zone in zones}) == 3
    assert len(private_search.resources("AWS::EC2::FlowLog", "search-engine")) == 1


def test_whatever_uses_the_engine_and_nothing_else_is_there(placed: dict[str, dict[str, Any]]) -> None:
    assert set(placed) == INSIDE
    places = {str(one["VpcConfig"]["SubnetIds"]) for one in placed.values()}
    assert all(len(one["VpcConfig"]["SubnetIds"]) == 3 for one in placed.values())
    assert len(places) <= 2, "by a reference in the engine's stack, by an import in others"


def test_the_engine_takes_connections_from_these_functions_alone(private_search: Assembly) -> None:
    groups = private_search.resources("AWS::EC2::SecurityGroup", "search-engine")
    (domain,) = (name for name in groups if "Domain" in name)
    (functions,) = (name for name in groups if "Functions" in name)
    rules = list(private_search.resources("AWS::EC2::SecurityGroupIngress").values())
    assert [(rule["FromPort"], rule["ToPort"], rule["IpProtocol"]) for rule in rules] == [(443, 443, "tcp")]
    assert domain.rpartition("/")[2] in str(rules[0]["GroupId"])
    assert functions.rpartition("/")[2] in str(rules[0]["SourceSecurityGroupId"])
    assert all("SecurityGroupIngress" not in group for group in groups.values())
    (egress,) = groups[functions]["SecurityGroupEgress"]
    assert (egress["FromPort"], egress["ToPort"]) == (443, 443)


def test_each_service_that_these_functions_call_can_be_reached(
    private_search: Assembly, placed: dict[str, dict[str, Any]]
) -> None:
    """A function here that is granted another service needs an endpoint for it, or would wait for nothing."""
    endpoints = private_search.resources("AWS::EC2::VPCEndpoint", "search-engine").values()
    reached = {str(one["ServiceName"]).rpartition(".")[2].strip("']}") for one in endpoints}
    assert reached == BY_ENDPOINT
    assert all(len(one["RouteTableIds"]) == 3 for one in endpoints)
    called: set[str] = set()
    for name, function in placed.items():
        role = function["Role"]["Fn::GetAtt"][0]
        policies = [
            policy
            for key, policy in private_search.resources("AWS::IAM::Policy").items()
            if policy["Roles"] == [{"Ref": role}]
        ]
        assert policies, name
        statements = [one for policy in policies for one in policy["PolicyDocument"]["Statement"]]
        allowed = [str(action) for one in statements if one["Effect"] == "Allow" for action in as_list(one["Action"])]
        assert "ec2:CreateNetworkInterface" in allowed, name
        called |= {action.partition(":")[0] for action in allowed}
    assert called <= reached | WITHIN | set(FROM_OUTSIDE), "give the network an endpoint"
    assert called >= BY_ENDPOINT


def test_cdk_nag_and_cfn_lint_find_nothing(private_search: Assembly) -> None:
    assert findings(private_search.report) == []
    settings = ManualArgs(ignore_checks=["W3005"], regions=["us-east-1"])
    for stack in ("search-engine", "search-pipeline", "search"):
        template = private_search.folder / f"parley-prod-{stack}.template.json"
        assert [str(finding) for finding in lint_file(template, config=settings)] == [], stack


def test_without_the_setting_nothing_is_in_a_vpc(prod: Assembly) -> None:
    assert prod.resources("AWS::EC2::VPC") == {}
    assert [one for one in prod.resources(FUNCTION).values() if "VpcConfig" in one] == []
    (domain,) = prod.resources("AWS::OpenSearchService::Domain").values()
    assert "VPCOptions" not in domain


def test_the_setting_is_read_as_it_is_written() -> None:
    def settings(stage: str, value: Any) -> Settings:
        return Settings.from_context({"stage": stage, "search_vpc": value}.get)

    assert settings("dev", "true").search_vpc is True
    assert settings("dev", True).search_vpc is True
    assert settings("dev", "false").search_vpc is False
    assert settings("dev", None).search_vpc is False
    assert settings("local", "true").search_vpc is False, "an emulator has no VPC"
    with pytest.raises(InvalidContext, match="search_vpc"):
        settings("dev", "perhaps")
