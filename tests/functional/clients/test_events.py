"""Followers of events against a server whose sockets fail: each event once, whatever happens to the connection."""

import asyncio
import itertools
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

from parley_client import AsyncClient, Client, Unauthenticated
from parley_client.realtime import async_events, events, following
from parley_client.realtime.async_events import AsyncEvents
from parley_client.realtime.events import Events
from tests.support.clients.in_process import problem


def _event(number: int) -> dict[str, Any]:
    return {"id": f"e{number}", "type": "message.created", "tenant_id": "acme", "seq": number}


@dataclass
class Told:
    """What a Parley has told: a log of events, a replay of it, and sockets, each of which behaves as `script` says.

    A cursor is a number of events. A replay says the last two again, as the real one may.
    """

    script: Sequence[Callable[["Told", ServerConnection], None]]
    log: list[dict[str, Any]] = field(default_factory=list)
    handshakes: list[str] = field(default_factory=list)
    received: list[dict[str, Any]] = field(default_factory=list)
    refuses: int = 0
    """How many handshakes are refused."""
    _opened: Iterator[int] = field(default_factory=itertools.count)

    def tell(self, count: int = 1) -> list[dict[str, Any]]:
        new = [_event(len(self.log) + number) for number in range(count)]
        self.log += new
        return new

    def replay(self, request: httpx.Request) -> httpx.Response:
        after = request.url.params.get("after")
        if after is None:
            return httpx.Response(200, json={"data": [], "next_cursor": str(len(self.log)), "has_more": False})
        start = max(0, int(after) - 2)
        page = self.log[start : start + 5]
        end = start + len(page)
        answer = {"data": page, "next_cursor": str(end), "has_more": end < len(self.log)}
        return httpx.Response(200, json=answer)

    def refuse(self, connection: ServerConnection, request: Request) -> Response | None:
        self.handshakes.append(request.path.partition("token=")[2])
        if self.refuses == 0:
            return None
        self.refuses -= 1
        answer = connection.respond(HTTPStatus.UNAUTHORIZED, "")
        answer.headers["X-Parley-Code"] = "token_expired"
        return answer

    def handle(self, socket: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            number = next(self._opened)
            step = self.script[number] if number < len(self.script) else _stay
            step(self, socket)


def _send(socket: ServerConnection, told: list[dict[str, Any]]) -> None:
    for event in told:
        socket.send(json.dumps(event))


def _stay(told: Told, socket: ServerConnection) -> None:
    """Send what happens from now on, and answer pings."""
    _send(socket, told.tell(3))
    for frame in socket:
        said = json.loads(frame)
        told.received.append(said)
        socket.send(json.dumps({"type": "pong", "action": said["action"], "request_id": None}))


def _drop(told: Told, socket: ServerConnection) -> None:
    """Send two of three, and break off without a word."""
    _send(socket, told.tell(3)[:2])
    socket.socket.close()


def _repeat(told: Told, socket: ServerConnection) -> None:
    """Send everything twice, out of order, and close."""
    new = told.tell(4)
    _send(socket, new[::-1] + new)


def _fall_silent(told: Told, socket: ServerConnection) -> None:
    """Lose what happens, and answer nothing: a half-open connection."""
    _send(socket, told.tell(1))
    told.tell(2)
    for _ in socket:
        pass


@pytest.fixture
def served() -> Iterator[Callable[[Told], str]]:
    """Serve sockets; gives their address."""
    servers: list[Server] = []

    def start(told: Told) -> str:
        server = serve(told.handle, "127.0.0.1", 0, process_request=told.refuse)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"ws://127.0.0.1:{server.socket.getsockname()[1]}"

    yield start
    for server in servers:
        server.shutdown()


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "PING_SECONDS", 0.3)
    monkeypatch.setattr(following, "ANSWER_SECONDS", 0.3)
    for module in (events, async_events):
        monkeypatch.setattr(module, "pause", lambda _: 0.0)


SCRIPT = [_stay, _drop, _repeat, _drop, _fall_silent, _repeat, _stay]


