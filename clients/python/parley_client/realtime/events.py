"""Events as they happen, for a `Client`."""

import time
from collections.abc import Iterator
from typing import Any

from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect

from parley_client.client import Client
from parley_client.errors import Refused, Unreachable
from parley_client.generated.models import ReplayedEvent
from parley_client.realtime import following
from parley_client.realtime.following import Following, action
from parley_client.repeating import pause

_LOST = (OSError, TimeoutError, WebSocketException, Unreachable)


class Events:
    """What is told to a user, from a cursor on or from now: each event once, whatever becomes of the socket.

    >>> for event in Events(parley, "wss://events.example.com"):
    ...     print(event["type"])

    A `gap` names a conversation of which too much was missed: read it anew; without one, read everything anew.
    """

    def __init__(self, parley: Client, sockets_url: str, *, cursor: str | None = None) -> None:
        self._parley, self._url = parley, sockets_url
        self._following = Following(cursor)
        self._socket: ClientConnection | None = None

    @property
    def cursor(self) -> str | None:
        """Where another process goes on: it is told again what came since, never less."""
        return self._following.cursor

    def act(self, name: str, **fields: Any) -> None:
        """Send an action (`typing.start`, `event.send`, `read`), if there is a socket: such news do not keep."""
        if self._socket is not None:
            self._socket.send(action(name, **fields))

    def watch(self, conversation_id: str) -> None:
        """Be told of typing and presence in a conversation, on this socket and each after it."""
        self._following.watched[conversation_id] = None
        self.act("watch", conversation_id=conversation_id)

    def unwatch(self, conversation_id: str) -> None:
        """Be told of them no more."""
        self._following.watched.pop(conversation_id, None)
        self.act("unwatch", conversation_id=conversation_id)

    def __iter__(self) -> Iterator[ReplayedEvent]:
        """Raises `Refused` where neither this token nor another is taken."""
        if self._following.cursor is None:
            self._following.cursor = self._parley.list_events()["next_cursor"]
        failures = 0
        while True:
            try:
                with self._open() as self._socket:
                    yield from self._replay()
                    failures = 0
                    yield from self._listen(self._socket)
            except Refused as failure:
                if not failure.retryable:
                    raise
            except _LOST:
                pass
            finally:
                self._socket = None
            time.sleep(pause(failures))
            failures += 1

    def _open(self) -> ClientConnection:
        """A socket, with another token if the first is refused."""
        try:
            return self._connect()
        except InvalidStatus as failure:
            refused = following.refusal_of(failure)
            if refused.status >= 500 or not self._parley.renew():  # noqa: PLR2004
                raise refused from failure
        try:
            return self._connect()
        except InvalidStatus as failure:
            raise following.refusal_of(failure) from failure

    def _connect(self) -> ClientConnection:
        address = following.address(self._url, self._parley.token())
        socket = connect(address, open_timeout=following.OPEN_SECONDS, ping_interval=None, proxy=None)
        for frame in self._following.first_frames():
            socket.send(frame)
        return socket

    def _replay(self) -> Iterator[ReplayedEvent]:
        """What was told since the cursor."""
        while True:
            page = self._parley.list_events(after=self._following.cursor)
            yield from self._following.new(page["data"])
            self._following.cursor = page["next_cursor"]
            if not page["has_more"]:
                self._following.replayed()
                return

    def _listen(self, socket: ClientConnection) -> Iterator[ReplayedEvent]:
        """What comes on a socket, until it is dead."""
        while True:
            if self._following.replay_is_due:
                yield from self._replay()
            try:
                frame = socket.recv(timeout=following.PING_SECONDS)
            except TimeoutError:
                socket.send(action("ping"))
                frame = socket.recv(timeout=following.ANSWER_SECONDS)
            yield from self._following.told(frame)
