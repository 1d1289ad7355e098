"""Where a stage answers, and what it is made of: from CloudFormation's outputs, or from the local stack's own file."""

import os
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infrastructure.local import servers, stack, state
from infrastructure.local.seed import credentials
from infrastructure.names import prefix

LOCAL = "local"
OPERATOR_KEY_VARIABLE = "PARLEY_OPERATOR_KEY"


class NoStage(RuntimeError):
    """The stage is not there, or its operator's key is not given."""


@dataclass(frozen=True)
class Stage:
    """`is_aws`: whether IAM, API Gateway, CloudFront and GuardDuty are the real ones."""

    name: str
    api_url: str
    socket_url: str
    operator_key: str
    is_aws: bool
    uses_kafka: bool


def local() -> Stage:
    """The stack that `make up` has started. Raises `NoStage`."""
    current = state.load(stack.HOME)
    if current is None or not servers.answers(current.api_url + stack.HEALTH, servers.BUSY_SECONDS):
        raise NoStage("Nothing is running: `make up` first, or name a stage: make smoke STAGE=dev")
    return of_local(current.api_url, current.socket_url, credentials(stack.HOME).operator_key)


def of_local(api_url: str, socket_url: str, operator_key: str) -> Stage:
    return Stage(LOCAL, api_url, socket_url, operator_key, is_aws=False, uses_kafka=False)


def deployed(name: str, region: str | None = None) -> Stage:
    """A stage of the account that one's AWS credentials name. Raises `NoStage`."""
    key = os.environ.get(OPERATOR_KEY_VARIABLE)
    if not key:
        raise NoStage(
            f"{OPERATOR_KEY_VARIABLE} is not set: the key whose SHA-256 is in the secret of the stage's operator"
        )
    try:
        return look_up(name, key, boto3.client("cloudformation", region_name=region))
    except (BotoCoreError, ClientError) as error:
        raise NoStage(f"CloudFormation does not tell of {prefix(name)}: {error}") from error


def look_up(name: str, operator_key: str, cloudformation: Any) -> Stage:
    """The stage by the outputs of its stacks."""
    api = _outputs(cloudformation, f"{prefix(name)}-api")
    sockets = _outputs(cloudformation, f"{prefix(name)}-sockets")
    return Stage(
        name,
        api["ApiUrl"],
        sockets["SocketUrl"],
        operator_key,
        is_aws=True,
        uses_kafka=_is_there(cloudformation, f"{prefix(name)}-kafka"),
    )


def _outputs(cloudformation: Any, stack_name: str) -> dict[str, str]:
    (described,) = cloudformation.describe_stacks(StackName=stack_name)["Stacks"]
    return {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", [])}


def _is_there(cloudformation: Any, stack_name: str) -> bool:
    try:
        cloudformation.describe_stacks(StackName=stack_name)
    except ClientError as refused:
        if "does not exist" in str(refused):
            return False
        raise
    return True
