"""What a first deploy to AWS needs, and what one that fails must not leave in the way of the second."""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest

from infrastructure.settings import Settings
from tests.infrastructure.conftest import ALARM_TOPIC, Assembly

STREAM, S3 = "AWS::Kinesis::Stream", "AWS::S3::Bucket"
DOCUMENTED = {
    "kinesis": "kinesis: DescribeStream DescribeStreamSummary GetRecords GetShardIterator ListShards",
    "dynamodb": "dynamodb: DescribeStream GetRecords GetShardIterator ListStreams",
    "sqs": "sqs: ReceiveMessage DeleteMessage GetQueueAttributes",
    "kafka": (
        "kafka: DescribeClusterV2 GetBootstrapBrokers|"
        "kafka-cluster: Connect DescribeGroup AlterGroup DescribeTopic ReadData DescribeClusterDynamicConfiguration|"
        "ec2: CreateNetworkInterface DescribeNetworkInterfaces DeleteNetworkInterface DescribeVpcs DescribeSubnets "
        "DescribeSecurityGroups"
    ),
    "s3": "s3: PutObject ListBucket",
}
"""What the role of an event source mapping's function must allow, by source and destination: the Lambda Developer
Guide's pages "Using Lambda with …" and "Capturing discarded batches"."""
ABSENT_UNLESS = {
    r"\bWAF\b": "AWS::WAFv2::",
    r"\bCloudFront\b": "AWS::CloudFront::",
    r"\bVPC\b": "AWS::EC2::VPC",
    r"\b(KMS|own key)\b": "AWS::KMS::Key",
    r"\bGuardDuty\b": "AWS::GuardDuty::",
    r"\bdead-letter queue\b": "AWS::SQS::Queue",
}
"""What a reason may name, and the type of resource that is then there."""
NEGATED = re.compile(r"`-c [^`]*` [^.]*|\b(?:no|without an?) (?:WAF|CloudFront|VPC|KMS|GuardDuty)\b")


@pytest.fixture(params=["dev", "prod", "msk", "private_search"])
def assembly(request: pytest.FixtureRequest) -> Assembly:
    each: Assembly = request.getfixturevalue(request.param)
    return each


def resources(assembly: Assembly) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for stack, template in assembly.templates.items():
        for logical_id, resource in template["Resources"].items():
            yield stack, logical_id, resource


# A deploy that fails, and the next


def test_what_is_kept_is_taken_back_when_the_deploy_that_makes_it_fails(assembly: Assembly) -> None:
    left = [(stack, name) for stack, name, each in resources(assembly) if each.get("DeletionPolicy") == "Retain"]
    assert left == []
    if assembly.stage == "prod":
        kept = [each for _, _, each in resources(assembly) if each.get("DeletionPolicy") == "RetainExceptOnCreate"]
        assert {each["Type"] for each in kept} >= {
            "AWS::DynamoDB::GlobalTable",
            "AWS::SecretsManager::Secret",
            "AWS::OpenSearchService::Domain",
            "AWS::KMS::Key",
            S3,
        }
        assert {each["UpdateReplacePolicy"] for each in kept} == {"Retain"}


def test_the_protected_table_is_the_last_of_its_stack(prod: Assembly) -> None:
    """Nothing that fails after it makes CloudFormation delete it, which DynamoDB would refuse."""
    stack = prod.templates["data"]["Resources"]
    protected = {
        logical_id
        for logical_id, resource in stack.items()
        if any(replica.get("DeletionProtectionEnabled") for replica in resource["Properties"].get("Replicas", []))
    }
    (last,) = protected
    names = {logical_id for logical_id, each in stack.items() if each["Type"] not in _BESIDE}
    assert {*_before(stack, last), last} >= names


_BESIDE = {"AWS::CDK::Metadata", "AWS::KMS::Alias"}
"""An alias waits for its key alone, which the table waits for too; it cannot fail for want of anything."""


