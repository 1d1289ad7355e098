"""Deploys the CDK app to the emulator with cdklocal, and closes the emulator's known gaps."""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from infrastructure.layers import ROOT
from infrastructure.local import aws
from infrastructure.local.console import note
from infrastructure.names import change_stream_name, prefix, table_name
from infrastructure.settings import Emulator
from infrastructure.tables import TABLES

STAGE = "local"
SOCKET_STAGE = "v1"
CDKLOCAL = ROOT / "node_modules" / ".bin" / "cdklocal"
INPUTS = ("app.py", "cdk.json", "infrastructure", "functions", "layers")
NOT_INPUTS = (ROOT / "infrastructure" / "local",)
CONCURRENCY = 4


class DeployFailed(RuntimeError):
    """cdklocal or the CDK app failed; the message ends with what it printed."""


@dataclass(frozen=True)
class Outputs:
    api_id: str
    socket_api_id: str
    tables: dict[str, str]


def inputs_hash(emulator: str) -> str:
    """A hash of all that decides what is deployed, so that an unchanged app need not even be synthesized."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {emulator}".encode())
    for path in _input_files():
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _input_files() -> Iterator[Path]:
    for name in INPUTS:
        top = ROOT / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            parts = path.relative_to(ROOT).parts
            cached = any(part.startswith(".") or part == "__pycache__" for part in parts)
            generated = cached or any(path.is_relative_to(other) for other in NOT_INPUTS)
            if path.is_file() and not generated:
                yield path


class Synthesis:
    """Writes the templates in the background, while the servers start, unless those of these very inputs are there."""

    def __init__(self, directory: Path, endpoint: str, emulator: Emulator, inputs: str) -> None:
        self.assembly = directory / "cdk.out"
        self._inputs = inputs
        self._stamp = directory / "cdk.out.inputs"
        self.is_needed = not (self._stamp.is_file() and self._stamp.read_text() == inputs and self.assembly.is_dir())
        self._process = self._start(endpoint, emulator) if self.is_needed else None

    def _start(self, endpoint: str, emulator: Emulator) -> subprocess.Popen[str]:
        self._stamp.unlink(missing_ok=True)
        context = json.loads((ROOT / "cdk.json").read_text())["context"]
        if emulator == "localstack":
            context |= {"@aws-cdk/core:defaultCrossStackReferences": "strong"}  # it knows no Fn::GetStackOutput
        environment = aws.tool_environment(endpoint) | {
            "CDK_OUTDIR": str(self.assembly),
            "CDK_CONTEXT_JSON": json.dumps(context | {"stage": STAGE, "emulator": emulator}),
        }
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # importing aws_cdk takes four times as long without its .pyc
        return subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait(self) -> Path:
        """The directory of the templates."""
        if self._process:
            printed, _ = self._process.communicate()
            if self._process.returncode:
                raise DeployFailed(f"the CDK app failed:\n{printed}")
            self._stamp.write_text(self._inputs)
        return self.assembly

    def cancel(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


def bootstrap(directory: Path, endpoint: str) -> None:
    """CDK's own stack: the bucket for assets, and the roles that deploy."""
    _cdklocal(directory, endpoint, "bootstrap", f"aws://000000000000/{aws.REGION}")


def deploy(directory: Path, endpoint: str, assembly: Path) -> Outputs:
    """Deploy what has changed and return where it is."""
    written = directory / "outputs.json"
    options = ["--all", "--app", str(assembly), "--require-approval", "never", "--method", "direct"]
    _cdklocal(
        directory, endpoint, "deploy", *options, "--concurrency", str(CONCURRENCY), "--outputs-file", str(written)
    )
    _forget_old_assets(assembly)
    outputs = json.loads(written.read_text())
    api_id = outputs[f"{prefix(STAGE)}-api"]["ApiId"]
    socket_api_id = outputs[f"{prefix(STAGE)}-sockets"]["SocketApiId"]
    return Outputs(api_id, socket_api_id, {table.name: table_name(STAGE, table.name) for table in TABLES})


