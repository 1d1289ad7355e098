"""When a request is sent again: where Parley says that this may help, and where nothing answers."""

import random

from parley_client.errors import Refused, Unreachable

ATTEMPTS = 6
LONGEST_PAUSE_SECONDS = 20.0
LONGEST_RETRY_AFTER_SECONDS = 60.0
"""Who is to wait longer, as for a budget of a day, is told instead."""


def pause(number: int) -> float:
    """Seconds to wait after the attempt `number` of zero and more: longer each time, and never the same for two."""
    return random.uniform(0, min(LONGEST_PAUSE_SECONDS, 0.2 * 2**number))  # noqa: S311 - spreads repetitions, no secret


class Repeating:
    """The attempts of one request. `once` where a repetition could not be told from a second request."""

    def __init__(self, *, once: bool = False) -> None:
        self._failed = 0
        self._once = once

    def pause_after(self, failure: Refused | Unreachable) -> float:
        """Seconds until the next attempt; raises the failure where there is to be none."""
        number, self._failed = self._failed, self._failed + 1
        wait = 0.0
        if isinstance(failure, Refused):
            wait = failure.retry_after or 0.0
            if not failure.retryable or wait > LONGEST_RETRY_AFTER_SECONDS:
                raise failure
        elif self._once:
            raise failure
        if self._failed >= ATTEMPTS:
            raise failure
        return wait + pause(number)
