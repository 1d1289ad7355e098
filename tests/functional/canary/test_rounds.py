"""A round against a stage that is well but for one thing: the canary says which step saw it, and goes on."""

import json
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
import websockets.sync.client

from parley import pools
from parley.canary import requests, rounds
from parley.canary.rounds import READER, WRITER, Place, Round

Answers = Callable[["Stage", dict[str, Any]], Any]
API = "https://api.example.com"
STEPS = {"conversation", "socket", "read", "search", "remove", "upload"}


@dataclass
class Stage:
    """Answers the canary's requests as Parley does. `asked` are the methods and paths, in order."""

    asked: list[str] = field(default_factory=list)
    callers: dict[str, str] = field(default_factory=dict)
    """By method and path, whose token asked."""
    text: str = ""
    kept: bytes = b""
    told: deque[dict[str, Any]] = field(default_factory=deque)
    """What the socket has to tell."""
    sockets: list[str] = field(default_factory=list)
    now: float = 0.0
    spoiled: dict[str, Answers] = field(default_factory=dict)
    """By method and path, what is answered otherwise."""

    def request(self, method: str, url: str, headers: dict[str, str], body: bytes) -> pools.Answer:
        parts = urlsplit(url)
        if parts.netloc == "files.example.com":
            if method == "POST":
                self.kept = body.split(b'filename="file"\r\n\r\n')[1].split(b"\r\n--")[0]
            return pools.Answer(200, {}, self.kept)
        asked = f"{method} {parts.path}"
        self.asked.append(asked)
        self.callers[asked] = headers["authorization"].removeprefix("Bearer ")
        given = json.loads(body) if body else {"query": parts.query}
        answer = (self.spoiled.get(asked) or ANSWERS[asked])(self, given)
        return pools.Answer(200, {}, json.dumps(answer).encode() if answer is not None else b"")

    @contextmanager
    def connect(self, address: str, **_: object) -> Iterator["Stage"]:
        self.sockets.append(address)
        yield self

    def recv(self, timeout: float) -> str:
        if not self.told:
            self.sleep(timeout)
            raise TimeoutError
        return json.dumps(self.told.popleft())

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def send(stage: Stage, body: dict[str, Any]) -> Any:
    stage.text = body["text"]
    stage.told.append({"type": "hello", "entity_id": ""})
    stage.told.append({"type": "message.created", "entity_id": "m1"})
    return {"id": "m1"}


def tell_of_another(stage: Stage, body: dict[str, Any]) -> Any:
    stage.text = body["text"]
    stage.told.append({"type": "message.created", "entity_id": "m0"})
    return {"id": "m1"}


def hits(stage: Stage, given: dict[str, Any]) -> Any:
    word = given["query"].removeprefix("q=")
    return {"data": [{"message": {"id": "m1"}}] if word and word in stage.text else []}


ANSWERS: dict[str, Answers] = {
    f"PUT /v1/users/{WRITER}": lambda *_: {},
    f"PUT /v1/users/{READER}": lambda *_: {},
    "POST /v1/conversations": lambda *_: {"id": "c1"},
    "POST /v1/messages": send,
    "DELETE /v1/messages/m1": lambda *_: None,
    "GET /v1/conversations/c1/messages": lambda *_: {"data": [{"id": "m1"}]},
    "GET /v1/unread": lambda *_: {"total": 1},
    "POST /v1/conversations/c1/read": lambda *_: {"unread_count": 0},
    "GET /v1/search/messages": hits,
    "POST /v1/upload": lambda *_: {"upload_id": "f1"},
    "POST /v1/upload/chunk": lambda *_: {"post": {"url": "https://files.example.com/", "fields": {"key": "f1"}}},
    "POST /v1/upload/complete": lambda *_: {},
    "GET /v1/media/f1": lambda *_: {"status": "ready"},
    "GET /v1/download/f1/signed": lambda *_: {"url": "https://files.example.com/f1"},
    "DELETE /v1/media/f1": lambda *_: None,
}


def refuse(*_: object) -> Any:
    raise requests.Refused("503")


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Its clock goes on while somebody waits, and at no other time."""
    made = Stage()
    monkeypatch.setattr(requests, "_request", made.request)
    monkeypatch.setattr(websockets.sync.client, "connect", made.connect)
    monkeypatch.setattr(rounds, "time", made)
    return made


PLACE = Place(API, "wss://sockets.example.com/v1", lambda user: user or "server")


def test_a_stage_that_is_well_has_no_failure_and_nothing_is_left(stage: Stage) -> None:
    done = Round()
    rounds.chat(PLACE, done)
    assert done.failures == {}
    assert set(done.took) == STEPS
    assert set(stage.asked) == set(ANSWERS)
    assert stage.sockets == [f"wss://sockets.example.com/v1?token={READER}"]
    assert stage.callers["POST /v1/messages"] == WRITER
    assert stage.callers["GET /v1/unread"] == stage.callers["GET /v1/search/messages"] == READER
    assert stage.callers[f"PUT /v1/users/{READER}"] == "server"


@pytest.mark.parametrize(
    ("step", "asked", "answer"),
    [
        ("socket", "POST /v1/messages", tell_of_another),
        ("read", "GET /v1/conversations/c1/messages", lambda *_: {"data": [{"id": "m0"}]}),
        ("read", "GET /v1/conversations/c1/messages", lambda *_: {"data": []}),
        ("read", "GET /v1/unread", lambda *_: {"total": 0}),
        ("read", "POST /v1/conversations/c1/read", lambda *_: {"unread_count": 1}),
        ("search", "GET /v1/search/messages", lambda *_: {"data": []}),
        ("search", "GET /v1/search/messages", lambda *_: {"data": [{"message": {"id": "m0"}}]}),
        ("search", "GET /v1/search/messages", refuse),
        ("remove", "DELETE /v1/messages/m1", refuse),
        ("upload", "GET /v1/media/f1", lambda *_: {"status": "processing"}),
        ("upload", "GET /v1/download/f1/signed", lambda *_: {"url": f"{API}/v1/unread"}),
        ("upload", "DELETE /v1/media/f1", refuse),
    ],
)
def test_what_is_not_well_is_the_one_failure(
    step: str, asked: str, answer: Answers, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.spoiled[asked] = answer
    if "/signed" in asked:  # other bytes come back
        monkeypatch.setattr(rounds, "fetch", lambda _: b"other")
    done = Round()
    rounds.chat(PLACE, done)
    assert set(done.failures) == {step}
    assert set(done.took) >= STEPS, "the others were tried"


def test_without_a_conversation_nothing_is_tried(stage: Stage) -> None:
    stage.spoiled["POST /v1/conversations"] = refuse
    done = Round()
    rounds.chat(PLACE, done)
    assert set(done.took) == set(done.failures) == {"conversation"}


@pytest.mark.parametrize("status", [400, 404, 503])
def test_an_answer_that_is_no_success_is_refused(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(200, monkeypatch)
    assert requests.Api(API, "token").call("GET", "/v1/unread") == {}
    answer_with(status, monkeypatch)
    with pytest.raises(requests.Refused, match=str(status)):
        requests.Api(API, "token").call("GET", "/v1/unread")


def answer_with(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    class Pool:
        def request(self, *_: object, **__: object) -> pools.Answer:
            return pools.Answer(status, {}, b"{}")

    monkeypatch.setattr(requests, "_pool", lambda _: Pool())
