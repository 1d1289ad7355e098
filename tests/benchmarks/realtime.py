"""What it costs to tell a message to its readers, and how long it takes.

Cost and CPU are measured on moto, whose sockets are played; the CPU includes moto's own, so it bounds Parley's from
above, and its growth is what counts. Send to socket is timed on the local stack, whose stream is polled and whose
functions are processes of this machine: it says nothing of AWS's latency. `PARLEY_STACK` names a stack that runs.
"""

import contextlib
import io
import os
import statistics
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
from moto import mock_aws

from infrastructure.layers import ROOT
from infrastructure.local import stack
from infrastructure.local.seed import credentials
from infrastructure.local.stack import RunningStack
from infrastructure.local.state import load
from parley import clock
from parley.messaging.limits import take_for_send
from parley.observability import logger
from parley.realtime import gateway
from parley.realtime.online import Opened, add_connection
from parley.streams.changes import decode
from parley.streams.occurrences import events_of
from tests.benchmarks.tables import print_table
from tests.support import scale
from tests.support.meter import Cost, metered
from tests.support.people import Person, new_workspace
from tests.support.socket_client import SocketClient
from tests.support.sockets import Socket, Sockets, Stream, give_key
from tests.support.stream import ChangeStream, Payload, kinesis_event
from tests.support.world import own_tables

SIZES = (2, 10, 100, 1000)
LOCAL_SIZES = (2, 10, 100)
MESSAGES = 10
BATCH = 500
DECODED = 20_000


def main() -> None:
    """Print fan-out cost and its growth, consumer throughput, and send-to-socket latency."""
    logger().setLevel("CRITICAL")
    with mock_aws(), contextlib.redirect_stdout(io.StringIO()) as everything:
        _fan_out()
        _throughput()
    print("".join(line for line in everything.getvalue().splitlines(keepends=True) if not line.startswith('{"_aws"')))
    with _running() as running:
        _latency(running)


def _fan_out() -> None:
    """One message to a conversation, all of whose members are online: reads and writes, posts, CPU for each event."""
    rows, reads_each = [], []
    for size in SIZES:
        with _world(size) as (alice, group, sockets, stream):
            cost, cpu, told = _deliver_one(alice, group, sockets, stream)
        posts = sum(len(socket.frames) for socket in sockets.all.values())
        reads_each.append(cost.reads / size)
        rows.append(
            [
                f"{size:,}",
                str(posts),
                f"{cost.reads:g}",
                f"{cost.writes:g}",
                f"{cost.reads / size:.2f}",
                str(cost.calls),
                f"{cpu * 1000 / max(told, 1):.2f}",
            ]
        )
    header = ["members online", "posts", "RRU", "WRU", "RRU a member", "calls", "CPU ms an event"]
    print_table("One message told to all members (CPU includes moto)", header, rows)
    assert max(reads_each) <= reads_each[0], "reads grow faster than members"


def _deliver_one(alice: Person, group: str, sockets: Sockets, stream: Stream) -> tuple[Cost, float, int]:
    alice.send(group, "hello")
    payloads = stream.changes.take(alice.tenant_id)
    with metered() as cost:
        stream.hand_over(payloads)
    told = sum(len(socket.events) for socket in sockets.all.values())
    for socket in sockets.all.values():
        socket.frames.clear()
    started = time.process_time()
    stream.hand_over(payloads)
    return cost, time.process_time() - started, told


@contextlib.contextmanager
def _world(size: int) -> Iterator[tuple[Person, str, Sockets, Stream]]:
    """A group of `size` members, each with one connection."""
    played = Sockets()
    with own_tables(), patch.object(gateway, "client", lambda: played):
        acme = new_workspace("acme")
        give_key(acme.tenant_id)
        alice, bob = acme.person("alice"), acme.person("bob")
        group = alice.open_group(bob)
        scale.add_members(alice, group, size - 2)
        stream = Stream(ChangeStream(), played, acme.tenant_id)
        now = clock.now_ms()
        opened = Opened(now, now, now + 3_600_000, now, f"{acme.tenant_id}.main")
        for name in ["alice", "bob", *(f"member-{number}" for number in range(size - 2))]:
            person = Person(acme.tenant_id, name)
            played.all[name] = Socket(name, person, {}, played)
            add_connection(acme.tenant_id, name, name, opened)
        yield alice, group, played, stream


