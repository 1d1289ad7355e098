"""The one jittered wait between tries: at random up to a bound that doubles, so that writers who met part again."""

import random
import time


def wait(attempt: int, *, base_seconds: float = 0.02) -> None:
    """Sleep up to `base_seconds` times 2^attempt; `attempt` counts from 0."""
    time.sleep(random.uniform(0, base_seconds * 2**attempt))  # noqa: S311 - jitter, not a secret
