"""Keeps the local stack's servers: the parent of all of them, which never leaves one behind.

It starts every server that its argument lists, says so on standard output, and then watches. All stop together: when
one of them ends, when the keeper gets SIGTERM, and when its standard input ends before the word `detach` came, which is
what happens when the process that started it is interrupted, crashes or is killed. Needs the standard library alone.
"""

import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

POLL_SECONDS = 0.25
GRACE_SECONDS = 20.0
"""For MiniStack to write its state when it persists."""


def main() -> NoReturn:
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    servers: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for server in json.loads(sys.argv[1]):
            servers[server["name"]] = _start(server)
        sys.stdout.write(json.dumps({name: server.pid for name, server in servers.items()}) + "\n")
        sys.stdout.flush()
        _watch(servers)
    except SystemExit:
        pass
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        _end(servers)
    os.killpg(0, signal.SIGKILL)  # the group is the keeper's own: whatever a server started and left
    raise AssertionError


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit


def _start(server: dict[str, Any]) -> subprocess.Popen[bytes]:
    with Path(server["log"]).open("ab") as log:
        return subprocess.Popen(
            server["command"], env=server["environment"], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )


def _watch(servers: dict[str, subprocess.Popen[bytes]]) -> None:
    """Return when a server has ended, or the starter is gone without having let the servers go."""
    detached = False
    while all(server.poll() is None for server in servers.values()):
        if detached:
            time.sleep(POLL_SECONDS)
        elif select.select([sys.stdin], [], [], POLL_SECONDS)[0]:
            detached = sys.stdin.readline().strip() == "detach"
            if not detached:
                return


def _end(servers: dict[str, subprocess.Popen[bytes]]) -> None:
    for server in servers.values():
        server.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for server in servers.values():
        try:
            server.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            server.kill()


if __name__ == "__main__":
    main()
