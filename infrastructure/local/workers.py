"""Runs MiniStack with a bounded pool of function processes.

By itself MiniStack starts a process for every call that finds the others of its function busy, keeps the first of each
function for good, and unpacks every layer anew for each of them: all routes called once leave 124 processes, 6.0 GiB
of memory and 4.2 GB of files. Here the processes of a function are few, all of them together are bounded, a call
waits for a busy one before another is started, those that idle end, and one copy of what is unpacked serves all.

The emulator's own Python runs this module as a script: it needs the standard library and MiniStack alone. What it
replaces are functions of the locked release; `install` refuses a release that lacks one of them.
"""

import hashlib
import importlib
import os
import shutil
import sys
import tempfile
import threading
import time
import zipfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

KEPT_SECONDS = 7 * 86_400
"""How long what is unpacked stays after its last use."""

Worker = Any
"""One function process of MiniStack's, as its pool holds it: `in_use` while a call has it."""


@dataclass(frozen=True)
class Bounds:
    """`processes` at about 50 MiB each leave the whole stack under 2.5 GiB."""

    processes: int = 36
    of_a_function: int = 4
    starting: int = max(2, os.cpu_count() or 2)
    """How many start at once: starting one keeps a processor busy for about a second."""
    patience: float = 1.0
    """Seconds that a call waits for a busy process of its function before another one is started."""
    queue: float = 25.0
    """Seconds after which a call that got no process is throttled, as in AWS: the gateway itself waits for 29."""


class Pool:
    """Takes the place of MiniStack's own pool in its module `runtime`, whose lock and registry it uses."""

    def __init__(self, runtime: Any, bounds: Bounds, unpacked: Path) -> None:
        self._runtime = runtime
        self._bounds = bounds
        self._unpacked = unpacked
        self._changed = threading.Condition(runtime._lock)
        self._starting = threading.BoundedSemaphore(bounds.starting)
        self._spawn = runtime.Worker._spawn

    def install(self) -> None:
        replacements = {
            "acquire_worker": self.acquire,
            "release_worker": self.release,
            "reap_idle_workers": self.end_idle,
            "get_or_create_worker": self.lease_per_call,
            "zipfile": SimpleNamespace(**vars(zipfile) | {"ZipFile": partial(SharedZip, self._unpacked)}),
        }
        for name, replacement in replacements.items():
            if not hasattr(self._runtime, name):
                raise RuntimeError(f"this release of MiniStack has no {name} to replace")
            setattr(self._runtime, name, replacement)

        def start(worker: Worker) -> None:
            with self._starting:
                self._spawn(worker)

        self._runtime.Worker._spawn = start  # a plain function, so that it becomes a method

    def acquire(
        self, name: str, config: dict[str, Any], code: bytes, qualifier: str = "$LATEST", _ceiling: int | None = None
    ) -> tuple[Worker | None, str]:
        """Lease a process of the function: a free one, else a new one, else wait until there is one.

        A call within a call of the same function gets a process of its own after `patience`, so it does not wait for
        its caller for ever.
        """
        key = self._runtime._worker_key(name, config, qualifier)
        began = time.monotonic()
        ended: list[Worker] = []
        with self._changed:
            while True:
                waited = time.monotonic() - began
                own = self._runtime._workers.setdefault(key, [])
                free = next((worker for worker in own if not worker.in_use), None)
                if free is not None:
                    return _leased(free), "reused"
                if self._may_grow(own, waited) and self._make_room(ended):
                    worker = self._runtime._worker_class_for(config)(name, config, code)
                    self._runtime._workers.setdefault(key, []).append(_leased(worker))
                    break
                if waited >= self._bounds.queue:
                    return None, "func_cap"
                self._changed.wait(self._bounds.patience / 4)
        self._runtime.kill_workers(ended)
        return worker, "spawn"

    def release(self, worker: Worker | None) -> None:
        if worker is None:
            return
        with self._changed:
            worker.in_use = False
            worker.last_used = time.time()
            self._changed.notify_all()

    def end_idle(self, ttl: float | None = None) -> int:
        """End the processes that nobody has called for so many seconds; MiniStack asks twice a minute."""
        oldest = time.time() - (self._runtime._LOCAL_WORKER_TTL if ttl is None else ttl)
        with self._changed:
            idle = [worker for worker in self._all() if not worker.in_use and worker.last_used <= oldest]
            for worker in idle:
                self._drop(worker)
        self._runtime.kill_workers(idle)
        return len(idle)

    def lease_per_call(self, name: str, config: dict[str, Any], code: bytes, qualifier: str = "$LATEST") -> "PerCall":
        return PerCall(self, (name, config, code, qualifier))

    def _may_grow(self, own: list[Worker], waited: float) -> bool:
        if not own:
            return True
        starts = any(worker._start_time is None for worker in own)
        return len(own) < self._bounds.of_a_function and waited >= self._bounds.patience and not starts

    def _make_room(self, ended: list[Worker]) -> bool:
        """Drop the process that has idled longest when there are as many as may be; false when all are in use."""
        workers = self._all()
        if len(workers) < self._bounds.processes:
            return True
        idle = [worker for worker in workers if not worker.in_use]
        if not idle:
            return False
        longest = min(idle, key=lambda worker: float(worker.last_used))
        self._drop(longest)
        ended.append(longest)
        return True

    def _all(self) -> list[Worker]:
        return [worker for workers in self._runtime._workers.values() for worker in workers]

    def _drop(self, worker: Worker) -> None:
        for key, workers in list(self._runtime._workers.items()):
            if worker in workers:
                workers.remove(worker)
                if not workers:
                    del self._runtime._workers[key]


