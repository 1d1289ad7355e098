"""What may happen in the middle of a request: another writer comes between, or the process dies."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.support.faults.dynamodb_faults import faulty


class Crash(Exception):
    """The process is gone: every later call fails, those that clean up too."""


@contextmanager
def before_call(operation: str, interfere: Callable[[], object]) -> Iterator[None]:
    """Let something happen once, right before the first call of `operation`."""
    pending = [interfere]

    def come_between(_: int, called: str) -> None:
        if called == operation and pending:
            pending.pop()()

    with faulty(come_between):
        yield


@contextmanager
def crash_after(calls: int) -> Iterator[list[str]]:
    """Carry out so many calls, and then none: the process has died. Gives the operations tried."""
    with faulty(lambda number, _: Crash() if number > calls else None) as tried:
        yield tried
