"""What `cdk deploy --all` does to a stage that is there, stack by stack, and where CloudFormation would refuse.

It knows three refusals: an output that another stack still imports may not go, what a stack reads of another must be
there, and a name that something else still has cannot be given. A stack makes its new resources before the old ones go.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

Template = Mapping[str, Any]

NAMED = {
    "AWS::ApiGatewayV2::Authorizer": ("ApiId", "Name"),
    "AWS::ApiGatewayV2::Route": ("ApiId", "RouteKey"),
    "AWS::CloudWatch::Alarm": ("AlarmName",),
    "AWS::CloudWatch::Dashboard": ("DashboardName",),
    "AWS::DynamoDB::GlobalTable": ("TableName",),
    "AWS::IAM::Role": ("RoleName",),
    "AWS::Kinesis::Stream": ("Name",),
    "AWS::Kinesis::StreamConsumer": ("StreamARN", "ConsumerName"),
    "AWS::Lambda::Alias": ("FunctionName", "Name"),
    "AWS::Lambda::EventSourceMapping": ("FunctionName", "EventSourceArn", "Topics"),
    "AWS::Lambda::Function": ("FunctionName",),
    "AWS::Logs::LogGroup": ("LogGroupName",),
    "AWS::MSK::Cluster": ("ClusterName",),
    "AWS::OpenSearchService::Domain": ("DomainName",),
    "AWS::S3::Bucket": ("BucketName",),
    "AWS::SQS::Queue": ("QueueName",),
    "AWS::SecretsManager::Secret": ("Name",),
}
"""The properties that an account and region has once, by type."""


def deploy(before: Mapping[str, Template], after: Mapping[str, Template], order: Iterable[str]) -> list[str]:
    """What CloudFormation refuses of the change, in this order of stacks; stacks that are no more are left alone."""
    deployed, refused = dict(before), []
    for name in order:
        old, new = deployed.get(name, {}), after[name]
        others = {other: template for other, template in deployed.items() if other != name}
        imported = {each for template in others.values() for each in imports(template)}
        refused += [f"{name}: {each} is imported" for each in exports(old) - exports(new) if each in imported]
        refused += [f"{name}: {each} is not there" for each in imports(new) - _all(exports, others)]
        refused += [f"{name}: {each} is not there" for each in reads(new) - _outputs(others)]
        taken = {key for other, template in others.items() for key in _names(other, template)}
        for key, logical_id in _names(name, new).items():
            held = _names(name, old).get(key)
            if key in taken or held not in (None, logical_id):
                refused.append(f"{name}: {' '.join(key)} exists")
        deployed[name] = new
    return refused


def order_of(folder: Path) -> list[str]:
    """The stacks of an assembly, each after those it depends on."""
    artifacts = json.loads((folder / "manifest.json").read_text())["artifacts"]
    stacks = {name: each for name, each in artifacts.items() if each["type"] == "aws:cloudformation:stack"}
    found: list[str] = []

    def add(name: str) -> None:
        for needed in sorted(set(stacks[name].get("dependencies", [])) & set(stacks)):
            if needed not in found:
                add(needed)
        if name not in found:
            found.append(name)

    for name in sorted(stacks):
        add(name)
    return found


def exports(template: Template) -> set[str]:
    outputs = template.get("Outputs", {}).values()
    return {str(each["Export"]["Name"]) for each in outputs if "Export" in each}


def imports(template: Template) -> set[str]:
    return {str(value) for value in _found(template, "Fn::ImportValue")}


def reads(template: Template) -> set[tuple[str, str]]:
    """The outputs that a template reads of other stacks, which holds none of them back."""
    return {(each["StackName"], each["OutputName"]) for each in _found(template, "Fn::GetStackOutput")}


def _outputs(templates: Mapping[str, Template]) -> set[tuple[str, str]]:
    return {(stack, name) for stack, template in templates.items() for name in template.get("Outputs", {})}


def _all(of: Any, templates: Mapping[str, Template]) -> set[str]:
    return {each for template in templates.values() for each in of(template)}


def _names(stack: str, template: Template) -> dict[tuple[str, ...], str]:
    """By its name, what has it; a reference is told by its stack."""
    found: dict[tuple[str, ...], str] = {}
    for logical_id, resource in template.get("Resources", {}).items():
        properties = resource.get("Properties", {})
        names = NAMED.get(resource["Type"], ())
        if (names and names[-1] in properties) or ("Topics" in names and "EventSourceArn" in properties):
            values = (_text(stack, properties.get(each, "")) for each in names)
            found[resource["Type"], *values] = logical_id
    return found


def _text(stack: str, value: Any) -> str:
    """The same text for the same thing, whether it is named where it is made or read elsewhere."""
    if isinstance(value, str):
        return value
    for reference in _found(value, "Fn::GetStackOutput"):
        return f"{reference['StackName']}.{_target(reference['OutputName'])}"
    for logical_id in _found(value, "Ref"):
        return f"{stack}.{logical_id}"
    return json.dumps(value, sort_keys=True)


def _target(output: str) -> str:
    """The logical id in the name that CDK gives an output of a `Ref`: it ends with eight digits of a hash."""
    return output.removeprefix("PublishOutputRef")[:-8]


def _found(value: Any, intrinsic: str) -> Iterator[Any]:
    if isinstance(value, dict):
        if intrinsic in value and len(value) == 1:
            yield value[intrinsic]
        for each in value.values():
            yield from _found(each, intrinsic)
    elif isinstance(value, list):
        for each in value:
            yield from _found(each, intrinsic)
