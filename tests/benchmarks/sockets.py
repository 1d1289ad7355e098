"""From a send over HTTP to real WebSocket connections on the local stack: how long, and how it grows with their number.

The gateway is an emulator, one process on this machine, and the stream is polled: nothing here says what AWS's latency
is. So the emulator's own part is measured beside it ("bare"): posting to the same connections, with nothing before it.
What is left is ours and the polling's. `PARLEY_STACK` names a stack that runs.
"""

import statistics
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import jwt

from infrastructure.local import aws
from infrastructure.local.stack import RunningStack
from tests.benchmarks.local import running_stack
from tests.benchmarks.tables import print_table
from tests.support.people.crowd import Crowd

MESSAGES = 10
MEMBERS_PER_CALL = 100
WAIT_SECONDS = 60
TOKEN_SECONDS = 3600
CONCURRENCY = 10
BARE = b'{"type":"bare"}'


@dataclass(frozen=True)
class Room:
    """So many members online, each with so many connections."""

    members: int
    connections_each: int = 1

    @property
    def connections(self) -> int:
        return self.members * self.connections_each

    @property
    def messages(self) -> int:
        """How many are sent: fewer where each goes to many."""
        return MESSAGES if self.connections <= 100 else MESSAGES // 2

    @property
    def tells_all(self) -> bool:
        """Whether all are told the message itself; above 100 members, who does not watch learns that there is one."""
        return self.members <= 100


ROOMS = (Room(2), Room(10), Room(100), Room(50, 20), Room(1000))
"""The last two are 1,000 connections each: of 50 users, with as many as one may have, and of 1,000 users."""


def main() -> None:
    """Print the latencies for each room, and how they grow."""
    with running_stack() as stack, httpx.Client(base_url=stack.state.api_url, timeout=60, trust_env=False) as http:
        rows = [_measure(stack, http, room) for room in ROOMS]
    header = [
        "members",
        "sockets",
        "held",
        "told",
        "posts",
        "median ms",
        "last ms",
        "worst ms",
        "bare ms",
        "ms a socket",
    ]
    print_table("Send to socket through the local stack", header, rows)


def _measure(stack: RunningStack, http: httpx.Client, room: Room) -> list[str]:
    with _gathered(stack, http, room) as (crowd, token, group):
        held = len(crowd.connections)
        _send(http, token, group)  # what is read once a process has been read
        time.sleep(1)
        bare = _post_to_all(stack, crowd.name, held)
        before, frame_counts, medians, lasts = crowd.frames, [], [], []
        for _ in range(room.messages):
            started = time.perf_counter()
            message = _send(http, token, group)
            key = message["id"] if room.tells_all else f"{group}/{message['seq']}"
            # the sender's own sockets are told the message, whatever the size
            expected = held if room.tells_all else held - room.connections_each
            arrived = crowd.wait(key, expected, WAIT_SECONDS)
            frame_counts.append(len(arrived))
            if arrived:
                medians.append(statistics.median(arrived) - started)
                lasts.append(arrived[-1] - started)
        posts = (crowd.frames - before) / room.messages
    last = statistics.median(lasts) * 1000
    return [
        f"{room.members:,}",
        f"{room.connections:,}",
        f"{held:,}",
        f"{min(frame_counts):,}",
        f"{posts:,.0f}",
        f"{statistics.median(medians) * 1000:.0f}",
        f"{last:.0f}",
        f"{max(lasts) * 1000:.0f}",
        f"{bare * 1000:.0f}",
        f"{last / held:.2f}",
    ]


def _post_to_all(stack: RunningStack, prefix: str, held: int) -> float:
    """The seconds that the gateway takes for a post to each of these connections, with nothing of ours before it."""
    table = aws.client("dynamodb", stack.state.endpoint).get_paginator("scan")
    pages = table.paginate(
        TableName=stack.state.tables["control"],
        FilterExpression="entity = :connection AND begins_with(user_id, :prefix)",
        ExpressionAttributeValues={":connection": {"S": "connection"}, ":prefix": {"S": prefix}},
    )
    connections = [item["connection_id"]["S"] for page in pages for item in page["Items"]]
    assert len(connections) == held, f"{len(connections)} of {held} connections are registered"
    address = f"{stack.state.endpoint}/_aws/execute-api/{stack.state.socket_api_id}/v1"
    gateway = aws.client("apigatewaymanagementapi", address)
    with ThreadPoolExecutor(CONCURRENCY) as pool:
        started = time.perf_counter()
        list(pool.map(lambda each: gateway.post_to_connection(ConnectionId=each, Data=BARE), connections))
        return time.perf_counter() - started


@contextmanager
def _gathered(stack: RunningStack, http: httpx.Client, room: Room) -> Iterator[tuple[Crowd, str, str]]:
    """The connections of a new group's members, a token of its owner, and the group."""
    run = uuid.uuid4().hex[:8]
    names = [f"bench-{run}-{number}" for number in range(room.members)]
    server = {"Authorization": f"Bearer {stack.credentials.server}"}
    with ThreadPoolExecutor(4) as pool:
        made = pool.map(lambda name: http.put(f"/v1/users/{name}", json={"name": name}, headers=server), names)
        for answer in made:
            answer.raise_for_status()
    tokens = [_token(stack, name) for name in names]
    group = _group(http, {"Authorization": f"Bearer {tokens[0]}"}, run, names[1:])
    crowd = Crowd(stack.state.socket_url, f"bench-{run}-")
    try:
        crowd.open([token for token in tokens for _ in range(room.connections_each)])
        yield crowd, tokens[0], group
    finally:
        crowd.close()


def _token(stack: RunningStack, name: str) -> str:
    """As the tenant's back end would sign it."""
    key, now = stack.credentials.signing_key, time.time()
    claims = {"sub": name, "iat": now, "exp": int(now) + TOKEN_SECONDS}
    return jwt.encode(claims, key.secret, algorithm="HS256", headers={"kid": key.kid})


def _group(http: httpx.Client, headers: dict[str, str], name: str, others: Sequence[str]) -> str:
    body = {"type": "group", "name": name, "members": list(others[: MEMBERS_PER_CALL - 1])}
    group = str(http.post("/v1/conversations", json=body, headers=headers).raise_for_status().json()["id"])
    for first in range(MEMBERS_PER_CALL - 1, len(others), MEMBERS_PER_CALL):
        chunk = {"user_ids": list(others[first : first + MEMBERS_PER_CALL])}
        http.post(f"/v1/conversations/{group}/members", json=chunk, headers=headers).raise_for_status()
    return group


def _send(http: httpx.Client, token: str, group: str) -> dict[str, Any]:
    body = {"conversation_id": group, "text": "hello"}
    answer = http.post("/v1/messages", json=body, headers={"Authorization": f"Bearer {token}"})
    return dict(answer.raise_for_status().json())