def _seen(told: Told, url: str, *, until: int, awaited: bool) -> list[str]:
    """The ids of the events that a follower gives, in order, until there are so many."""
    if not awaited:
        with Client("http://parley", "token", transport=httpx.MockTransport(told.replay)) as parley:
            given: list[str] = []
            for event in Events(parley, url):
                given.append(event["id"])
                if len(given) == until:
                    return given

    async def follow() -> list[str]:
        given: list[str] = []
        async with AsyncClient("http://parley", "token", transport=httpx.MockTransport(told.replay)) as parley:
            async for event in AsyncEvents(parley, url):
                given.append(event["id"])
                if len(given) == until:
                    break
        return given

    return asyncio.run(asyncio.wait_for(follow(), 30))


@pytest.mark.parametrize("awaited", [False, True])
def test_each_event_comes_once_whatever_becomes_of_the_sockets(served: Callable[[Told], str], *, awaited: bool) -> None:
    told = Told(SCRIPT[1:])
    seen = _seen(told, served(told), until=3 + 4 + 3 + 3 + 4 + 3, awaited=awaited)
    assert sorted(seen) == sorted(each["id"] for each in told.log)
    assert len(told.handshakes) == 6


@pytest.mark.parametrize("awaited", [False, True])
def test_a_refused_token_is_renewed_once(served: Callable[[Told], str], *, awaited: bool) -> None:
    told = Told([], refuses=1)
    url, given = served(told), iter(["old", "new"])

    async def follow() -> str:
        transport = httpx.MockTransport(told.replay)
        async with AsyncClient("http://parley", lambda: next(given), transport=transport) as parley:
            async for event in AsyncEvents(parley, url):
                return event["id"]
        return ""

    if awaited:
        assert asyncio.run(follow()) == "e0"
    else:
        parley = Client("http://parley", lambda: next(given), transport=httpx.MockTransport(told.replay))
        assert next(iter(Events(parley, url)))["id"] == "e0"
    assert told.handshakes == ["old", "new"]


def test_a_token_that_is_refused_for_good_is_told(served: Callable[[Told], str]) -> None:
    told = Told([], refuses=9)
    parley = Client("http://parley", "only", transport=httpx.MockTransport(told.replay))
    with pytest.raises(Unauthenticated) as refused:
        next(iter(Events(parley, served(told))))
    assert refused.value.code == "token_expired"


def test_what_is_watched_is_watched_on_each_socket(served: Callable[[Told], str]) -> None:
    def two(told: Told, socket: ServerConnection) -> None:
        told.received.append(json.loads(socket.recv()))
        _drop(told, socket)

    told = Told([two, two])
    parley = Client("http://parley", "token", transport=httpx.MockTransport(told.replay))
    follower = Events(parley, served(told))
    follower.watch("place")
    stream = iter(follower)
    for _ in range(7):
        next(stream)
    assert told.received[:2] == [{"action": "watch", "conversation_id": "place"}] * 2


def test_a_gap_is_given_each_time() -> None:
    gap: Any = {"id": "gap/c", "type": "gap", "conversation_id": "c"}
    follower = following.Following("1")
    assert list(follower.new([gap])) == list(follower.new([gap])) == [gap]


def test_a_follower_goes_on_from_the_cursor_of_another(served: Callable[[Told], str]) -> None:
    told = Told([])
    told.tell(9)
    parley = Client("http://parley", "token", transport=httpx.MockTransport(told.replay))
    stream = iter(Events(parley, served(told), cursor="4"))
    assert [next(stream)["id"] for _ in range(7)] == [f"e{number}" for number in range(2, 9)]


def test_an_unavailable_replay_is_asked_again(served: Callable[[Told], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parley_client.client.time.sleep", lambda _: None)
    told, failures = Told([]), iter([problem(503, "unavailable", retryable=True)] * 9)
    parley = Client(
        "http://parley", "t", transport=httpx.MockTransport(lambda asked: next(failures, None) or told.replay(asked))
    )
    stream = iter(Events(parley, served(told), cursor="0"))
    assert next(stream)["id"] == "e0"
