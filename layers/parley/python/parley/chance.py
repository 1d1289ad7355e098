"""Random numbers that spread load, from the operating system: `random` has a state, which a snapshot would keep.

All processes that Lambda restores from one snapshot would draw the same numbers, and wait and choose alike.
"""

from random import SystemRandom

_SYSTEM = SystemRandom()
randrange = _SYSTEM.randrange
uniform = _SYSTEM.uniform
