"""Requests a second and latencies through the deployed local stack: gateway, authorizer, functions, tables.

An emulator on one machine says nothing of AWS's own latency; it shows what changes from one commit to the next.
"""

import itertools
import os
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx

from infrastructure.layers import ROOT
from infrastructure.local import stack
from infrastructure.local.seed import credentials
from infrastructure.local.stack import RunningStack
from infrastructure.local.state import load
from tests.benchmarks.tables import print_table

USERS = 32
"""Each sends less often than its limit allows."""
REQUESTS = 240
CLIENTS = (1, 8)
WARM_UPS = 2
Request = Callable[[httpx.Client, int], httpx.Response]


def main() -> None:
    """Print throughput and latencies at 1 and at 8 clients, on a stack of its own or the one in `PARLEY_STACK`."""
    with running_stack() as running:
        people = make_people(running)
        rows = [
            [name, str(clients), *_measure(running, clients, request)]
            for name, request in _requests(people)
            for clients in CLIENTS
        ]
    print_table("Through the local stack", ["", "clients", "requests/s", "p50 ms", "p95 ms", "p99 ms"], rows)


@contextmanager
def running_stack() -> Iterator[RunningStack]:
    if given := os.environ.get("PARLEY_STACK"):
        found = load(Path(given))
        assert found is not None, f"no stack runs in {given}: make up"
        yield RunningStack(found, credentials(Path(given)))
        return
    with stack.isolated(ROOT / ".local" / "benchmark") as running:
        yield running


def open_client(running: RunningStack) -> httpx.Client:
    return httpx.Client(base_url=running.state.api_url, timeout=30, trust_env=False)


def make_people(running: RunningStack) -> list[tuple[dict[str, str], str]]:
    """Users, each with headers of a token and a group of their own."""
    server = {"Authorization": f"Bearer {running.credentials.server}"}
    people = []
    with open_client(running) as client:
        for number in range(USERS):
            name = f"bench-{number}"
            _check(client.put(f"/v1/users/{name}", json={"name": name}, headers=server))
            minted = _check(client.post("/v1/tokens", json={"user_id": name}, headers=server))
            mine = {"Authorization": f"Bearer {minted.json()['token']}"}
            opened = _check(
                client.post("/v1/conversations", json={"type": "group", "name": name, "members": ["bob"]}, headers=mine)
            )
            group = str(opened.json()["id"])
            for _ in range(5):
                _check(client.post("/v1/messages", json={"conversation_id": group, "text": "hello"}, headers=mine))
            people.append((mine, group))
    return people


def _requests(people: list[tuple[dict[str, str], str]]) -> list[tuple[str, Request]]:
    def send(client: httpx.Client, turn: int) -> httpx.Response:
        headers, group = people[turn % USERS]
        keyed = {**headers, "Idempotency-Key": f"{time.time_ns()}-{turn}"}
        return client.post("/v1/messages", json={"conversation_id": group, "text": "x" * 60}, headers=keyed)

    def list_messages(client: httpx.Client, turn: int) -> httpx.Response:
        headers, group = people[turn % USERS]
        return client.get(f"/v1/conversations/{group}/messages", headers=headers)

    def list_conversations(client: httpx.Client, turn: int) -> httpx.Response:
        return client.get("/v1/conversations", headers=people[turn % USERS][0])

    def mark_read(client: httpx.Client, turn: int) -> httpx.Response:
        headers, group = people[turn % USERS]
        return client.post(f"/v1/conversations/{group}/read", json={}, headers=headers)

    return [
        ("send", send),
        ("list messages", list_messages),
        ("list conversations", list_conversations),
        ("mark read", mark_read),
    ]


def _measure(running: RunningStack, clients: int, request: Request) -> list[str]:
    turns = itertools.count()

    def work(requests: int) -> list[float]:
        latencies = []
        with open_client(running) as client:
            for _turn in range(requests):
                started = time.perf_counter()
                _check(request(client, next(turns)))
                latencies.append((time.perf_counter() - started) * 1000)
        return latencies

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(work, [USERS // clients * WARM_UPS] * clients))  # caches of tokens, and an environment a client
        started = time.perf_counter()
        latencies = [latency for worker in pool.map(work, [REQUESTS // clients] * clients) for latency in worker]
        elapsed = time.perf_counter() - started
    cuts = statistics.quantiles(latencies, n=100)
    return [f"{len(latencies) / elapsed:.0f}", f"{cuts[49]:.1f}", f"{cuts[94]:.1f}", f"{cuts[98]:.1f}"]


def _check(answer: httpx.Response) -> httpx.Response:
    assert answer.is_success, answer.text
    return answer
