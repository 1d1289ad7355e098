"""Many real WebSocket connections at once, read by one thread: which of them got what, and when."""

import asyncio
import json
import threading
import time
from collections import defaultdict
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake

AT_ONCE = 8
"""Handshakes under way at a time: each runs an authorizer and a function."""
OPEN_SECONDS = 60
Result = TypeVar("Result")


@dataclass
class Crowd:
    """The connections, of users whose ids begin with `name`.

    `arrivals` are by the id of a message, or by the conversation and the number that a bump tells.
    """

    url: str
    name: str = ""
    connections: list[ClientConnection] = field(default_factory=list)
    arrivals: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    frames: int = 0
    refused: int = 0
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _readers: list["asyncio.Task[None]"] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def open(self, tokens: Sequence[str]) -> int:
        """Open a connection for each token; how many are open."""
        self._run(self._open_all(tokens))
        return len(self.connections)

    def wait(self, key: str, count: int, seconds: float) -> list[float]:
        """The moments at which so many connections got something, sorted; fewer where the time is over."""
        deadline = time.monotonic() + seconds
        while len(self.arrivals[key]) < count and time.monotonic() < deadline:
            time.sleep(0.005)
        return sorted(self.arrivals[key])

    def close(self) -> None:
        self._run(self._close_all())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _open_all(self, tokens: Sequence[str]) -> None:
        gate = asyncio.Semaphore(AT_ONCE)

        async def open_one(token: str) -> None:
            async with gate:
                try:
                    connection = await connect(
                        f"{self.url}?token={token}",
                        open_timeout=OPEN_SECONDS,
                        ping_interval=None,
                        compression=None,
                        proxy=None,
                    )
                except (OSError, InvalidHandshake):
                    self.refused += 1
                    return
            self.connections.append(connection)
            self._readers.append(asyncio.create_task(self._read(connection)))

        await asyncio.gather(*(open_one(token) for token in tokens))

    async def _read(self, connection: ClientConnection) -> None:
        async for frame in connection:
            now = time.perf_counter()
            self.frames += 1
            event = json.loads(frame)
            if event.get("type") == "message.created":
                self.arrivals[event["data"]["id"]].append(now)
            elif event.get("type") == "conversation.updated":
                self.arrivals[f"{event['conversation_id']}/{event['data']['last_seq']}"].append(now)

    async def _close_all(self) -> None:
        await asyncio.gather(*(connection.close() for connection in self.connections), return_exceptions=True)
        await asyncio.gather(*self._readers, return_exceptions=True)
