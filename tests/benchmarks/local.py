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
from tests.benchmarks import goals
from tests.benchmarks.tables import print_table

USERS = 32
"""Each sends less often than its limit allows."""
REQUESTS = 240
CLIENTS = (1, 8)
WARM_UPS = 2
PAGE = 50
PAGE_CEILING = 2.0
Request = Callable[[httpx.Client, int], httpx.Response]


def main() -> None:
    """Print throughput and latencies at 1 and at 8 clients, on a stack of its own or the one in `PARLEY_STACK`."""
    with running_stack() as running:
        people = make_people(running)
        _fill(running, people)
        rows, middles = [], {}
        for name, request in _requests(people):
            for clients in CLIENTS:
                cuts, a_second = _measure(running, clients, request)
                rows.append([name, str(clients), f"{a_second:.0f}", *(f"{cuts[at]:.1f}" for at in (49, 94, 98))])
                middles[name, clients] = cuts[49]
    print_table("Through the local stack", ["", "clients", "requests/s", "p50 ms", "p95 ms", "p99 ms"], rows)
    ratio = middles["page of 50 messages", 1] / middles["health", 1]
    goals.note("50 messages ÷ GET /v1/health on the local stack, p50", ratio, PAGE_CEILING)


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


def _fill(running: RunningStack, people: list[tuple[dict[str, str], str]]) -> None:
    """Everyone is in the first one's group, which has more than a page of messages."""
    group = people[0][1]
    with open_client(running) as client:
        others = {"user_ids": [f"bench-{number}" for number in range(1, USERS)]}
        _check(client.post(f"/v1/conversations/{group}/members", json=others, headers=people[0][0]))
        for number in range(PAGE):
            said = {"conversation_id": group, "text": "x" * 60}
            _check(client.post("/v1/messages", json=said, headers=people[number % USERS][0]))


def _requests(people: list[tuple[dict[str, str], str]]) -> list[tuple[str, Request]]:
    def send(client: httpx.Client, turn: int) -> httpx.Response:
        headers, group = people[turn % USERS]
        keyed = {**headers, "Idempotency-Key": f"{time.time_ns()}-{turn}"}
        return client.post("/v1/messages", json={"conversation_id": group, "text": "x" * 60}, headers=keyed)

    def list_messages(client: httpx.Client, turn: int) -> httpx.Response:
        headers, group = people[turn % USERS]
        return client.get(f"/v1/conversations/{group}/messages", headers=headers)

    def health(client: httpx.Client, _: int) -> httpx.Response:
        return client.get("/v1/health")

    def page(client: httpx.Client, turn: int) -> httpx.Response:
        messages = f"/v1/conversations/{people[0][1]}/messages"
        return client.get(messages, params={"limit": PAGE}, headers=people[turn % USERS][0])

    def list_conversations(client: httpx.Client, turn: int) -> httpx.Response:
        return client.get("/v1/conversations", headers=people[turn % USERS][0])

    def mark_read(client: httpx.Client, turn: int) -> httpx.Response:
        headers, group = people[turn % USERS]
        return client.post(f"/v1/conversations/{group}/read", json={}, headers=headers)

    return [
        ("health", health),
        ("page of 50 messages", page),
        ("send", send),
        ("list messages", list_messages),
        ("list conversations", list_conversations),
        ("mark read", mark_read),
    ]


def _measure(running: RunningStack, clients: int, request: Request) -> tuple[list[float], float]:
    """The percentiles of the latency in milliseconds, and requests a second."""
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
    return cuts, len(latencies) / elapsed


def _check(answer: httpx.Response) -> httpx.Response:
    assert answer.is_success, answer.text
    return answer
