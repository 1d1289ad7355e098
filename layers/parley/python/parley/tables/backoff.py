"""The one jittered wait between tries: at random up to a bound that doubles, so that writers who met part again."""

import time

from parley import chance


def wait(attempt: int, *, base_seconds: float = 0.02) -> None:
    """Sleep up to `base_seconds` times 2^attempt; `attempt` counts from 0."""
    time.sleep(chance.uniform(0, base_seconds * 2**attempt))
