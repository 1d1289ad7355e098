"""The synthesized templates of the AWS stages, made once for all tests and test processes."""

import fcntl
import json
import shutil
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App

from infrastructure.application import build
from infrastructure.layers import ROOT
from infrastructure.local.deploy import inputs_hash
from infrastructure.routes import ROUTES, Route

CACHE = ROOT / ".local" / "tests" / "synthesized"
ALARM_TOPIC = "arn:aws:sns:us-east-1:123456789012:alarms"
KEPT_SECONDS = 600
"""Another test process may still read what it synthesized before the last edit."""
SOURCES = inputs_hash("synth")[:16]
"""Taken when they are imported: an edit during the run is of the next one."""


@dataclass(frozen=True)
class Assembly:
    """What `cdk synth` wrote for one stage."""

    stage: str
    folder: Path

    @property
    def template_files(self) -> list[Path]:
        return sorted(self.folder.glob("*.template.json"))

    @cached_property
    def templates(self) -> dict[str, dict[str, Any]]:
        """The templates by the last part of their stack's name: `data`, `api`, and the services."""
        prefix = f"parley-{self.stage}-"
        files = {file: file.name.removeprefix(prefix).removesuffix(".template.json") for file in self.template_files}
        return {name: json.loads(file.read_text()) for file, name in files.items()}

    @property
    def report(self) -> dict[str, Any]:
        """What cdk-nag found."""
        report: dict[str, Any] = json.loads((self.folder / "validation-report.json").read_text())
        return report

    def resources(self, kind: str, stack: str | None = None) -> dict[str, dict[str, Any]]:
        """The properties of all resources of a CloudFormation type, by `<stack>/<logical id>`."""
        return {
            f"{name}/{logical_id}": resource.get("Properties", {})
            for name, template in self.templates.items()
            if stack in (None, name)
            for logical_id, resource in template["Resources"].items()
            if resource["Type"] == kind
        }

    def function(self, service: str, endpoint: str) -> dict[str, Any]:
        """The properties of one Lambda function."""
        name = f"parley-{self.stage}-{service}-{endpoint}"
        (function,) = (f for f in self.resources("AWS::Lambda::Function").values() if f["FunctionName"] == name)
        return function

    def statements(self, service: str, endpoint: str) -> list[dict[str, Any]]:
        """All IAM statements of one function's role."""
        stack = "api" if (service, endpoint) == ("identity", "authorizer") else service
        role = self.function(service, endpoint)["Role"]["Fn::GetAtt"][0]
        policies = self.resources("AWS::IAM::Policy", stack).values()
        own = [policy for policy in policies if policy["Roles"] == [{"Ref": role}]]
        return [statement for policy in own for statement in policy["PolicyDocument"]["Statement"]]


def synthesize(stage: str, **context: str) -> Assembly:
    """Synthesize the stage unless this very app has been synthesized before; one process does it, others wait.

    It is done in this process: the second app takes a third of the time that the first does.
    """
    name = "-".join([stage, *(f"{given}={value}" for given, value in context.items())]).replace("/", "_")
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = CACHE / f"{name}@{SOURCES}"
        if not (folder / "done").exists():
            shutil.rmtree(folder, ignore_errors=True)
            for old in CACHE.glob(f"{name}@*"):
                if old.stat().st_mtime < time.time() - KEPT_SECONDS:
                    shutil.rmtree(old)
            given = json.loads((ROOT / "cdk.json").read_text())["context"] | context
            if stage == "prod":
                given |= {"alarm_topic_arn": ALARM_TOPIC}
            app = App(outdir=str(folder), context=given | {"stage": stage, "aws:cdk:disable-asset-staging": True})
            build(app)
            app.synth()
            (folder / "done").touch()
    return Assembly(stage, folder)


@pytest.fixture(scope="session")
def dev() -> Assembly:
    return synthesize("dev")


@pytest.fixture(scope="session")
def prod() -> Assembly:
    return synthesize("prod")


@pytest.fixture(scope="session")
def msk() -> Assembly:
    """`dev` with Kafka for its change stream."""
    return synthesize("dev", stream="msk")


@pytest.fixture(scope="session")
def enhanced() -> Assembly:
    """`dev` with enhanced fan-out of its change stream."""
    return synthesize("dev", enhanced_fan_out="true")


@pytest.fixture(scope="session")
def private_search() -> Assembly:
    """`prod` with the search engine in a VPC."""
    return synthesize("prod", search_vpc="true")


@pytest.fixture(scope="session")
def rotated() -> Assembly:
    """`dev` with the third key for media URLs made, and the second signing."""
    return synthesize("dev", media_keys="3", media_key="2")


@pytest.fixture(scope="session")
def tenant_bound() -> Assembly:
    """`dev` with sessions that IAM binds to one tenant."""
    return synthesize("dev", tenant_sessions="true")


@pytest.fixture(scope="session")
def traced() -> Assembly:
    """`dev` whose functions send traces."""
    return synthesize("dev", tracing="true")


@pytest.fixture(params=ROUTES, ids=lambda route: f"{route.method} {route.path}")
def route(request: pytest.FixtureRequest) -> Route:
    each: Route = request.param
    return each
