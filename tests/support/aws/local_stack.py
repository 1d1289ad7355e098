"""The deployed product for tests: the `local_stack` fixture, one stack for all test processes of a run.

The first process that asks starts an emulator on free ports, deploys and seeds as `make up` does; the others wait for
it and use the same. It stops when the last of them is done, and also when the process that started it dies. Tests
share it, so each makes what it needs under names of its own. With `PARLEY_STACK=.local` they use the stack that
`make up` has started instead, which saves ten seconds while writing them.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from infrastructure.layers import ROOT
from infrastructure.local import stack, state
from infrastructure.local.seed import credentials
from infrastructure.local.stack import RunningStack

STACKS = ROOT / ".local" / "tests"
KEPT_SECONDS = 3600
"""Logs of earlier runs are kept that long."""


@pytest.fixture(scope="session")
def local_stack() -> Iterator[RunningStack]:
    if given := os.environ.get("PARLEY_STACK"):
        yield _running(Path(given))
        return
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    with _shared(STACKS / f"stack-{run[:12]}") as running:
        yield running


def client(running: RunningStack, token: str | None = None) -> httpx.Client:
    """An HTTP client of the deployed API, with a bearer token."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.Client(base_url=running.state.api_url, headers=headers, timeout=30, trust_env=False)


@contextmanager
def _shared(directory: Path) -> Iterator[RunningStack]:
    """The stack in this directory, started here unless another process has.

    Everyone who uses it holds the file `users` shared; the one who started it stops it once nobody else does.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with ExitStack() as at_the_end:
        users = at_the_end.enter_context((directory / "users").open("w"))
        with (directory / "starting").open("w") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            if state.load(directory) is None:
                _remove_earlier()
                running = at_the_end.enter_context(stack.isolated(directory))
                at_the_end.callback(fcntl.flock, users, fcntl.LOCK_EX)
            else:
                running = _running(directory)
            fcntl.flock(users, fcntl.LOCK_SH)
        yield running


def _running(directory: Path) -> RunningStack:
    found = state.load(directory)
    assert found is not None, f"no stack runs in {directory}: make up"
    return RunningStack(found, credentials(directory))


def _remove_earlier() -> None:
    for old in STACKS.glob("stack-*"):
        if old.stat().st_mtime < time.time() - KEPT_SECONDS:
            shutil.rmtree(old)
