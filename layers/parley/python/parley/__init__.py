"""Parley's library: what every function shares. Import its modules; this package itself loads nothing.

Its import comes first in a cold start, so it tells Python's collector to wait: what is being imported are some 350,000
containers that stay, and at the usual threshold the collector goes through them hundreds of times, which is a fifth of
an import and finds nothing.
"""

import gc

FIRST_AFTER = 450_000
"""Containers before the collector looks for the first time: what an import leaves, and 8 MiB."""
COLLECT_AFTER = 50_000
"""Containers from one look at the newest to the next: about 4 MiB, where 700 is usual."""

_OLDER = gc.get_threshold()[1:]


def _looked(_phase: object, _about: object) -> None:
    gc.set_threshold(COLLECT_AFTER, *_OLDER)
    gc.callbacks.remove(_looked)


gc.set_threshold(FIRST_AFTER, *_OLDER)
gc.callbacks.append(_looked)
