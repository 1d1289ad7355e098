"""Parley's library: what every function shares. Import its modules; this package itself loads nothing.

Its import comes first in a cold start, so it tells Python's collector to wait: at the usual threshold, the collector
goes through all that is being imported some hundred times, which is a fifth of an import and finds nothing.
"""

import gc

COLLECT_AFTER = 50_000
"""Containers that a process makes before the collector looks at the newest: about 4 MiB, where 700 is usual."""

gc.set_threshold(COLLECT_AFTER, *gc.get_threshold()[1:])
