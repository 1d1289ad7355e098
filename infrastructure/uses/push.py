"""What a function that pushes to phones may do in SNS, and how it finds where.

Platform applications hold the credentials of an app at a push service. CloudFormation knows none, so the operator makes
them, with names that begin with the stage's prefix: by that a role reaches them and their endpoints, and no others.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from infrastructure.uses.use import Place, Statement, Use


@dataclass(frozen=True)
class Push(Use):
    """Endpoints are made, pushed to and forgotten; whoever registers devices only has them forgotten."""

    purpose: Literal["send", "forget"]

    def statements(self, place: Place) -> Iterable[Statement]:
        here, push = place.arn("sns"), place.resources.push
        endpoints, applications = _resources(place)
        if self.purpose == "forget":
            yield Statement(("sns:DeleteEndpoint",), (f"{here}:{endpoints}",))
            return
        yield Statement(("sns:DeleteEndpoint", "sns:Publish", "sns:SetEndpointAttributes"), (f"{here}:{endpoints}",))
        yield Statement(("sns:CreatePlatformEndpoint",), (f"{here}:{applications}",))
        if push and push.capture:
            yield Statement(("sns:Publish",), (push.capture.topic_arn,))

    def environment(self, place: Place) -> Mapping[str, str]:
        push = place.resources.push
        if self.purpose != "send" or push is None:
            return {}
        variables = {f"PUSH_{name.upper()}_APPLICATION": arn for name, arn in push.applications.items()}
        return variables | ({"PUSH_CAPTURE_TOPIC": push.capture.topic_arn} if push.capture else {})

    def findings(self, place: Place) -> Mapping[str, str]:
        here = f"arn:<AWS::Partition>:sns:{place.settings.region}:<AWS::AccountId>"
        reason = "SNS names endpoints; the applications that they belong to are the stage's by their names."
        endpoints, applications = _resources(place)
        paths = [endpoints, *([applications] if self.purpose == "send" else [])]
        return {f"AwsSolutions-IAM5[Resource::{here}:{path}]": reason for path in paths}


def _resources(place: Place) -> tuple[str, str]:
    prefix = place.settings.prefix
    return f"endpoint/*/{prefix}-*/*", f"app/*/{prefix}-*"
