"""Cold starts: how long each function's module takes to import, and the memory it holds after its first call.

Both in fresh processes with compiled bytecode. Imports are compared with `import boto3` and a DynamoDB client, measured
in the same run, in turns; the first call goes to moto's tables behind a loopback port.
"""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws

from infrastructure.examples import find_example
from infrastructure.routes import ROUTES, Route
from parley.settings import settings
from tests.benchmarks.tables import print_table
from tests.support.events import make_event
from tests.support.modules import Loading, load, run
from tests.support.world import example_world

ROUNDS = 3
CEILING = 1.5
CEILING_MIB = 128
REFERENCE = "import boto3; boto3.client('dynamodb')"

_FIRST_CALL = """
import contextlib, importlib, io, json, os, sys
event = json.loads(os.environ["EVENT"])
handler = importlib.import_module(os.environ["MODULE"]).handler
from parley import clock
now = int(os.environ["NOW"])
clock.now_ms = lambda: now
class Context:
    function_name = "benchmark"
    memory_limit_in_mb = 128
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:benchmark"
    aws_request_id = "benchmark"
with contextlib.redirect_stdout(io.StringIO()):
    answer = handler(event, Context())
status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
print(json.dumps([answer["statusCode"], int(status["VmRSS"].split()[0]), int(status["VmHWM"].split()[0])]))
"""


def main() -> None:
    """Measure on moto, quietly."""
    os.environ["LOG_LEVEL"] = "CRITICAL"
    with mock_aws():
        measure()


def measure() -> None:
    """Print both tables; fail where a messaging function imports too long or any function holds too much."""
    routes = [route for route in ROUTES if _answers_here(route)]
    ratios = _import_times(routes)
    memory = _memory(routes)
    slow = {route.function for route, ratio in ratios.items() if route.service == "messaging" and ratio > CEILING}
    large = {function for function, mebibytes in memory.items() if mebibytes > CEILING_MIB}
    assert not slow, f"imports take over {CEILING} times the reference: {slow}"
    assert not large, f"over {CEILING_MIB} MiB: {large}"


def _answers_here(route: Route) -> bool:
    example = find_example(route)
    return example is not None and not example.elsewhere


def _import_times(routes: list[Route]) -> dict[Route, float]:
    """Each module's CPU time against the reference's: other work on the machine falls on the clock, not on that."""
    statements = {"boto3 and a DynamoDB client": REFERENCE, "boto3 alone": "import boto3"}
    statements |= {route.function: f"import functions.{route.function.replace('/', '.')}" for route in routes}
    seen: dict[str, list[Loading]] = {name: [] for name in statements}
    for _ in range(ROUNDS):
        for name, statement in statements.items():
            seen[name].append(load(statement))
    wall = {name: min(loading.milliseconds for loading in loadings) for name, loadings in seen.items()}
    cpu = {name: min(loading.cpu for loading in loadings) for name, loadings in seen.items()}
    reference = cpu["boto3 and a DynamoDB client"]
    rows = [[name, f"{wall[name]:.0f}", f"{cpu[name]:.0f}", f"{cpu[name] / reference:.2f}"] for name in statements]
    print_table(f"Import, best of {ROUNDS}, in fresh processes", ["module", "ms", "CPU ms", "ratio of CPU"], rows)
    return {route: cpu[route.function] / reference for route in routes}


def _memory(routes: list[Route]) -> dict[str, float]:
    rows, held = [], {}
    for route in routes:
        with example_world() as moved, _loopback() as address:
            further = {
                "AWS_ENDPOINT_URL_DYNAMODB": address,
                "CHAT_TABLE": settings().chat_table,
                "CONTROL_TABLE": settings().control_table,
                "EVENT": json.dumps(make_event(route)),
                "MODULE": f"functions.{route.function.replace('/', '.')}",
                "NOW": str(moved.now),
            }
            status, resident, peak = json.loads(run(_FIRST_CALL, **further))
        held[route.function] = peak / 1024
        rows.append([route.function, str(status), f"{resident / 1024:.0f}", f"{peak / 1024:.0f}", str(route.memory)])
        assert status < 300, f"{route.function} answered {status}"
    print_table("Memory after the first call, MiB", ["function", "status", "resident", "peak", "configured"], rows)
    return held


class _Moto(BaseHTTPRequestHandler):
    """DynamoDB's protocol in front of this process's moto."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        operation = self.headers["X-Amz-Target"].rpartition(".")[2]
        parameters = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        client: Any = boto3.client("dynamodb")
        try:
            status, answer = 200, client._make_api_call(operation, parameters)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            status, answer = 400, {**error.response, "__type": f"com.amazonaws.dynamodb.v20120810#{code}"}
        answer = {name: value for name, value in answer.items() if name not in {"ResponseMetadata", "Error"}}
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Not the benchmark's business."""


@contextmanager
def _loopback() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Moto)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
