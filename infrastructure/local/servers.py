"""MiniStack, osmem and the pages as background processes, under a keeper that never leaves one of them behind."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import IO, cast
from urllib.parse import urlsplit

from infrastructure.layers import ROOT
from infrastructure.local import keeper, pages, workers
from infrastructure.local.ports import LOOPBACK
from infrastructure.local.state import StackState

EMULATOR = ROOT / ".local" / "emulator"
UNPACKED = ROOT / ".local" / "unpacked"
"""What functions are started from, of all stacks of a clone."""
START_SECONDS = 40
BUSY_SECONDS = 60
"""How long living servers may take to answer: a busy machine is no reason to start others beside them."""
KILL_SECONDS = 5
STOP_SECONDS = keeper.GRACE_SECONDS + 5
IDLE_SECONDS = 300
"""After which a function's process ends; its next call starts another one."""
COMMANDS = {"keeper": "keeper.py", "ministack": "workers.py", "osmem": "osmem-server", "pages": pages.MODULE}
"""What the command line of each process contains."""


class ServerFailed(RuntimeError):
    """A server ended or did not answer in time; its log says why."""


class Servers:
    """The servers of one stack. Until `detach`, they end when this process does, however it ends.

    `engine` is the address of a search engine that others run, instead of osmem.
    """

    def __init__(
        self,
        directory: Path,
        *,
        port: int,
        search_port: int,
        persistent: bool,
        pages_port: int | None = None,
        engine: str | None = None,
    ) -> None:
        self.state = StackState(
            endpoint=f"http://{LOOPBACK}:{port}",
            search_endpoint=engine or f"http://{LOOPBACK}:{search_port}",
            persistent=persistent,
            pages_url=f"http://{LOOPBACK}:{pages_port}" if pages_port else "",
        )
        self._brings_engine = engine is None
        self._logs = directory / "logs"
        self._directory = directory
        self._keeper: subprocess.Popen[str] | None = None

    def start(self) -> StackState:
        """Start them and wait until they answer."""
        shutil.rmtree(self._directory / "tmp", ignore_errors=True)  # what functions were unpacked to before
        for folder in ("logs", "tmp", "state"):
            (self._directory / folder).mkdir(parents=True, exist_ok=True)
        kept = [self._ministack()]
        kept += [self._osmem()] if self._brings_engine else []
        kept += [self._pages()] if self.state.pages_url else []
        self._keeper = subprocess.Popen(
            [sys.executable, keeper.__file__, json.dumps(kept)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(self._logs / "keeper.log").open("w"),
            text=True,
            start_new_session=True,  # Ctrl-C in a terminal goes to its whole group: only the keeper ends the servers
        )
        processes = cast("IO[str]", self._keeper.stdout).readline()
        if not processes:
            raise ServerFailed(f"the servers did not start: see {self._logs}/keeper.log")
        self.state = self.state.updated(keeper=self._keeper.pid, processes=json.loads(processes))
        self._wait(self._keeper, "ministack", f"{self.state.endpoint}/_ministack/health")
        if self._brings_engine:
            self._wait(self._keeper, "osmem", f"{self.state.search_endpoint}/_cluster/health")
        if self.state.pages_url:
            self._wait(self._keeper, "pages", f"{self.state.pages_url}{pages.HEALTH}")
        return self.state

    def detach(self) -> None:
        """Let the servers run on when this process ends."""
        if self._keeper:
            letting_go = cast("IO[str]", self._keeper.stdin)
            letting_go.write("detach\n")
            letting_go.flush()

    def stop(self) -> None:
        if self._keeper:
            self._keeper.terminate()
            try:
                self._keeper.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(self._keeper.pid, signal.SIGKILL)
                self._keeper.wait()

    def _wait(self, parent: subprocess.Popen[str], name: str, url: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not answers(url):
            if parent.poll() is not None or time.monotonic() > deadline:
                raise ServerFailed(f"{name} does not answer: see {self._logs}/{name}.log")
            time.sleep(0.05)

    def _ministack(self) -> dict[str, object]:
        """MiniStack hands its environment on to the functions that it runs, so it gets a clean one."""
        persistent = "1" if self.state.persistent else "0"
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self._directory / "tmp"),
            "LANG": "C.UTF-8",
            "TMPDIR": str(self._directory / "tmp"),
            "BIND_HOST": LOOPBACK,
            "GATEWAY_PORT": str(urlsplit(self.state.endpoint).port),
            "PERSIST_STATE": persistent,
            "S3_PERSIST": persistent,
            "STATE_DIR": str(self._directory / "state"),
            "S3_DATA_DIR": str(self._directory / "state" / "s3"),
            "MINISTACK_OPENSEARCH_ENDPOINT": urlsplit(self.state.search_endpoint).netloc,
            "DOCKER_HOST": f"unix://{self._directory}/no-docker",
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            "LAMBDA_WARM_TTL_SECONDS": str(IDLE_SECONDS),
        }
        command = [str(EMULATOR / "bin" / "python"), "-P", workers.__file__, str(UNPACKED)]
        return self._server("ministack", command, environment)

    def _osmem(self) -> dict[str, object]:
        address = urlsplit(self.state.search_endpoint).netloc
        return self._server("osmem", [str(osmem()), "-addr", address, "-no-stdin-watch"], {})

    def _pages(self) -> dict[str, object]:
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "clients" / "python"))),
        }
        port = str(urlsplit(self.state.pages_url).port)
        return self._server(
            "pages", [sys.executable, "-P", "-m", pages.MODULE, str(self._directory), port], environment
        )

    def _server(self, name: str, command: list[str], environment: dict[str, str]) -> dict[str, object]:
        log = self._logs / f"{name}.log"
        log.write_bytes(b"")
        return {"name": name, "command": command, "environment": environment, "log": str(log)}


