"""What the stages promise of data and API."""

import json
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_s3 as s3
from cfnlint.api import ManualArgs, lint_file

from infrastructure.application import check_practices
from infrastructure.routes import ROUTES
from infrastructure.tables import CHAT, COLLECTION, CONTROL
from tests.infrastructure.conftest import Assembly

BESIDE_ROUTES = {
    "data",
    "api",
    "job-workers",
    "media-pipeline",
    "canary",
    "media-storage",
    "webhook-delivery",
    "search-engine",
    "search-logs",
    "search-pipeline",
    "sockets",
    "streams",
    "push-targets",
    "watch",
}
"""In prod; dev has `removal` too, and no `canary`."""
STACKS = sorted(BESIDE_ROUTES | {route.service for route in ROUTES})


@pytest.fixture(params=["dev", "prod"])
def assembly(request: pytest.FixtureRequest) -> Assembly:
    each: Assembly = request.getfixturevalue(request.param)
    return each


def table(assembly: Assembly, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The table's resource, and its one replica."""
    resources = assembly.templates["data"]["Resources"].values()
    tables = (each for each in resources if each["Type"] == "AWS::DynamoDB::GlobalTable")
    (found,) = (t for t in tables if t["Properties"]["TableName"] == f"parley-{assembly.stage}-{name}")
    (replica,) = found["Properties"]["Replicas"]
    return found, replica


def findings(report: dict[str, Any]) -> list[str]:
    return [violation["ruleName"] for plugin in report["pluginReports"] for violation in plugin["violations"]]


def test_cdk_nag_finds_nothing_that_has_no_reason(assembly: Assembly) -> None:
    assert findings(assembly.report) == []


def test_cdk_nag_would_have_found_something(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path))
    s3.Bucket(Stack(app, "careless"), "Bucket")
    check_practices(app)
    with pytest.raises(RuntimeError, match="AwsSolutions-S10"):
        app.synth()


@pytest.mark.parametrize("stack", STACKS)
def test_cfn_lint_finds_nothing(stack: str, prod: Assembly) -> None:
    template = prod.folder / f"parley-prod-{stack}.template.json"
    # W3005: CDK writes a function's dependency on its role down although the reference to it implies it.
    settings = ManualArgs(ignore_checks=["W3005"], regions=["us-east-1"])
    assert [str(finding) for finding in lint_file(template, config=settings)] == []


def test_every_template_is_linted(prod: Assembly) -> None:
    assert set(prod.templates) == set(STACKS)


def test_what_lasts_can_be_restored_and_is_not_lost_with_its_stack(prod: Assembly) -> None:
    chat, replica = table(prod, "chat")
    assert (chat["DeletionPolicy"], chat["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    assert replica["DeletionProtectionEnabled"] is True
    assert replica["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert replica["KinesisStreamSpecification"]["StreamArn"]
    assert chat["Properties"]["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS"}
    (secret,) = prod.resources("AWS::SecretsManager::Secret", "data").values()
    assert secret["Name"] == "parley/prod/operator-key"
    assert "KmsKeyId" in secret


def test_what_need_not_last_expires_and_what_is_secret_reaches_no_stream(assembly: Assembly) -> None:
    control, replica = table(assembly, "control")
    assert control["DeletionPolicy"] == ("RetainExceptOnCreate" if assembly.stage == "prod" else "Delete")
    assert replica["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert control["Properties"]["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert "KinesisStreamSpecification" not in replica


def test_the_tables_have_the_keys_and_the_index_that_tests_create(assembly: Assembly) -> None:
    chat, _ = table(assembly, "chat")
    (index,) = chat["Properties"]["GlobalSecondaryIndexes"]
    assert index["IndexName"] == COLLECTION.name
    assert sorted(index["Projection"]["NonKeyAttributes"]) == sorted(COLLECTION.projected)
    for definition in (CHAT, CONTROL):
        properties = table(assembly, definition.name)[0]["Properties"]
        keys = {part["KeyType"]: part["AttributeName"] for part in properties["KeySchema"]}
        assert keys == {"HASH": definition.partition_key, "RANGE": definition.sort_key}


def test_the_index_projects_no_attribute_that_every_read_changes() -> None:
    assert not {"read_seq", "seq", "last_message"} & set(COLLECTION.projected)


def test_the_api_limits_logs_and_names_its_callers(assembly: Assembly) -> None:
    (stage,) = assembly.resources("AWS::ApiGatewayV2::Stage", "api").values()
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] > 0
    logged = json.loads(stage["AccessLogSettings"]["Format"])
    assert "tenant_id" in logged
    assert not [field for field in logged.values() if "path" in field.lower() or "querystring" in field.lower()]
    (authorizer,) = assembly.resources("AWS::ApiGatewayV2::Authorizer", "api").values()
    assert authorizer["AuthorizerResultTtlInSeconds"] == 60
    assert authorizer["EnableSimpleResponses"] is True
    assert authorizer["AuthorizerPayloadFormatVersion"] == "2.0"
    assert authorizer["IdentitySource"] == ["$request.header.Authorization"]


def test_browsers_may_call_prod_only_from_origins_that_were_named(dev: Assembly, prod: Assembly) -> None:
    (open_api,) = dev.resources("AWS::ApiGatewayV2::Api", "api").values()
    (closed_api,) = prod.resources("AWS::ApiGatewayV2::Api", "api").values()
    assert open_api["CorsConfiguration"]["AllowOrigins"] == ["*"]
    assert "CorsConfiguration" not in closed_api


def test_the_outputs_name_the_api_and_the_tables(assembly: Assembly) -> None:
    assert set(assembly.templates["api"]["Outputs"]) >= {"ApiId", "ApiUrl"}
    assert set(assembly.templates["data"]["Outputs"]) >= {"ChatTable", "ControlTable"}


WORLDWIDE = {
    "AWS::CloudFront::CachePolicy": ("CachePolicyConfig", "Name"),
    "AWS::CloudFront::KeyGroup": ("KeyGroupConfig", "Name"),
    "AWS::CloudFront::OriginAccessControl": ("OriginAccessControlConfig", "Name"),
    "AWS::CloudFront::PublicKey": ("PublicKeyConfig", "Name"),
    "AWS::CloudFront::ResponseHeadersPolicy": ("ResponseHeadersPolicyConfig", "Name"),
    "AWS::CloudWatch::Dashboard": ("DashboardName",),
    "AWS::IAM::Role": ("RoleName",),
    "AWS::S3::Bucket": ("BucketName",),
}
"""Where types have their names that an account, or the world, has once and not by region."""


@pytest.mark.parametrize("kind", WORLDWIDE)
def test_a_stage_can_stand_in_two_regions(kind: str, prod: Assembly, tenant_bound: Assembly) -> None:
    for assembly in (prod, tenant_bound):
        for key, properties in assembly.resources(kind).items():
            value: Any = properties
            for part in WORLDWIDE[kind]:
                value = value.get(part) if value else None
            if value is not None:
                assert "us-east-1" in json.dumps(value) or "AWS::Region" in json.dumps(value), f"{key}: {value}"