def _forget_old_assets(assembly: Path) -> None:
    """Every edit leaves a copy of what it changed: remove what the newest templates do not name."""
    manifests = [json.loads(file.read_text()) for file in assembly.glob("*.assets.json")]
    named = {asset["source"]["path"] for manifest in manifests for asset in manifest["files"].values()}
    for old in assembly.glob("asset.*"):
        if old.name not in named:
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    for zipped in (assembly / ".cache").glob("*.zip"):
        if f"asset.{zipped.stem}" not in named:
            zipped.unlink()


def close_gaps(endpoint: str, outputs: Outputs, assembly: Path) -> Iterator[str]:
    """Do what MiniStack's CloudFormation leaves out; says what was done."""
    if _stream_changes(endpoint, outputs.tables["chat"]):
        yield f"{outputs.tables['chat']} now streams its changes: MiniStack ignores KinesisStreamSpecification"
    if _allow_origins(endpoint, outputs.api_id, assembly):
        yield "the API's CORS configuration is set again: MiniStack keeps the template's, but does not read it"


def _stream_changes(endpoint: str, table: str) -> bool:
    dynamodb = aws.client("dynamodb", endpoint)
    destinations = dynamodb.describe_kinesis_streaming_destination(TableName=table)["KinesisDataStreamDestinations"]
    if any(destination["DestinationStatus"] != "DISABLED" for destination in destinations):
        return False
    kinesis = aws.client("kinesis", endpoint)
    stream = kinesis.describe_stream_summary(StreamName=change_stream_name(STAGE))["StreamDescriptionSummary"]
    dynamodb.enable_kinesis_streaming_destination(TableName=table, StreamArn=stream["StreamARN"])
    return True


def _allow_origins(endpoint: str, api_id: str, assembly: Path) -> bool:
    """It stores `AllowOrigins` as CloudFormation spells it, and looks for `allowOrigins`."""
    gateway = aws.client("apigatewayv2", endpoint)
    if gateway.get_api(ApiId=api_id).get("CorsConfiguration", {}).get("AllowOrigins"):
        return False
    template = json.loads((assembly / f"{prefix(STAGE)}-api.template.json").read_text())
    (api,) = (each for each in template["Resources"].values() if each["Type"] == "AWS::ApiGatewayV2::Api")
    gateway.update_api(ApiId=api_id, CorsConfiguration=api["Properties"]["CorsConfiguration"])
    return True


def _cdklocal(directory: Path, endpoint: str, *arguments: str) -> None:
    """Run cdklocal, show each stack as it is done, and keep all that it prints in the log."""
    printed: list[str] = []
    with (
        (directory / "logs" / "deploy.log").open("a") as log,
        subprocess.Popen(
            [CDKLOCAL, *arguments, "--no-notices", "--no-color"],
            cwd=directory,
            env=aws.tool_environment(endpoint),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process,
    ):
        try:
            for line in cast("IO[str]", process.stdout):
                log.write(line)
                printed.append(line)
                if "✅" in line and arguments[0] == "deploy":
                    note(line.replace("✅", "").strip())
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise DeployFailed(f"cdklocal {arguments[0]} failed:\n{''.join(printed[-40:])}")


def api_url(endpoint: str, api_id: str, emulator: Emulator) -> str:
    """Where the API answers. The path form works wherever the emulator does; `*.localhost` is not resolved by all."""
    if emulator == "localstack":
        port = endpoint.rsplit(":", 1)[1]
        return f"http://{api_id}.execute-api.localhost.localstack.cloud:{port}"
    return f"{endpoint}/_aws/execute-api/{api_id}/$default"


def socket_url(endpoint: str, socket_api_id: str, emulator: str) -> str:
    """Where the WebSocket API answers."""
    if emulator == "localstack":
        port = endpoint.rsplit(":", 1)[1]
        return f"ws://{socket_api_id}.execute-api.localhost.localstack.cloud:{port}/{SOCKET_STAGE}"
    return f"{endpoint.replace('http', 'ws', 1)}/_aws/execute-api/{socket_api_id}/{SOCKET_STAGE}"
