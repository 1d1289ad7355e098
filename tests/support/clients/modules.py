"""What a function loads: measured in a process of its own, as a cold start in AWS would."""

import functools
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
HEAVY = (
    "boto3",
    "jwt",
    "cryptography",
    "opensearchpy",
    "opensearch_protobufs",
    "grpc",
    "google",
    "PIL",
    "numpy",
    "requests",
    "urllib3",
    "s3transfer",
    "aws_xray_sdk",
    "snowballstemmer",
    "email_validator",
    "jmespath",
    "botocore.session",
    "fastjsonschema",
    "re2",
    "redis",
    "kafka",
    "asyncio",
    "sqlite3",
    "unittest",
    "aws_cdk",
    "infrastructure",
    "tests",
)
"""Modules that cost a cold start tens of milliseconds, or do not belong in a function at all. `botocore.session` comes
with every client of botocore."""

_PROGRAM = """
import sys, time
started, spent = time.perf_counter(), time.process_time()
{statement}
elapsed, spent = (time.perf_counter() - started) * 1000, (time.process_time() - spent) * 1000
import json
loaded = {{name.partition(".")[0] for name in sys.modules}} | {{"botocore.session"}} & set(sys.modules)
print(json.dumps([elapsed, spent, sorted(loaded)]))
"""

_FORKS = """
import importlib, json, os, sys
import parley.http
loaded = {{}}
for function in {functions}:
    reading, writing = os.pipe()
    if os.fork() == 0:
        importlib.import_module("functions." + function.replace("/", "."))
        modules = sorted(
            {{name.partition(".")[0] for name in sys.modules}} | {{"botocore.session"}} & set(sys.modules)
        )
        with os.fdopen(writing, "w") as pipe:
            json.dump(modules, pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        loaded[function] = json.load(pipe)
    os.wait()
print(json.dumps(loaded))
"""
"""What all functions share is loaded once, then each one in a fork of its own."""


@dataclass(frozen=True)
class Loading:
    """Milliseconds of a statement in a fresh process, by the clock and of CPU, and the top-level modules after it."""

    milliseconds: float
    cpu: float
    modules: frozenset[str]

    @property
    def heavy(self) -> set[str]:
        return set(HEAVY) & self.modules


def load(statement: str) -> Loading:
    """Run a statement in a fresh interpreter that sees the repository and the library."""
    milliseconds, cpu, modules = json.loads(run(_PROGRAM.format(statement=statement)))
    return Loading(milliseconds, cpu, frozenset(modules))


def run(program: str, **further: str) -> str:
    """The last line that a program writes in a fresh interpreter, with these further environment variables."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment.pop(
        "PYTHONDONTWRITEBYTECODE", None
    )  # a layer brings bytecode: what is measured is loading, not compiling
    environment |= {
        "PYTHONPATH": f"{ROOT / 'layers/parley/python'}{os.pathsep}{ROOT}",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_EC2_METADATA_DISABLED": "true",
        "POWERTOOLS_SERVICE_NAME": "parley",
        "PYDANTIC_DISABLE_PLUGINS": "__all__",
        **further,
    }
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return done.stdout.splitlines()[-1]


@functools.cache
def modules_of_functions() -> dict[str, frozenset[str]]:
    """The top-level modules that each function loads, beyond and including those of the HTTP layer."""
    loaded: dict[str, list[str]] = json.loads(run(_FORKS.format(functions=all_functions())))
    return {function: frozenset(modules) for function, modules in loaded.items()}


def all_functions() -> list[str]:
    """Every function of the repository, routes or not, as `<service>/<endpoint>`."""
    files = (ROOT / "functions").glob("*/*.py")
    return sorted(f"{file.parent.name}/{file.stem}" for file in files if file.stem != "__init__")
