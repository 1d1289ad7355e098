"""What the whole local stack takes of a laptop's memory once all of its functions have been used."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest

from infrastructure.examples import parameters_of
from infrastructure.local.stack import RunningStack
from infrastructure.local.workers import Bounds
from infrastructure.routes import ROUTES, Route
from tests.support.aws import memory
from tests.support.aws.local_stack import client

BOUND_BYTES = 2.5 * 2**30
"""What README.md promises."""
AT_ONCE = 6


@pytest.mark.skipif(not memory.is_told(), reason="this machine does not tell a process's share of memory")
def test_all_routes_used_leave_the_stack_under_its_bound(local_stack: RunningStack) -> None:
    """Each route is asked with the ids of its example, by a user who has nothing: that starts its function too."""
    with client(local_stack, local_stack.credentials.server) as server:
        token = server.post("/v1/tokens", json={"user_id": "memory"}).json()["token"]

    def ask(route: Route) -> int:
        path = route.path.format(**{name: quote(value, safe="") for name, value in parameters_of(route).items()})
        with client(local_stack, token) as user:
            return user.request(route.method, path, json={} if route.method in {"POST", "PUT"} else None).status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = list(pool.map(ask, ROUTES))
    assert max(statuses) < 500, dict(zip((route.function for route in ROUTES), statuses, strict=True))
    running = memory.descendants([local_stack.state.keeper, *local_stack.state.processes.values()])
    assert len(running) > Bounds().processes, "its functions' processes are among them"
    assert memory.proportional_bytes(running) < BOUND_BYTES


@pytest.mark.skipif(not memory.is_told(), reason="this machine does not tell a process's share of memory")
def test_the_memory_of_a_child_is_counted() -> None:
    held = "import sys; held = bytearray(b'x' * (64 << 20)); print('ready', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", held]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:  # noqa: S603 - our own
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        mine = memory.descendants([os.getpid()])
        assert child.pid in mine
        assert memory.proportional_bytes([child.pid]) > 64 << 20
        assert child.stdin is not None
        child.stdin.close()
    assert memory.proportional_bytes([child.pid]) == 0, "it has ended"