def _before(stack: dict[str, Any], logical_id: str) -> set[str]:
    """All that CloudFormation makes before this resource."""
    found: set[str] = set()
    waiting = [logical_id]
    while waiting:
        resource = stack[waiting.pop()]
        depends = resource.get("DependsOn", [])
        named = {depends} if isinstance(depends, str) else set(depends)
        named |= _references(resource["Properties"])
        waiting += [each for each in named & set(stack) if each not in found]
        found |= named & set(stack)
    return found


def _references(value: Any) -> set[str]:
    """The logical ids that a value refers to."""
    return set(re.findall(r'"(?:Ref|Fn::GetAtt)": \[?"(\w+)"', json.dumps(value)))


def test_a_first_deploy_can_leave_protection_to_the_second() -> None:
    """With it CDK would refuse to delete a stack whose creation was rolled back, which it does before the next try."""
    context = {"stage": "prod", "alarm_topic_arn": ALARM_TOPIC}
    assert Settings.from_context(context.get).protected
    first = Settings.from_context((context | {"first_deploy": "true"}).get)
    assert first.retain_data
    assert not first.protected


# Order


def test_open_search_may_write_its_logs_before_the_domain_is_made(prod: Assembly) -> None:
    groups = {
        one["LogGroupName"]
        for name, one in prod.resources("AWS::Logs::LogGroup").items()
        if name.startswith("search-engine/")
    }
    ((where, policy),) = prod.resources("AWS::Logs::ResourcePolicy").items()
    assert where.startswith("search-logs/")
    (statement,) = json.loads(_text(policy["PolicyDocument"]))["Statement"]
    assert statement["Principal"] == {"Service": "es.amazonaws.com"}
    pattern = statement["Resource"].rpartition(":log-group:")[2]
    assert groups
    assert all(fnmatchcase(f"{name}:log-stream:x", pattern) for name in groups)
    manifest = json.loads((prod.folder / "manifest.json").read_text())["artifacts"]
    assert "parley-prod-search-logs" in manifest["parley-prod-search-engine"]["dependencies"]


def _text(value: Any) -> str:
    """A string, or a join of strings and references."""
    if isinstance(value, str):
        return value
    return "".join(part if isinstance(part, str) else str(next(iter(part.values()))) for part in value["Fn::Join"][1])


# Roles of event sources and destinations


def test_the_role_of_every_event_source_mapping_allows_what_lambda_documents(assembly: Assembly) -> None:
    checked = 0
    for stack, logical_id, mapping in resources(assembly):
        if mapping["Type"] != "AWS::Lambda::EventSourceMapping":
            continue
        properties = mapping["Properties"]
        statements = _statements(assembly, stack, properties["FunctionName"])
        allowed = _actions(statements)
        required = set(_documented(_source(properties)))
        if _source(properties) == "kinesis" and _is_encrypted_with_our_key(assembly):
            required.add("kms:Decrypt")
        missing = {each for each in required if not any(fnmatchcase(each, one) for one in allowed)}
        if "OnFailure" in properties.get("DestinationConfig", {}):
            bucket = _references(properties["DestinationConfig"])
            there = _actions([each for each in statements if _references(each["Resource"]) & bucket])
            missing |= {each for each in _documented("s3") if not any(fnmatchcase(each, one) for one in there)}
        assert not missing, f"{stack}/{logical_id}: {missing}"
        checked += 1
    assert checked


def _documented(kind: str) -> Iterator[str]:
    for group in DOCUMENTED[kind].split("|"):
        service, _, actions = group.partition(": ")
        yield from (f"{service}:{action}" for action in actions.split())


def _source(properties: dict[str, Any]) -> str:
    if "Topics" in properties:
        return "kafka"
    arn = json.dumps(properties["EventSourceArn"])
    return "sqs" if "BatchSize" not in properties or "StartingPosition" not in properties else _stream(arn)


def _stream(arn: str) -> str:
    return "dynamodb" if "StreamArn" in arn else "kinesis"


