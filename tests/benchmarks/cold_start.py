"""Cold starts: how long each function's module takes to import, and the memory it holds after its first call.

Both in fresh processes with compiled bytecode. Imports are compared with `import boto3` and a DynamoDB client, measured
in the same run, in turns; the first call goes to moto's tables behind a loopback port.
"""

import json
import os
import statistics
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
from tests.benchmarks import goals
from tests.benchmarks.tables import print_table, verdict
from tests.support.clients.modules import load, run
from tests.support.people.world import example_world
from tests.tools.record_events import make_event

ROUNDS = 5
CEILINGS = {"messaging": 1.0, "search": 1.2}
CEILING_MIB = 128
QUEUES = (
    "WEBHOOK_QUEUE_URL",
    "WEBHOOK_FAILURES_URL",
    "ERASURES_QUEUE_URL",
    "EXPORTS_QUEUE_URL",
    "IMPORTS_QUEUE_URL",
    "ANNOUNCEMENTS_QUEUE_URL",
    "TRUNCATIONS_QUEUE_URL",
    "RETENTIONS_QUEUE_URL",
    "PREVIEWS_QUEUE_URL",
)
REFERENCE = "import boto3; boto3.client('dynamodb')"

_UNCOMPILED = """
import sys, importlib.machinery, sysconfig
own = sysconfig.get_path("stdlib")
cached = importlib.machinery.SourceFileLoader.get_code
def compiled(loader, name):
    path = loader.get_filename(name)
    if path.startswith(own) and "site-packages" not in path:
        return cached(loader, name)
    return loader.source_to_code(loader.get_data(path), path)
importlib.machinery.SourceFileLoader.get_code = compiled
import functions.{function}
"""

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
    get_remaining_time_in_millis = staticmethod(lambda: 29_000)
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
    """Print both tables; fail where a function holds too much."""
    routes = [route for route in ROUTES if _answers_here(route)]
    _import_times(routes)
    memory = _memory(routes)
    large = {function for function, mebibytes in memory.items() if mebibytes > CEILING_MIB}
    assert not large, f"over {CEILING_MIB} MiB: {large}"


def _answers_here(route: Route) -> bool:
    example = find_example(route)
    return example is not None and not example.elsewhere


def _import_times(routes: list[Route]) -> None:
    """Each module's CPU time against the reference's right before: other work on the machine falls on both.

    A layer brings bytecode. Without it a function would compile all of Parley and its dependencies at each cold start.
    """
    rows = []
    ratios: dict[str, list[float]] = {}
    for route in routes:
        module = f"import functions.{route.function.replace('/', '.')}"
        load(module)  # which compiles what has no bytecode yet
        pairs = [(load(REFERENCE), load(module)) for _ in range(ROUNDS)]
        ratio = statistics.median(ours.cpu / reference.cpu for reference, ours in pairs)
        ratios.setdefault(route.service, []).append(ratio)
        fastest = min((ours for _, ours in pairs), key=lambda loading: loading.cpu)
        ceiling = CEILINGS.get(route.service)
        against = "" if ceiling is None else f"{verdict(ratio, ceiling)} {ceiling}"
        rows.append([route.function, f"{fastest.milliseconds:.0f}", f"{fastest.cpu:.0f}", f"{ratio:.2f}", against])
    print_table(
        f"Import in fresh processes: best of {ROUNDS}, and CPU against boto3 with a DynamoDB client, median of pairs",
        ["module", "ms", "CPU ms", "ratio of CPU", ""],
        rows,
    )
    for service, ceiling in CEILINGS.items():
        measured = ratios[service]
        goals.note(
            f"import of a function of {service} ÷ boto3 with a client, median", statistics.median(measured), ceiling
        )
        goals.note(f"import of a function of {service} ÷ boto3 with a client, most", max(measured), ceiling)
    _without_bytecode()


def _without_bytecode() -> None:
    """What bytecode saves: all but Python's own library is compiled where there is none."""
    rows = []
    for function in ("messaging.send_message", "search.search_messages"):
        with_it, without = load(f"import functions.{function}"), load(_UNCOMPILED.format(function=function))
        rows.append([function, f"{with_it.cpu:.0f}", f"{without.cpu:.0f}", f"{without.cpu / with_it.cpu:.1f}"])
    print_table("Import with bytecode and without, CPU ms", ["module", "with", "without", "ratio"], rows)


def _memory(routes: list[Route]) -> dict[str, float]:
    rows, held = [], {}
    queue = boto3.client("sqs").create_queue(QueueName="benchmark")["QueueUrl"]
    for route in routes:
        with example_world() as moved, _loopback() as address:
            further = {
                "AWS_ENDPOINT_URL": address,
                "CHAT_TABLE": settings().chat_table,
                "CONTROL_TABLE": settings().control_table,
                "EVENT": json.dumps(make_event(route)),
                "MODULE": f"functions.{route.function.replace('/', '.')}",
                "NOW": str(moved.now),
                **dict.fromkeys(QUEUES, queue),
            }
            status, resident, peak = json.loads(run(_FIRST_CALL, **further))
        held[route.function] = peak / 1024
        rows.append([route.function, str(status), f"{resident / 1024:.0f}", f"{peak / 1024:.0f}", str(route.memory)])
        assert status < 300, f"{route.function} answered {status}"
    print_table("Memory after the first call, MiB", ["function", "status", "resident", "peak", "configured"], rows)
    return held


_SERVICES: dict[str, Any] = {"DynamoDB_20120810": "dynamodb", "AmazonSQS": "sqs", "secretsmanager": "secretsmanager"}


class _Moto(BaseHTTPRequestHandler):
    """AWS's JSON protocols in front of this process's moto."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        protocol, _, operation = self.headers["X-Amz-Target"].rpartition(".")
        parameters = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        client: Any = boto3.client(_SERVICES[protocol])
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
