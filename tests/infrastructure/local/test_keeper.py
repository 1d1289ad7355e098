"""The keeper never leaves a server behind, however the process that started it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infrastructure.local import keeper

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
WITH_CHILD = """
import subprocess, sys, time
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]).pid, flush=True)
time.sleep(60)
"""
"""A server that starts a process of its own, and does not stop it."""

Start = Callable[[], subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a keeper of two servers; whatever a failing test leaves is killed."""
    started: list[subprocess.Popen[str]] = []

    def run() -> subprocess.Popen[str]:
        servers = [
            {"name": name, "command": command, "environment": {}, "log": str(tmp_path / name)}
            for name, command in (("first", SLEEP), ("second", [sys.executable, "-c", WITH_CHILD]))
        ]
        process = subprocess.Popen(  # noqa: S603 - the keeper under test
            [sys.executable, keeper.__file__, json.dumps(servers)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def processes_of(kept: subprocess.Popen[str], log: Path) -> list[int]:
    """The ids of both servers and of the process that the second one started."""
    assert kept.stdout is not None
    servers: dict[str, int] = json.loads(kept.stdout.readline())
    deadline = time.monotonic() + 10
    while not (text := log.read_text()).strip() and time.monotonic() < deadline:
        time.sleep(0.02)
    return [*servers.values(), int(text)]


def all_end(pids: list[int]) -> bool:
    deadline = time.monotonic() + 10
    while any(map(is_alive, pids)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_all_end_when_the_starter_is_gone(start: Start, tmp_path: Path) -> None:
    kept = start()
    pids = processes_of(kept, tmp_path / "second")
    assert kept.stdin is not None
    kept.stdin.close()
    assert all_end([kept.pid, *pids])


def test_all_end_when_one_of_them_does(start: Start, tmp_path: Path) -> None:
    kept = start()
    pids = processes_of(kept, tmp_path / "second")
    os.kill(pids[0], signal.SIGKILL)
    assert all_end([kept.pid, *pids])


def test_all_end_when_the_keeper_is_told_to(start: Start, tmp_path: Path) -> None:
    kept = start()
    pids = processes_of(kept, tmp_path / "second")
    kept.terminate()
    assert all_end([kept.pid, *pids])


def test_servers_that_were_let_go_run_on_without_their_starter(start: Start, tmp_path: Path) -> None:
    kept = start()
    pids = processes_of(kept, tmp_path / "second")
    assert kept.stdin is not None
    kept.stdin.write("detach\n")
    kept.stdin.close()
    time.sleep(3 * keeper.POLL_SECONDS)
    assert all(map(is_alive, pids))
