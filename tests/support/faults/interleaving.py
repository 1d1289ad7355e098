"""Concurrency without chance: operations that run beside each other, one DynamoDB call at a time, in a given order.

Each operation runs in a thread of its own and stops before every call. A schedule says whose call is made next, so an
order in which two operations get in each other's way can be searched for, found and repeated. What an operation would
hand to the pool of threads it does itself. One that sleeps goes on when the others have moved on, as they would.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from tests.support.dynamodb.client_calls import before_calls
from tests.support.faults.one_thread import in_one_thread

NAP = 4
"""Calls that each other operation makes while one sleeps, however short it sleeps."""


class _Worker:
    """One operation: its thread, where it stands, what came of it."""

    def __init__(self, operation: Callable[[], Any]) -> None:
        self._operation = operation
        self._may_go = threading.Semaphore(0)
        self._stands = threading.Semaphore(0)
        self.is_done = False
        self.calls = 0
        self.wakes: dict[_Worker, int] = {}
        self.outcome: Any = None
        self.failure: BaseException | None = None
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        try:
            self._may_go.acquire()
            self.outcome = self._operation()
        except BaseException as failure:  # noqa: BLE001 - told to the test by `interleave`
            self.failure = failure
        self.is_done = True
        self._stands.release()

    def stop(self) -> None:
        """Wait, in the operation's thread, to be let on."""
        self._stands.release()
        self._may_go.acquire()

    def sleep(self, others: "Sequence[_Worker]") -> None:
        """Stand until each of the others has made its calls, sleeps as well or is done."""
        self.wakes = {other: other.calls + NAP for other in others if other is not self}
        self.stop()
        self.wakes = {}

    @property
    def sleeps(self) -> bool:
        return any(not other.is_done and not other.wakes and other.calls < call for other, call in self.wakes.items())

    def go(self) -> None:
        """Let the operation make the call that it stands before, and go on to the next."""
        self.calls += 1
        self._may_go.release()
        assert self._stands.acquire(timeout=30), "an operation neither calls nor ends"


def interleave(operations: Sequence[Callable[[], Any]], schedule: Sequence[int]) -> list[Any]:
    """Run operations beside each other and give what they returned.

    `schedule` names, call by call, the operation that goes on; when it is used up, those left run to their end in turn.
    """
    workers = [_Worker(operation) for operation in operations]
    with _stopping(workers):
        for worker in workers:
            worker.thread.start()
        for number in schedule:
            worker = workers[number % len(workers)]
            if not worker.is_done and not worker.sleeps:
                worker.go()
        while any(not worker.is_done for worker in workers):
            worker = next(worker for worker in workers if not worker.is_done and not worker.sleeps)
            worker.go()
        for worker in workers:
            worker.thread.join()
    for worker in workers:
        if worker.failure is not None:
            raise worker.failure
    return [worker.outcome for worker in workers]


@contextmanager
def _stopping(workers: Sequence[_Worker]) -> Iterator[None]:
    def stop(*_: object) -> None:
        for worker in workers:
            if threading.current_thread() is worker.thread:
                worker.stop()

    slumber = time.sleep

    def sleep_among_the_others(seconds: float) -> None:
        for worker in workers:
            if threading.current_thread() is worker.thread:
                worker.sleep(workers)
                return
        slumber(seconds)

    with (
        in_one_thread(),
        before_calls(stop),
        patch.object(time, "sleep", sleep_among_the_others),
    ):
        yield
