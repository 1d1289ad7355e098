"""The closed and the open model: both bounded in time and in what is under way, both measured by the same clock."""

import random
import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx

from tests.proof.load.requests import Crowd

MOST_UNDER_WAY = 64
"""Requests of the open model that may wait at once; what arrives beyond is shed and counted."""
FEWEST_FOR_QUANTILES = 2


@dataclass
class Run:
    """What came of offering so many users, or so many requests a second, for `seconds`.

    A latency of the open model begins when the request is due, not when somebody has time to send it.
    """

    offered: float
    seconds: float
    latencies: list[float] = field(default_factory=list)
    errors: int = 0
    shed: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, milliseconds: float, *, failed: bool) -> None:
        with self._lock:
            self.errors += failed
            if not failed:
                self.latencies.append(milliseconds)

    @property
    def answered(self) -> int:
        return len(self.latencies)

    @property
    def a_second(self) -> float:
        return self.answered / self.seconds

    def percentile(self, share: int) -> float:
        if self.answered < FEWEST_FOR_QUANTILES:
            return self.latencies[0] if self.latencies else 0.0
        return statistics.quantiles(self.latencies, n=100, method="inclusive")[share - 1]

    def row(self) -> list[str]:
        cuts = (f"{self.percentile(share):.0f}" for share in (50, 95, 99))
        return [
            f"{self.offered:g}",
            str(self.answered),
            f"{self.a_second:.1f}",
            *cuts,
            str(self.errors),
            str(self.shed),
        ]


def closed(crowd: Crowd, users: int, seconds: float) -> Run:
    """So many users at once, each asking again as soon as they are answered."""
    run = Run(users, seconds)
    began = time.monotonic()

    def work(number: int) -> None:
        user = crowd.users[number % len(crowd.users)]
        with crowd.client() as http:
            while time.monotonic() < began + seconds:
                _measured(run, time.monotonic(), lambda: crowd.ask(http, user))

    with ThreadPoolExecutor(users) as pool:
        list(pool.map(work, range(users)))
    run.seconds = time.monotonic() - began
    return run


def open_model(crowd: Crowd, rate: float, seconds: float, seed: int = 1) -> Run:
    """Arrivals by a Poisson process of so many a second; nobody waits for anybody."""
    run, chance = Run(rate, seconds), random.Random(seed)  # noqa: S311 - the same arrivals in every run
    under_way = threading.Semaphore(MOST_UNDER_WAY)
    began = time.monotonic()

    def one(due: float, http: httpx.Client) -> None:
        try:
            _measured(run, due, lambda: crowd.ask(http))
        finally:
            under_way.release()

    with crowd.client() as http, ThreadPoolExecutor(MOST_UNDER_WAY) as pool:
        due = began + chance.expovariate(rate)
        while due < began + seconds:
            time.sleep(max(0.0, due - time.monotonic()))
            if under_way.acquire(blocking=False):
                pool.submit(one, due, http)
            else:
                run.shed += 1
            due += chance.expovariate(rate)
    run.seconds = time.monotonic() - began
    return run


def _measured(run: Run, began: float, ask: Callable[[], httpx.Response]) -> None:
    try:
        failed = ask().is_error
    except httpx.HTTPError:
        failed = True
    run.note((time.monotonic() - began) * 1000, failed=failed)
