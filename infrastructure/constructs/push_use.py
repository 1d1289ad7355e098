"""What a function that pushes to phones may do in SNS, and how it finds where.

Platform applications hold the credentials of an app at a push service. CloudFormation knows none, so the operator makes
them, with names that begin with the stage's prefix: by that a role reaches them and their endpoints, and no others.
"""

from typing import Literal

from aws_cdk import Aws
from aws_cdk import aws_iam as iam

from infrastructure.constructs.resources import Resources
from infrastructure.settings import Settings

Use = Literal["send", "forget"] | None


def _endpoints(settings: Settings) -> str:
    return f"endpoint/*/{settings.prefix}-*/*"


def _applications(settings: Settings) -> str:
    return f"app/*/{settings.prefix}-*"


def statements(use: Use, resources: Resources, settings: Settings) -> list[iam.PolicyStatement]:
    """Endpoints are made, pushed to and forgotten; whoever registers devices only has them forgotten."""
    if use is None:
        return []
    here = f"arn:{Aws.PARTITION}:sns:{settings.region}:{Aws.ACCOUNT_ID}"
    actions = ["sns:DeleteEndpoint"]
    made = []
    if use == "send":
        actions += ["sns:Publish", "sns:SetEndpointAttributes"]
        made.append(
            iam.PolicyStatement(actions=["sns:CreatePlatformEndpoint"], resources=[f"{here}:{_applications(settings)}"])
        )
        if resources.push and resources.push.capture:
            made.append(iam.PolicyStatement(actions=["sns:Publish"], resources=[resources.push.capture.topic_arn]))
    return [iam.PolicyStatement(actions=actions, resources=[f"{here}:{_endpoints(settings)}"]), *made]


def findings(use: Use, settings: Settings) -> dict[str, str]:
    """What cdk-nag finds in such a role."""
    here = f"arn:<AWS::Partition>:sns:{settings.region}:<AWS::AccountId>"
    reason = "SNS names endpoints; the applications that they belong to are the stage's by their names."
    paths = [_endpoints(settings), *([_applications(settings)] if use == "send" else [])]
    return {f"AwsSolutions-IAM5[Resource::{here}:{path}]": reason for path in paths}


def environment(use: Use, resources: Resources) -> dict[str, str]:
    if use != "send" or resources.push is None:
        return {}
    variables = {f"PUSH_{name.upper()}_APPLICATION": arn for name, arn in resources.push.applications.items()}
    if resources.push.capture:
        variables["PUSH_CAPTURE_TOPIC"] = resources.push.capture.topic_arn
    return variables