def _is_encrypted_with_our_key(assembly: Assembly) -> bool:
    (stream,) = assembly.resources(STREAM).values()
    return bool(_references(stream["StreamEncryption"]["KeyId"]))


def _statements(assembly: Assembly, stack: str, target: Any) -> list[dict[str, Any]]:
    """What the policies of a function's role allow; `target` is the function, its alias or its version."""
    template = assembly.templates[stack]["Resources"]
    named = _references(target) & set(template)
    while not (functions := {each for each in named if template[each]["Type"] == "AWS::Lambda::Function"}):
        named = {found for each in named for found in _references(template[each]["Properties"])} & set(template)
    (logical_id,) = functions
    role = template[logical_id]["Properties"]["Role"]["Fn::GetAtt"][0]
    policies = [
        each["Properties"]
        for each in template.values()
        if each["Type"] == "AWS::IAM::Policy" and {"Ref": role} in each["Properties"]["Roles"]
    ]
    statements = [one for policy in policies for one in policy["PolicyDocument"]["Statement"]]
    return [one for one in statements if one["Effect"] == "Allow"]


def _actions(statements: list[dict[str, Any]]) -> set[str]:
    actions = [one["Action"] for one in statements]
    return {action for each in actions for action in ([each] if isinstance(each, str) else each)}


NEEDS_ITS_ROLE = {
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::GuardDuty::MalwareProtectionPlan",
    "Custom::MediaSigningKey",
    "Custom::SearchIndices",
}
"""What AWS makes or calls at once with the permissions of a role, and refuses where they are not there yet."""


def test_a_role_may_do_all_before_what_acts_as_it_is_made(assembly: Assembly) -> None:
    checked = 0
    for stack, logical_id, resource in resources(assembly):
        if resource["Type"] not in NEEDS_ITS_ROLE:
            continue
        template = assembly.templates[stack]["Resources"]
        before = _before(template, logical_id)
        for role in _acting_roles(template, logical_id):
            policies = {
                name
                for name, each in template.items()
                if each["Type"] == "AWS::IAM::Policy" and {"Ref": role} in each["Properties"]["Roles"]
            }
            assert policies <= before, f"{stack}/{logical_id} is made before {policies - before}"
            checked += bool(policies)
    assert checked


def _acting_roles(stack: dict[str, Any], logical_id: str) -> set[str]:
    """The role of a resource, or of the function that it names by its ARN, alias or version."""
    properties = stack[logical_id]["Properties"]
    named = [properties.get(name) for name in ("Role", "FunctionName", "ServiceToken")]
    found: set[str] = set()
    waiting = [each for each in _references(named) if each in stack]
    while waiting:
        each = waiting.pop()
        if stack[each]["Type"] == "AWS::IAM::Role":
            found.add(each)
        elif stack[each]["Type"] == "AWS::Lambda::Function":
            waiting += _references(stack[each]["Properties"]["Role"])
        elif stack[each]["Type"] in {"AWS::Lambda::Alias", "AWS::Lambda::Version"}:
            waiting += _references([stack[each]["Properties"].get(n) for n in ("FunctionName", "FunctionVersion")])
    return found


# Suppressions


def test_no_reason_names_what_the_templates_do_not_have(assembly: Assembly) -> None:
    types = {resource["Type"] for _, _, resource in resources(assembly)}
    reasons = set(_reasons(assembly))
    assert reasons
    for reason in reasons:
        claimed = NEGATED.sub("", reason)
        for named, kind in ABSENT_UNLESS.items():
            if re.search(named, claimed):
                assert any(each.startswith(kind) for each in types), reason


def _reasons(assembly: Assembly) -> Iterator[str]:
    for file in assembly.folder.glob("*.metadata.json"):
        for entries in json.loads(file.read_text()).values():
            for entry in entries:
                if entry["type"] == "aws:cdk:acknowledged-rules":
                    yield from entry["data"].values()
