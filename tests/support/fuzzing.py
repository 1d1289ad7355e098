"""How far fuzzing goes: a few fixed examples in the suite, and so many times as many by chance with `make fuzz`.

`FUZZ=40` multiplies the examples by forty and takes others at each run; what fails is printed, to be repeated.
"""

import os
import secrets
from typing import Any

from hypothesis import HealthCheck, Phase, settings

TIMES = int(os.environ.get("FUZZ", "0"))
SEED = secrets.randbits(32) if TIMES else 1
"""Of what schemathesis asks."""


def examples(short: int, **more: Any) -> settings:
    """Settings for so many examples in the suite."""
    return settings(
        max_examples=short * max(1, TIMES),
        derandomize=not TIMES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=bool(TIMES),
        phases=[Phase.explicit, Phase.generate, *([Phase.shrink] if TIMES else [])],
        **more,
    )
