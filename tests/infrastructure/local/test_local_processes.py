"""A living local stack is never taken for dead and never forgotten, however busy it is and however a command ends."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from infrastructure.layers import ROOT
from infrastructure.local import deploy, keeper, ports, servers, stack, state
from infrastructure.local.servers import ServerFailed
from infrastructure.local.stack import UpAlready
from infrastructure.local.state import StackState
from tests.infrastructure.local.test_keeper import is_alive

SERVER = """
import sys, time
from http.server import BaseHTTPRequestHandler, HTTPServer

class Busy(BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(float(sys.argv[2]))
        self.send_response(200)
        self.end_headers()

HTTPServer(("127.0.0.1", int(sys.argv[1])), Busy).serve_forever()
"""
"""Stands for MiniStack: it answers after so many seconds."""

Start = Callable[[float], StackState]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a stack's processes under a keeper that was let go, as `make up` leaves them."""
    script = tmp_path / "workers.py"
    script.write_text(SERVER)
    kept: list[subprocess.Popen[str]] = []

    def run(seconds: float) -> StackState:
        port = ports.any_free()
        command = [sys.executable, str(script), str(port), str(seconds)]
        server = {"name": "ministack", "command": command, "environment": {}, "log": str(tmp_path / "log")}
        process = subprocess.Popen(  # noqa: S603 - a keeper of our own
            [sys.executable, keeper.__file__, json.dumps([server])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        kept.append(process)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("detach\n")
        process.stdin.close()
        endpoint = f"http://127.0.0.1:{port}"
        started = StackState(endpoint, endpoint, keeper=process.pid, processes=json.loads(process.stdout.readline()))
        state.save(tmp_path, started)
        return started

    yield run
    for process in kept:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait()


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch) -> list[StackState]:
    """The stacks that `up` deploys to, of which none has started servers of its own."""
    seen: list[StackState] = []

    def prepare(_directory: Path, current: StackState, **started: object) -> None:
        assert not started
        seen.append(current)

    monkeypatch.setattr(stack, "_prepare", prepare)
    for name in ("PARLEY_LOCALSTACK", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    return seen


def test_up_waits_for_a_busy_stack_and_starts_no_second(
    start: Start, tmp_path: Path, prepared: list[StackState]
) -> None:
    running = start(3)
    stack.up(tmp_path)
    assert prepared == [running]


def test_up_leaves_a_stack_that_never_answers_to_down(
    start: Start, tmp_path: Path, prepared: list[StackState], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "BUSY_SECONDS", 1)
    running = start(60)
    with pytest.raises(ServerFailed, match="make down"):
        stack.up(tmp_path)
    assert prepared == []
    assert state.load(tmp_path) == running
    assert stack.down(tmp_path)
    assert not is_alive(running.processes["ministack"])
    assert state.load(tmp_path) is None


def test_an_interrupted_up_remembers_what_ran_before(
    start: Start, tmp_path: Path, prepared: list[StackState], monkeypatch: pytest.MonkeyPatch
) -> None:
    running = start(0)

    def interrupted(*_arguments: object, **_options: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(stack, "_prepare", interrupted)
    with pytest.raises(KeyboardInterrupt):
        stack.up(tmp_path)
    assert state.load(tmp_path) == running
    assert servers.are_alive(running)
    assert prepared == []


def test_up_towards_another_emulator_does_not_forget_the_servers_that_run(
    start: Start, tmp_path: Path, prepared: list[StackState], monkeypatch: pytest.MonkeyPatch
) -> None:
    running = start(0)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(UpAlready, match="make down"):
        stack.up(tmp_path)
    monkeypatch.setenv("AWS_ENDPOINT_URL", running.endpoint)
    stack.up(tmp_path)
    assert prepared == [running]


def test_a_state_that_another_version_wrote_still_names_its_processes(start: Start, tmp_path: Path) -> None:
    running = start(0)
    file = tmp_path / "stack.json"
    written = json.loads(file.read_text())
    del written["socket_url"]
    file.write_text(json.dumps(written | {"unknown": 1}))
    assert state.load(tmp_path) == running
    assert stack.down(tmp_path)
    assert not is_alive(running.processes["ministack"])


def test_nothing_is_forgotten_while_a_process_lives(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = start(0)
    monkeypatch.setattr(servers, "STOP_SECONDS", 0.2)
    monkeypatch.setattr(servers, "KILL_SECONDS", 0.2)
    monkeypatch.setattr("os.killpg", lambda *_: None)
    with pytest.raises(ServerFailed, match="do not end"):
        stack.down(tmp_path)
    assert state.load(tmp_path) == running
    monkeypatch.undo()
    assert stack.down(tmp_path)


def test_a_cache_that_a_tool_leaves_deploys_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deploy, "ROOT", tmp_path)
    monkeypatch.setattr(deploy, "INPUTS", ("functions",))
    (tmp_path / "functions").mkdir()
    before = deploy.inputs_hash("ministack")
    for cache in (".ruff_cache", "__pycache__"):
        (tmp_path / "functions" / cache).mkdir()
        (tmp_path / "functions" / cache / "left").touch()
    assert deploy.inputs_hash("ministack") == before
    (tmp_path / "functions" / "new.py").touch()
    assert deploy.inputs_hash("ministack") != before


def test_make_says_why_npm_failed(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"name": "none", "dependencies": {"aws-cdk": "1.0.0"}}')
    (tmp_path / "package-lock.json").write_text("{}")
    make = ["make", "-f", str(ROOT / "Makefile"), "-C", str(tmp_path), ".local/node.stamp"]
    done = subprocess.run(make, capture_output=True, text=True, check=False)  # noqa: S603 - the Makefile under test
    assert done.returncode != 0
    assert "npm ci" in done.stderr.replace("`", "")
    assert "package-lock.json" in done.stderr