def osmem() -> Path:
    """The OpenSearch-compatible server that `make up` and the tests run."""
    (server,) = EMULATOR.glob("lib/python*/site-packages/osmem_server/bin/osmem-server*")
    return server


def answers(url: str, timeout: float = 2) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=timeout) as answer:
            return int(answer.status) < 500  # noqa: PLR2004
    except (urllib.error.URLError, OSError, ValueError):
        return False


def await_answer(state: StackState) -> None:
    """Wait for servers that are alive, however busy they are; raises `ServerFailed` when they end or never answer."""
    deadline = time.monotonic() + BUSY_SECONDS
    while not answers(f"{state.endpoint}/_ministack/health", timeout=max(0.1, deadline - time.monotonic())):
        if not are_alive(state):
            raise ServerFailed("the servers have just ended: `make up` starts them again")
        if time.monotonic() > deadline:
            raise ServerFailed(
                f"the servers run (process {state.keeper}), but did not answer within {BUSY_SECONDS} s: "
                "`make down` stops them"
            )
        time.sleep(0.2)


def stop_running(state: StackState) -> bool:
    """Stop the servers of the state; false when they were not running. Raises `ServerFailed` if one lives on."""
    if not are_alive(state):
        return False
    for number, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, KILL_SECONDS)):
        with suppress(ProcessLookupError):
            os.killpg(state.keeper, number)
        deadline = time.monotonic() + seconds
        while are_alive(state) and time.monotonic() < deadline:
            time.sleep(0.05)
    if are_alive(state):
        raise ServerFailed(f"the servers (process group {state.keeper}) do not end")
    return True


def are_alive(state: StackState) -> bool:
    """Whether one of the stack's processes lives. An id may be someone else's by now: group and command must fit."""
    expected = {"keeper": state.keeper, **state.processes}
    return any(_runs(pid, state.keeper, COMMANDS[name]) for name, pid in expected.items())


def _runs(pid: int, group: int, command: str) -> bool:
    try:
        return pid > 0 and os.getpgid(pid) == group and command in _command_line(pid)
    except ProcessLookupError:
        return False


def _command_line(pid: int) -> str:
    """The process's arguments; empty once it has ended, also while its parent has not collected it yet."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except FileNotFoundError:
        listed = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return listed.stdout
