"""Events as they happen, for an `AsyncClient`."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException

from parley_client.client import AsyncClient
from parley_client.errors import Refused, Unreachable
from parley_client.generated.models import ReplayedEvent
from parley_client.realtime import following
from parley_client.realtime.following import Following, action
from parley_client.repeating import pause

_LOST = (OSError, TimeoutError, WebSocketException, Unreachable)


class AsyncEvents:
    """What is told to a user, from a cursor on or from now: each event once, whatever becomes of the socket.

    >>> async for event in AsyncEvents(parley, "wss://events.example.com"):
    ...     print(event["type"])

    A `gap` names a conversation of which too much was missed: read it anew; without one, read everything anew.
    """

    def __init__(self, parley: AsyncClient, sockets_url: str, *, cursor: str | None = None) -> None:
        self._parley, self._url = parley, sockets_url
        self._following = Following(cursor)
        self._socket: ClientConnection | None = None

    @property
    def cursor(self) -> str | None:
        """Where another process goes on: it is told again what came since, never less."""
        return self._following.cursor

    async def act(self, name: str, **fields: Any) -> None:
        """Send an action (`typing.start`, `event.send`, `read`), if there is a socket: such news do not keep."""
        if self._socket is not None:
            await self._socket.send(action(name, **fields))

    async def watch(self, conversation_id: str) -> None:
        """Be told of typing and presence in a conversation, on this socket and each after it."""
        self._following.watched[conversation_id] = None
        await self.act("watch", conversation_id=conversation_id)

    async def unwatch(self, conversation_id: str) -> None:
        """Be told of them no more."""
        self._following.watched.pop(conversation_id, None)
        await self.act("unwatch", conversation_id=conversation_id)

    async def __aiter__(self) -> AsyncIterator[ReplayedEvent]:
        """Raises `Refused` where neither this token nor another is taken."""
        if self._following.cursor is None:
            self._following.cursor = (await self._parley.list_events())["next_cursor"]
        failures = 0
        while True:
            try:
                async with await self._open() as self._socket:
                    async for event in self._replay():
                        yield event
                    failures = 0
                    async for event in self._listen(self._socket):
                        yield event
            except Refused as failure:
                if not failure.retryable:
                    raise
            except _LOST:
                pass
            finally:
                self._socket = None
            await asyncio.sleep(pause(failures))
            failures += 1

    async def _open(self) -> ClientConnection:
        """A socket, with another token if the first is refused."""
        try:
            return await self._connect()
        except InvalidStatus as failure:
            refused = following.refusal_of(failure)
            if refused.status >= 500 or not self._parley.renew():  # noqa: PLR2004
                raise refused from failure
        try:
            return await self._connect()
        except InvalidStatus as failure:
            raise following.refusal_of(failure) from failure

    async def _connect(self) -> ClientConnection:
        address = following.address(self._url, await self._parley.token())
        socket = await connect(address, open_timeout=following.OPEN_SECONDS, ping_interval=None, proxy=None)
        for frame in self._following.first_frames():
            await socket.send(frame)
        return socket

    async def _replay(self) -> AsyncIterator[ReplayedEvent]:
        """What was told since the cursor."""
        while True:
            page = await self._parley.list_events(after=self._following.cursor)
            for event in self._following.new(page["data"]):
                yield event
            self._following.cursor = page["next_cursor"]
            if not page["has_more"]:
                self._following.replayed()
                return

    async def _listen(self, socket: ClientConnection) -> AsyncIterator[ReplayedEvent]:
        """What comes on a socket, until it is dead."""
        while True:
            if self._following.replay_is_due:
                async for event in self._replay():
                    yield event
            try:
                frame = await asyncio.wait_for(socket.recv(), following.PING_SECONDS)
            except TimeoutError:
                await socket.send(action("ping"))
                frame = await asyncio.wait_for(socket.recv(), following.ANSWER_SECONDS)
            for event in self._following.told(frame):
                yield event
