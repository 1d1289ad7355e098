"""From a send to the message being found, on the deployed local stack: API, stream, indexer, engine.

`python -m tests.benchmarks search_lag`; with `PARLEY_STACK=.local` on the stack that `make up` has started. The batch
window and the engine's refresh are a second each. Where the machine cannot send as fast as asked, the rate that it
reached stands beside.
"""

import os
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
from opensearchpy import OpenSearch

from tests.benchmarks import local
from tests.benchmarks.tables import print_table

RATES = (1, 10, 50)
SECONDS = int(os.environ.get("BENCH_LAG_SECONDS", "15"))
SENDERS = 16
EVERY_SECONDS = 0.05
GIVEN_UP_SECONDS = 60.0
People = list[tuple[dict[str, str], str]]


def main() -> None:
    """Print the lag at 1, 10 and 50 sends a second."""
    with local.running_stack() as running, local.open_client(running) as client:
        people = local.make_people(running)
        engine = OpenSearch(hosts=[running.state.search_endpoint], timeout=30)
        _lags(client, engine, people, rate=5, seconds=3)
        rows = [_row(client, engine, people, rate) for rate in RATES]
    print_table(
        f"From send to found on the local stack, {SECONDS} s each",
        ("asked for", "reached", "p50 s", "p99 s", "found"),
        rows,
    )


def _row(client: httpx.Client, engine: OpenSearch, people: People, rate: int) -> tuple[str, str, str, str, str]:
    lags, reached, sent = _lags(client, engine, people, rate=rate, seconds=SECONDS)
    p50, p99 = statistics.median(lags), statistics.quantiles(lags, n=100, method="inclusive")[98]
    found = f"{len(lags)} of {sent} sent, {rate * SECONDS} asked for"
    return f"{rate} messages/s", f"{reached:.1f}/s", f"{p50:.2f}", f"{p99:.2f}", found


def _lags(
    client: httpx.Client, engine: OpenSearch, people: People, *, rate: int, seconds: int
) -> tuple[list[float], float, int]:
    """The lags of those that were found, the rate that was reached, and how many were sent."""
    began: dict[str, float] = {}
    found: dict[str, float] = {}
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(engine, began, found, done))
    watcher.start()
    started = time.time()

    def send(number: int) -> None:
        time.sleep(max(0.0, started + number / rate - time.time()))
        headers, group = people[number % len(people)]
        begun = time.time()
        body = {"conversation_id": group, "text": f"lag {number}"}
        with suppress(httpx.TransportError):
            answer = client.post("/v1/messages", json=body, headers=headers)
            if answer.status_code == httpx.codes.CREATED:
                began[answer.json()["id"]] = begun

    with ThreadPoolExecutor(SENDERS) as senders:
        list(senders.map(send, range(rate * seconds)))
    reached = len(began) / (time.time() - started)
    done.set()
    watcher.join()
    return [found[one] - begun for one, begun in began.items() if one in found], reached, len(began)


def _watch(engine: OpenSearch, began: dict[str, float], found: dict[str, float], done: threading.Event) -> None:
    """Look for new messages until all are found, or nobody can wait for them any longer."""
    newest = {
        "size": 500,
        "_source": ["message_id"],
        "sort": [{"created_at": "desc"}],
        "query": {"term": {"deleted": False}},
    }
    last = time.time()
    while not done.is_set() or (began.keys() - found.keys() and time.time() - last < GIVEN_UP_SECONDS):
        hits = engine.search(index="messages-read", body=newest)["hits"]["hits"]
        now = time.time()
        for hit in hits:
            found.setdefault(hit["_source"]["message_id"], now)
        if not done.is_set():
            last = now
        time.sleep(EVERY_SECONDS)
