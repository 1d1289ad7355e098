"""Work beside each other that keeps its order where it must."""

import queue
import threading
import zlib
from collections.abc import Callable, Iterable
from typing import TypeVar

_WAITING = 2000
"""Things that wait in one lane: enough that a long conversation does not hold up the others; memory stays bounded."""

Thing = TypeVar("Thing")


def spread(
    things: Iterable[Thing], lane_of: Callable[[Thing], str], do: Callable[[Thing], None], *, workers: int
) -> None:
    """Do each thing, those of one lane after each other in their order. Raises what ended one; no other begins then."""
    lanes: list[queue.Queue[Thing | None]] = [queue.Queue(_WAITING) for _ in range(workers)]
    ended: list[BaseException] = []
    threads = [threading.Thread(target=_work, args=(lane, do, ended), daemon=True) for lane in lanes]
    for thread in threads:
        thread.start()
    try:
        for thing in things:
            if ended:
                break
            lanes[zlib.crc32(lane_of(thing).encode()) % workers].put(thing)
    except BaseException as failure:  # noqa: BLE001 - an interruption too ends the others before it is raised
        ended.append(failure)
    for lane in lanes:
        lane.put(None)
    for thread in threads:
        thread.join()
    if ended:
        raise ended[0]


def _work(lane: "queue.Queue[Thing | None]", do: Callable[[Thing], None], ended: list[BaseException]) -> None:
    while (thing := lane.get()) is not None:
        if not ended:
            try:
                do(thing)
            except Exception as failure:  # noqa: BLE001 - raised by who waits for all
                ended.append(failure)
