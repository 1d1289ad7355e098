"""What it costs to tell a message to its readers, and what the consumers of the stream do a second.

It is measured on moto, whose sockets are played; the CPU includes moto's own, so it bounds Parley's from above, and its
growth is what counts. `sockets` measures real ones.
"""

import contextlib
import io
import time
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

from moto import mock_aws

from parley.limits import MESSAGES, take
from parley.observability import logger
from parley.realtime import gateway
from parley.streams.changes import decode
from parley.streams.events import events_of
from parley.usage.rollup import roll_up
from tests.benchmarks.tables import print_table
from tests.support.aws.sockets import Sockets, Stream, give_key
from tests.support.dynamodb.change_stream import ChangeStream, Payload, kinesis_event
from tests.support.dynamodb.meter import Cost, metered
from tests.support.people import scale
from tests.support.people.people import Person, new_workspace
from tests.support.people.world import own_tables

SIZES = (
    (2, 2, 0),
    (10, 10, 0),
    (100, 10, 0),
    (100, 100, 0),
    (1_000, 100, 0),
    (1_000, 1_000, 0),
    (1_000, 100, 3_000),
    (5_000, 100, 0),
)
"""Members, how many of them are connected, and how many others of the tenant are."""
BATCH = 500
DECODED = 20_000


def main() -> None:
    """Print fan-out cost and its growth, and consumer throughput."""
    logger().setLevel("CRITICAL")
    with mock_aws(), contextlib.redirect_stdout(io.StringIO()) as everything:
        _fan_out()
        _throughput()
    print("".join(line for line in everything.getvalue().splitlines(keepends=True) if not line.startswith('{"_aws"')))


def _fan_out() -> None:
    """One message to a conversation: reads and writes, posts, CPU for each event."""
    rows = []
    for members, connected, others in SIZES:
        with _world(members, connected, others) as (alice, group, sockets, stream):
            cost, cpu, delivered = _deliver_one(alice, group, sockets, stream)
        rows.append(
            [
                f"{members:,}",
                f"{connected:,}",
                f"{others:,}",
                str(delivered),
                f"{cost.reads:g}",
                f"{cost.writes:g}",
                f"{cost.reads / connected:.2f}",
                str(cost.calls),
                f"{cpu * 1000 / max(delivered, 1):.2f}",
            ]
        )
        assert cost.reads <= 10 + 2 * members, "reads grow faster than members"
    header = ["members", "connected", "others", "posts", "RRU", "WRU", "RRU a connected", "calls", "CPU ms an event"]
    print_table("One message told to a conversation (CPU includes moto)", header, rows)


def _deliver_one(alice: Person, group: str, sockets: Sockets, stream: Stream) -> tuple[Cost, float, int]:
    alice.send(group, "hello")
    payloads = stream.changes.take(alice.tenant_id)
    with metered() as cost:
        stream.hand_over(payloads)
    delivered = sum(len(socket.events) for socket in sockets.all.values())
    for socket in sockets.all.values():
        socket.frames.clear()
    started = time.process_time()
    stream.hand_over(payloads)
    return cost, time.process_time() - started, delivered


@contextlib.contextmanager
def _world(members: int, connected: int, others: int = 0) -> Iterator[tuple[Person, str, Sockets, Stream]]:
    """A group of `members`; a connection of each of its first, and of others of the tenant."""
    played = Sockets()
    with own_tables(), patch.object(gateway, "client", lambda: played):
        acme = new_workspace("acme")
        give_key(acme.tenant_id)
        alice, bob = acme.person("alice"), acme.person("bob")
        group = alice.open_group(bob)
        scale.add_members(alice, group, members - 2)
        stream = Stream(ChangeStream(), played, acme.tenant_id)
        names = ["alice", "bob", *(f"member-{number}" for number in range(members - 2))][:connected]
        names += [f"stranger-{number}" for number in range(others)]
        played.admit(Person(acme.tenant_id, name) for name in names)
        yield alice, group, played, stream


def _throughput() -> None:
    """Changes a second of one process: decoding and telling alone, and a whole batch of 500 delivered."""
    with _world(2, 2) as (alice, group, sockets, stream):
        payloads: list[Payload] = []
        with patch("parley.messaging.messages.sending.sending.take", _unlimited(alice, group)):
            while len(payloads) < BATCH:
                alice.send(group, "hello")
                payloads += stream.changes.take(alice.tenant_id)
        event = kinesis_event(payloads[:BATCH])
        started = time.process_time()
        for _ in range(DECODED // BATCH):
            for change in decode(event):
                events_of(change)
        decoding = DECODED / (time.process_time() - started)
        delivering = _per_second(lambda: stream.hand_over(payloads[:BATCH]))
        posts = sum(len(socket.frames) for socket in sockets.all.values())
        changes = list(decode(event))
        counting = _per_second(lambda: roll_up(changes))
    rows = [
        ["decode and tell, no tables", f"{decoding:,.0f}", ""],
        ["deliver to 2 members, on moto", *delivering],
        ["roll up usage, on moto", *counting],
    ]
    print_table("Changes a second of one process, batches of 500", ["", "by CPU", "by the clock"], rows)
    print(f"\n  {BATCH} changes became {posts} posts to 2 connections")


def _per_second(consume: Callable[[], object]) -> tuple[str, str]:
    """How many changes of a batch a second, by CPU and by the clock."""
    started, wall = time.process_time(), time.perf_counter()
    consume()
    by_cpu, by_clock = BATCH / (time.process_time() - started), BATCH / (time.perf_counter() - wall)
    return f"{by_cpu:,.0f}", f"{by_clock:,.0f}"


def _unlimited(alice: Person, group: str) -> Any:
    """What the limiter would answer if there were none."""
    decision = take(MESSAGES, alice.caller)
    assert group
    return lambda *_: decision
