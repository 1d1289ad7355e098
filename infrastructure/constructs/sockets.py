"""The WebSocket API's address: what a function needs that sends frames to connections and closes them."""

import json
from dataclasses import dataclass

from aws_cdk import aws_iam as iam

from infrastructure.settings import Settings

API_LOGICAL_ID, API_OUTPUT_HASH = "ApiF70053CD", "CD16BA62"
"""How CloudFormation names the API, in its stack and where another reads it: cdk-nag's findings are told by it."""


@dataclass(frozen=True)
class SocketApi:
    """The API's id, its stage, the addresses of its management API and its own, and the ARN of all its connections."""

    api_id: str
    stage: str
    management_url: str
    connections_arn: str
    client_url: str
    """Where clients connect."""

    def environment(self, settings: Settings) -> dict[str, str]:
        """An emulator answers on an address of its own, which only its functions know."""
        if settings.stage == "local":
            return {"SOCKET_API_ID": self.api_id, "SOCKET_STAGE": self.stage}
        return {"SOCKET_MANAGEMENT_URL": self.management_url}

    def findings(self, settings: Settings) -> dict[str, str]:
        """What cdk-nag finds in a role that may send frames, in the API's own stack and in others."""
        reason = "Connections have ids that API Gateway gives; the API and the stage are named."
        output = {
            "StackName": f"{settings.prefix}-sockets",
            "Region": settings.region,
            "OutputName": f"PublishOutputRef{API_LOGICAL_ID}{API_OUTPUT_HASH}",
        }
        elsewhere = json.dumps({"Fn::GetStackOutput": output}, separators=(",", ":"))
        start, end = (
            f"arn:<AWS::Partition>:execute-api:{settings.region}:<AWS::AccountId>",
            f"{self.stage}/*/@connections/*",
        )
        return {
            f"AwsSolutions-IAM5[Resource::{start}:{api}/{end}]": reason for api in (f"<{API_LOGICAL_ID}>", elsewhere)
        }

    def statement(self) -> iam.PolicyStatement:
        return iam.PolicyStatement(actions=["execute-api:ManageConnections"], resources=[self.connections_arn])
