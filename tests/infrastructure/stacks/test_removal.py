"""`cdk destroy` of dev leaves nothing: nothing is kept, protected or too full to go, and no log comes after."""

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest

from tests.infrastructure.conftest import Assembly
from tests.support.deploys import reads

EMPTIED, FUNCTION = "Custom::EmptiedBucket", "AWS::Lambda::Function"
PROTECTION = ("DeletionProtectionEnabled", "DeletionProtection", "EnableTerminationProtection")
SNAPSHOTS_UNLESS_SAID = ("AWS::RDS::", "AWS::Redshift::", "AWS::Neptune::", "AWS::EC2::Volume", "AWS::ElastiCache::")
"""Types that CloudFormation keeps a copy of when nothing says otherwise."""


@pytest.fixture(params=["dev", "msk"])
def assembly(request: pytest.FixtureRequest) -> Assembly:
    each: Assembly = request.getfixturevalue(request.param)
    return each


def test_nothing_is_kept_when_its_stack_goes(assembly: Assembly) -> None:
    for stack, template in assembly.templates.items():
        for name, resource in template["Resources"].items():
            for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
                assert resource.get(policy, "Delete") == "Delete", f"{stack}/{name}: {resource['Type']}"
            assert not resource["Type"].startswith(SNAPSHOTS_UNLESS_SAID)


def test_nothing_keeps_a_stack_from_going(assembly: Assembly) -> None:
    artifacts = json.loads((assembly.folder / "manifest.json").read_text())["artifacts"]
    stacks = [each for each in artifacts.values() if each["type"] == "aws:cloudformation:stack"]
    assert len(stacks) > 20
    assert not [each for each in stacks if each["properties"].get("terminationProtection")]
    for template in assembly.templates.values():
        assert not [name for name, value in _members(template["Resources"]) if name in PROTECTION and value is True]


def _members(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [*value.items(), *(found for each in value.values() for found in _members(each))]
    return [found for each in value for found in _members(each)] if isinstance(value, list) else []


def test_every_bucket_is_emptied_before_it_is_deleted(assembly: Assembly) -> None:
    """A bucket goes after what refers to it; the function that empties is there until then, in a stack of its own."""
    buckets = set(assembly.resources("AWS::S3::Bucket"))
    assert len(buckets) >= 5
    emptied = {
        f"{name.partition('/')[0]}/{properties['bucket']['Ref']}": properties
        for name, properties in assembly.resources(EMPTIED).items()
    }
    assert set(emptied) == buckets
    for name, properties in emptied.items():
        stack = assembly.templates[name.partition("/")[0]]
        read = properties["ServiceToken"]["Fn::GetStackOutput"]
        assert (read["StackName"], read["OutputName"]) in reads(stack)
        assert read["StackName"] == f"parley-{assembly.stage}-removal"
    assert not assembly.resources("AWS::S3::Bucket", "removal")


def test_the_emptier_may_empty_the_stages_buckets_and_no_others(assembly: Assembly) -> None:
    allowed = [
        (statement["Action"], json.dumps(statement["Resource"]))
        for policy in assembly.resources("AWS::IAM::Policy", "removal").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if "s3:" in json.dumps(statement["Action"])
    ]
    assert {action for actions, _ in allowed for action in ([actions] if isinstance(actions, str) else actions)} == {
        "s3:ListBucketVersions",
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
    }
    assert all(f":s3:::parley-{assembly.stage}-*" in resource for _, resource in allowed)
    for name, bucket in assembly.resources("AWS::S3::Bucket").items():
        given = bucket.get("BucketName")  # without one CloudFormation begins it with the stack's
        text = "".join(map(str, given["Fn::Join"][1])) if isinstance(given, dict) else given
        assert fnmatchcase(text or f"parley-{assembly.stage}-{name.lower()}", f"parley-{assembly.stage}-*")


def test_a_stage_that_keeps_its_data_has_nothing_that_empties(prod: Assembly) -> None:
    assert "removal" not in prod.templates
    assert prod.resources(EMPTIED) == {}


def test_no_log_group_is_made_by_whoever_writes(assembly: Assembly) -> None:
    """Lambda makes one itself for a function that names none, or whose role may; such a one stays for good."""
    for name, function in assembly.resources(FUNCTION).items():
        stack = assembly.templates[name.partition("/")[0]]["Resources"]
        assert stack[function["LoggingConfig"]["LogGroup"]["Ref"]]["Type"] == "AWS::Logs::LogGroup", name
    for policy in assembly.resources("AWS::IAM::Policy").values():
        assert "logs:CreateLogGroup" not in json.dumps(policy)
    for role in assembly.resources("AWS::IAM::Role").values():
        assert "ManagedPolicyArns" not in role
