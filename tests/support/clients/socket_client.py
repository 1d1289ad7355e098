"""A WebSocket client of the deployed stack: a thread reads, the test waits for what it expects."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

SECONDS = 20


@dataclass
class SocketClient:
    """One connection. `events` are all that was received, each with the moment of its arrival."""

    connection: ClientConnection
    events: list[dict[str, Any]] = field(default_factory=list)
    arrivals: list[float] = field(default_factory=list)
    closed: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def open(cls, url: str, token: str) -> "SocketClient":
        client = cls(connect(f"{url}?token={token}", open_timeout=SECONDS, proxy=None, legacy=True))
        threading.Thread(target=client._read, daemon=True).start()
        return client

    def _read(self) -> None:
        try:
            for frame in self.connection:
                event, now = json.loads(frame), time.perf_counter()
                self.arrivals.append(now)
                self.events.append(event)
        except ConnectionClosed:
            pass
        finally:
            self.closed.set()

    def act(self, action: str, **fields: Any) -> dict[str, Any]:
        """Send an action and wait for its answer."""
        request_id = f"{time.monotonic_ns()}"
        self.connection.send(json.dumps({"action": action, "request_id": request_id, **fields}))
        return self.wait(lambda event: event.get("request_id") == request_id)

    def wait(self, wanted: Callable[[dict[str, Any]], bool], seconds: float = SECONDS) -> dict[str, Any]:
        """The first event that is wanted, now or within some time."""
        deadline = time.monotonic() + seconds
        while True:
            for event in list(self.events):
                if wanted(event):
                    return event
            if time.monotonic() > deadline:
                raise AssertionError(f"it did not come; these did: {[event.get('type') for event in self.events]}")
            time.sleep(0.005)

    def wait_for(self, event_type: str, **data: Any) -> dict[str, Any]:
        """The first event of a type whose data has these values."""
        return self.wait(
            lambda event: (
                event.get("type") == event_type
                and all(event["data"].get(name) == value for name, value in data.items())
            )
        )

    def close(self) -> None:
        self.connection.close()
        self.closed.wait(SECONDS)
