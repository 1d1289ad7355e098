"""What timers are for: each is looked at when its moment has come, and forgotten once that has been done.

One that fails stays, and does not keep the others from their turn. Two runs at once do nothing twice: whatever a timer
leads to is conditional on the state of what it is for.
"""

import time
from collections import Counter

from parley.bookmarks import bookmarks
from parley.scheduling import sending
from parley.tables import dynamodb
from parley.timers import timers
from parley.timers.timers import Timer

BATCH = 2_000
AT_ONCE = 64
SECONDS = 45.0
"""What is not done by then is left to the next run."""


def run() -> Counter[str]:
    """Look at what is due; how much was done of each kind. Raises the last failure, after all others had their turn."""
    deadline = time.monotonic() + SECONDS
    done: Counter[str] = Counter()
    failures: list[Exception] = []
    waiting: list[Timer] = []
    for timer in timers.due(BATCH):
        if time.monotonic() > deadline:
            break
        waiting.append(timer)
        if len(waiting) == AT_ONCE:
            _look_at(waiting, done, failures)
            waiting = []
    _look_at(waiting, done, failures)
    if failures:
        raise failures[-1]
    return done


def _look_at(due: list[Timer], done: Counter[str], failures: list[Exception]) -> None:
    """Reminders eight at once; messages one after the other: a user's are sent in the order of their moments."""

    def look(timer: Timer) -> str | Exception | None:
        try:
            acted = _act(timer)
            timers.done(timer)
        except Exception as error:  # noqa: BLE001 - raised by `run`
            return error
        return acted

    outcomes = dynamodb.map_parallel(look, [timer for timer in due if timer.kind == "reminder"])
    outcomes += [look(timer) for timer in due if timer.kind != "reminder"]
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            failures.append(outcome)
        elif outcome is not None:
            done[outcome] += 1


def _act(timer: Timer) -> str | None:
    if timer.kind == "reminder":
        return "reminder" if bookmarks.remind(timer.tenant_id, timer.user_id, timer.name) else None
    return sending.send_due(timer.tenant_id, timer.user_id, timer.name)
