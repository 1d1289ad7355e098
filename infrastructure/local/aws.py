"""Clients and environments that reach the emulator and nothing else."""

import json
import os
import urllib.error
import urllib.request
from typing import Any

import boto3
from botocore.config import Config
from localstack_client import config as localstack

from infrastructure.settings import Emulator

REGION = "us-east-1"
"""cdklocal deploys there, whatever is configured."""
DUMMY = "test"
"""The emulators' access key and secret."""

LOCALSTACK_VARIABLES = ("PARLEY_LOCALSTACK", "AWS_ENDPOINT_URL")


class NoEmulator(RuntimeError):
    """The environment asks for an emulator that does not answer, or lacks what Parley needs."""


def localstack_endpoint() -> str | None:
    """The address of a LocalStack to deploy to, when the environment asks for one."""
    if not any(os.environ.get(name) for name in LOCALSTACK_VARIABLES):
        return None
    return str(localstack.get_service_endpoint("cloudformation"))


def emulator_at(endpoint: str) -> Emulator:
    """Which emulator answers there.

    Raises `NoEmulator` when none does, and when it is a LocalStack that could not hold the product.
    """
    if _health(f"{endpoint}/_ministack/health") is not None:
        return "ministack"
    health = _health(f"{endpoint}/_localstack/health")
    if health is None:
        raise NoEmulator(f"nothing answers on {endpoint}: docker compose up --wait")
    if health.get("edition") == "community":
        raise NoEmulator(
            f"the LocalStack on {endpoint} is the community edition, which has no HTTP APIs (API Gateway v2) and no "
            "Lambda layers. Use an image and token of a plan that has them (see compose.yaml), or plain `make up`."
        )
    return "localstack"


def _health(url: str) -> dict[str, Any] | None:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            health: dict[str, Any] = json.load(answer)
    except (urllib.error.URLError, OSError, ValueError):
        return None
    return health


def client(service: str, endpoint: str) -> Any:
    """A boto3 client of the emulator. The account's own configuration and credentials play no part."""
    return boto3.Session(aws_access_key_id=DUMMY, aws_secret_access_key=DUMMY, region_name=REGION).client(
        service,  # type: ignore[call-overload]
        endpoint_url=endpoint,
        config=Config(retries={"mode": "standard", "total_max_attempts": 3}, proxies={}),
    )


def clean_environment() -> dict[str, str]:
    """This process's environment without anything of AWS's."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


def tool_environment(endpoint: str) -> dict[str, str]:
    """What cdklocal and the CDK app run with."""
    return clean_environment() | {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ENDPOINT_URL_S3": endpoint,
        "AWS_ACCESS_KEY_ID": DUMMY,
        "AWS_SECRET_ACCESS_KEY": DUMMY,
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "CDK_DISABLE_VERSION_CHECK": "1",
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
    }