@dataclass(frozen=True)
class PerCall:
    """What MiniStack's WebSocket gateway calls: it leases a process for the call, since the gateway gives none back."""

    pool: Pool
    function: tuple[str, dict[str, Any], bytes, str]

    def invoke(self, *arguments: Any, **options: Any) -> dict[str, Any]:
        worker, _ = self.pool.acquire(*self.function)
        if worker is None:
            return {"status": "error", "error": "Rate Exceeded"}
        try:
            answer: dict[str, Any] = worker.invoke(*arguments, **options)
            return answer
        finally:
            self.pool.release(worker)


class SharedZip(zipfile.ZipFile):
    """An archive that is unpacked once for all processes: where its content is asked for, a link to it is put.

    It stays for the next start of the stack, with the bytecode that Python has written beside it. A function cannot
    write to its code and layers in AWS. The archive's file is a copy for one process, and is removed.
    """

    def __init__(self, unpacked: Path, file: str) -> None:
        super().__init__(file)
        with Path(file).open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        self._shared = unpacked / digest

    def namelist(self) -> list[str]:
        """What is still to be unpacked, and so to be checked by the caller."""
        return [] if self._shared.is_dir() else super().namelist()

    def extractall(self, path: Any = None, members: Any = None, pwd: bytes | None = None) -> None:
        if not self._shared.is_dir():
            self._shared.parent.mkdir(parents=True, exist_ok=True)
            unpacking = tempfile.mkdtemp(dir=self._shared.parent)
            super().extractall(unpacking, members, pwd)
            try:
                Path(unpacking).rename(self._shared)
            except OSError:  # another thread or stack was first
                shutil.rmtree(unpacking)
        os.utime(self._shared)
        Path(path).rmdir()
        Path(path).symlink_to(self._shared, target_is_directory=True)
        Path(str(self.filename)).unlink()


def _leased(worker: Worker) -> Worker:
    worker.in_use = True
    worker.last_used = time.time()
    return worker


def forget_unused(unpacked: Path) -> None:
    """Remove what no function has been started from for long."""
    for each in unpacked.glob("*"):
        if each.stat().st_mtime < time.time() - KEPT_SECONDS:
            shutil.rmtree(each)


def install(bounds: Bounds, unpacked: Path) -> Any:
    """Replace the pool, before any other module of MiniStack's imports its functions; returns the module changed."""
    runtime = importlib.import_module("ministack.core.lambda_runtime")
    Pool(runtime, bounds, unpacked).install()
    return runtime


def main() -> None:
    """Run MiniStack; the argument is the folder to unpack to."""
    unpacked = Path(sys.argv.pop())
    forget_unused(unpacked)
    install(Bounds(), unpacked)
    importlib.import_module("ministack.app").main()


if __name__ == "__main__":
    main()
