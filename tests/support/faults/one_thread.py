"""The library without its pool of threads: what it does at once is done in an order that a test chooses."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ALL_COMPLETED, FIRST_EXCEPTION, Future
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from parley.tables import dynamodb


class _Now:
    """Does what it is handed at once, in the caller's thread."""

    def submit(self, call: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        try:
            future.set_result(call(*arguments))
        except BaseException as failure:  # noqa: BLE001 - whoever waits for it is told
            future.set_exception(failure)
        return future


class _Later(_Now):
    """Does what it is handed when somebody waits for it: after what the caller does itself."""

    def submit(self, call: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        return _Pending(lambda: _Now.submit(self, call, *arguments))


class _Pending(Future[Any]):
    def __init__(self, start: Callable[[], "Future[Any]"]) -> None:
        super().__init__()
        self._start, self._started = start, False

    def _run(self) -> None:
        if not self._started:
            self._started = True
            done = self._start()
            failure = done.exception()
            if failure is None:
                self.set_result(done.result())
            else:
                self.set_exception(failure)

    def result(self, timeout: float | None = None) -> Any:
        self._run()
        return super().result(timeout)

    def exception(self, timeout: float | None = None) -> BaseException | None:
        self._run()
        return super().exception(timeout)


def _wait(futures: Iterable["Future[Any]"], return_when: str = ALL_COMPLETED) -> None:
    """`concurrent.futures.wait` in this thread, which runs what nobody has waited for so far."""
    for each in futures:
        if each.exception() is not None and return_when == FIRST_EXCEPTION:
            return


@contextmanager
def in_one_thread(*, handed_over_last: bool = False) -> Iterator[None]:
    """Of two calls at once, the one that is handed to the pool comes first or, if so asked, last."""
    pool = _Later() if handed_over_last else _Now()
    with patch.object(dynamodb, "_pool", lambda: pool), patch.object(dynamodb, "wait", _wait):
        yield