def _throughput() -> None:
    """Changes a second of one process: decoding and telling alone, and a whole batch of 500 delivered."""
    with _world(2) as (alice, group, sockets, stream):
        payloads: list[Payload] = []
        with patch("parley.messaging.sending.take_for_send", _unlimited(alice, group)):
            while len(payloads) < BATCH:
                alice.send(group, "hello")
                payloads += stream.changes.take(alice.tenant_id)
        event = kinesis_event(payloads[:BATCH])
        started = time.process_time()
        for _ in range(DECODED // BATCH):
            for change in decode(event):
                events_of(change)
        decoding = DECODED / (time.process_time() - started)
        started, wall = time.process_time(), time.perf_counter()
        stream.hand_over(payloads[:BATCH])
        delivering = [BATCH / (time.process_time() - started), BATCH / (time.perf_counter() - wall)]
        posts = sum(len(socket.frames) for socket in sockets.all.values())
    rows = [
        ["decode and tell, no tables", f"{decoding:,.0f}", ""],
        ["deliver to 2 members, on moto", f"{delivering[0]:,.0f}", f"{delivering[1]:,.0f}"],
    ]
    print_table("Changes a second of one process, batches of 500", ["", "by CPU", "by the clock"], rows)
    print(f"\n  {BATCH} changes became {posts} posts to 2 connections")


def _unlimited(alice: Person, group: str) -> Any:
    """What the limiter would answer if there were none."""
    decision = take_for_send(alice.caller)
    assert group
    return lambda _: decision


@contextlib.contextmanager
def _running() -> Iterator[RunningStack]:
    if given := os.environ.get("PARLEY_STACK"):
        found = load(Path(given))
        assert found is not None, f"no stack runs in {given}: make up"
        yield RunningStack(found, credentials(Path(given)))
        return
    with stack.isolated(ROOT / ".local" / "benchmark") as running:
        yield running


def _latency(running: RunningStack) -> None:
    """From the request of a send to the frame at the last and at the median socket of the members online."""
    rows = []
    with httpx.Client(base_url=running.state.api_url, timeout=60, trust_env=False) as http:
        for size in LOCAL_SIZES:
            sockets, token, group = _connected(running, http, size)
            first, last = _send_and_wait(http, token, group, sockets)
            for socket in sockets:
                socket.connection.close()
            rows.append([str(size), *(f"{statistics.median(each) * 1000:.0f}" for each in (first, last))])
            rows[-1].append(f"{max(last) * 1000:.0f}")
    header = ["members online", "median socket ms", "last socket ms", "worst ms"]
    print_table(f"Send to socket through the local stack, {MESSAGES} messages", header, rows)


def _connected(running: RunningStack, http: httpx.Client, size: int) -> tuple[list[SocketClient], str, str]:
    run = uuid.uuid4().hex[:8]
    server = {"Authorization": f"Bearer {running.credentials.server}"}
    names = [f"bench-{run}-{number}" for number in range(size)]

    def token(name: str) -> str:
        http.put(f"/v1/users/{name}", json={"name": name}, headers=server).raise_for_status()
        minted = http.post("/v1/tokens", json={"user_id": name}, headers=server)
        return str(minted.raise_for_status().json()["token"])

    with ThreadPoolExecutor(4) as pool:
        tokens = list(pool.map(token, names))
        body = {"type": "group", "name": run, "members": names[1:]}
        opened = http.post("/v1/conversations", json=body, headers={"Authorization": f"Bearer {tokens[0]}"})
        group = str(opened.raise_for_status().json()["id"])
        sockets = list(pool.map(lambda each: SocketClient.open(running.state.socket_url, each), tokens))
    return sockets, tokens[0], group


def _send_and_wait(
    http: httpx.Client, token: str, group: str, sockets: Sequence[SocketClient]
) -> tuple[list[float], list[float]]:
    medians, lasts = [], []
    for _ in range(MESSAGES):
        started = time.perf_counter()
        sent = http.post(
            "/v1/messages",
            json={"conversation_id": group, "text": "hello"},
            headers={"Authorization": f"Bearer {token}"},
        )
        message_id = sent.raise_for_status().json()["id"]
        arrivals = sorted(_arrival(socket, message_id) - started for socket in sockets)
        medians.append(statistics.median(arrivals))
        lasts.append(arrivals[-1])
    return medians, lasts


def _arrival(socket: SocketClient, message_id: str) -> float:
    event = socket.wait(lambda each: each.get("type") == "message.created" and each["data"]["id"] == message_id)
    return socket.arrivals[socket.events.index(event)]
