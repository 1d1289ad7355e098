"""Brings a local stack up and down: servers, bootstrap, deploy, gaps, seed, first answer."""

import fcntl
import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn
from urllib.parse import urlsplit

from infrastructure.layers import ROOT
from infrastructure.local import aws, deploy, ports, servers, state
from infrastructure.local.console import note, step
from infrastructure.local.phones import make_applications
from infrastructure.local.reindex import rebuild_lost
from infrastructure.local.seed import TOKENS, Credentials, seed
from infrastructure.local.servers import Servers
from infrastructure.local.state import StackState
from infrastructure.settings import Emulator

HOME = ROOT / ".local"
HEALTH = "/v1/health"
ANSWER_SECONDS = 30
PAGES_PORT = 4600
OPENSEARCH = "http://localhost:9200"
"""Where `compose.yaml` publishes OpenSearch."""


class NoAnswer(RuntimeError):
    """The deployed API does not answer its health route."""


class UpAlready(RuntimeError):
    """Another process is bringing this stack up or down."""


@dataclass(frozen=True)
class RunningStack:
    state: StackState
    credentials: Credentials


def up(directory: Path = HOME) -> RunningStack:
    """Start what does not run, deploy what has changed, seed. Servers started here are stopped if any of it fails."""
    with _alone(directory), ExitStack() as undo:
        earlier = state.load(directory)
        if earlier and servers.are_alive(earlier):
            return _again(directory, earlier)
        if endpoint := aws.localstack_endpoint():
            search = os.environ.get("OPENSEARCH_ENDPOINT", OPENSEARCH)
            emulator = aws.emulator_at(endpoint)
            same = earlier if earlier and (earlier.endpoint, earlier.keeper) == (endpoint, 0) else None
            if same is None or not servers.answers(
                same.api_url + HEALTH, servers.BUSY_SECONDS
            ):  # new, or started anew since
                same = StackState(endpoint, search)
            return _prepare(directory, same, emulator=emulator)
        fresh = Servers(
            directory,
            port=ports.chosen("PARLEY_PORT", 4566),
            search_port=ports.chosen("PARLEY_SEARCH_PORT", 9200),
            persistent=os.environ.get("PERSIST") == "1",
            pages_port=ports.remembered("PARLEY_PAGES_PORT", PAGES_PORT, directory / "pages-port"),
        )
        undo.callback(_forget_ended, directory)
        undo.callback(fresh.stop)
        running = _prepare(directory, fresh.state, start=fresh, earlier=earlier)
        fresh.detach()
        undo.pop_all()
        return running


def _again(directory: Path, alive: StackState) -> RunningStack:
    """Bring a stack up whose servers are alive, busy or not: nothing is started beside them."""
    asked = aws.localstack_endpoint()
    if asked and urlsplit(asked).port != urlsplit(alive.endpoint).port:
        raise UpAlready(f"a stack runs on {alive.endpoint}, not on {asked}: `make down` stops it")
    note(f"the servers run already, on {alive.endpoint} and {alive.search_endpoint}")
    servers.await_answer(alive)
    return _prepare(directory, alive)


@contextmanager
def isolated(directory: Path, *, engine: str | None = None) -> Iterator[RunningStack]:
    """A stack of one's own on free ports, for tests: its servers end with this process, however it ends.

    `engine` is the address of a search engine that is there already, empty, instead of osmem.
    """
    with _alone(directory):
        port, search_port, pages_port = (ports.any_free() for _ in range(3))
        own = Servers(
            directory, port=port, search_port=search_port, persistent=False, pages_port=pages_port, engine=engine
        )
        try:
            yield _prepare(directory, own.state, start=own)
        finally:
            own.stop()
            state.forget(directory)
            for made in ("tmp", "state", "cdk.out"):
                shutil.rmtree(directory / made, ignore_errors=True)


def down(directory: Path = HOME) -> bool:
    """Stop the servers; false when none ran. A persistent stack's file stays: it says what is deployed already."""
    with _alone(directory):
        current = state.load(directory)
        if current is None:
            return False
        stopped = servers.stop_running(current)
        shutil.rmtree(directory / "tmp", ignore_errors=True)
        _forget_ended(directory)
        return stopped


def _forget_ended(directory: Path) -> None:
    """Forget a stack whose processes have ended, unless it goes on from what it has stored."""
    current = state.load(directory)
    if current and not current.persistent and not servers.are_alive(current):
        state.forget(directory)


def _prepare(
    directory: Path,
    current: StackState,
    *,
    emulator: Emulator = "ministack",
    start: Servers | None = None,
    earlier: StackState | None = None,
) -> RunningStack:
    (directory / "logs").mkdir(parents=True, exist_ok=True)
    wanted = deploy.inputs_hash(emulator)
    known = earlier if start and earlier and earlier.persistent and current.persistent else current
    synthesis = deploy.Synthesis(directory, current.endpoint, emulator, wanted) if known.deployed != wanted else None
    try:
        if start:
            with step("start MiniStack, osmem and the pages' server"):
                current = start.start().updated(bootstrapped=known.bootstrapped, deployed=known.deployed)
                current = current.updated(api_id=known.api_id, socket_api_id=known.socket_api_id, tables=known.tables)
        state.save(directory, current)
        if not current.bootstrapped:
            with step("bootstrap CDK"):
                deploy.bootstrap(directory, current.endpoint)
            current = current.updated(bootstrapped=True)
        if synthesis:
            current = _deploy(directory, current, synthesis).updated(deployed=wanted)
            state.save(directory, current)
        else:
            note("nothing has changed since the last deploy")
    finally:
        if synthesis:
            synthesis.cancel()
    url = deploy.api_url(current.endpoint, current.api_id, emulator)
    sockets = deploy.socket_url(current.endpoint, current.socket_api_id, emulator)
    current = current.updated(api_url=url, socket_url=sockets, tokens_file=str(directory / TOKENS))
    with step("first answer"):
        _wait_for_answer(current)
    make_applications(current.endpoint)
    with step("seed the tenant demo"):
        credentials = seed(directory, current.endpoint, url)
    if start and known is earlier:
        with step("rebuild the search indices from the table"):
            rebuild_lost(current, credentials.operator_key)
    state.save(directory, current)
    return RunningStack(current, credentials)


def _deploy(directory: Path, current: StackState, synthesis: deploy.Synthesis) -> StackState:
    if synthesis.is_needed:
        with step("synthesize the templates"):
            synthesis.wait()
    with step("deploy the stacks"):
        outputs = deploy.deploy(directory, current.endpoint, synthesis.assembly)
    for gap in deploy.close_gaps(current.endpoint, outputs, synthesis.assembly):
        note(gap)
    return current.updated(api_id=outputs.api_id, socket_api_id=outputs.socket_api_id, tables=outputs.tables)


def _wait_for_answer(current: StackState) -> None:
    deadline = time.monotonic() + ANSWER_SECONDS
    while not servers.answers(current.api_url + HEALTH, timeout=max(0.1, deadline - time.monotonic())):
        if time.monotonic() > deadline:
            raise NoAnswer(f"{current.api_url}{HEALTH} does not answer")
        time.sleep(0.1)


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """One process at a time works on a stack; SIGTERM unwinds as Ctrl-C does, so that what was started is stopped."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "stack.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UpAlready(f"another process works on the stack in {directory}") from None
        if threading.current_thread() is not threading.main_thread():
            yield  # only the main thread may set a handler
            return
        previous = signal.signal(signal.SIGTERM, _unwind)
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, previous)


def _unwind(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)
