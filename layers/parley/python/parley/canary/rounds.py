"""A round of the canary: two users of its tenant chat by the stage's own addresses, and clean up after themselves.

A step that fails does not keep the others from being tried, but for those that need what it makes.
"""

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import quote

from aws_lambda_powertools.metrics import MetricUnit

from parley.canary.requests import Api, fetch, post_form
from parley.canary.tenant import tokens_of_tenant
from parley.observability import logger, metrics
from parley.settings import canary_settings

WRITER, READER = "canary-writer", "canary-reader"
SOON = 45.0
"""Seconds within which a change is told, found or checked; above it something is wrong."""
PAUSE_SECONDS = 0.5
Found = TypeVar("Found")


class Failed(Exception):
    """A step saw something else than it should."""


@dataclass
class Round:
    """What a round has come to: the milliseconds of each step, and why some failed."""

    took: dict[str, int] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    def step(self, name: str, act: Callable[[], Found]) -> Found | None:
        """What a step gives; None where it fails."""
        began = time.monotonic()
        try:
            return act()
        except Exception as failure:  # noqa: BLE001 - whatever goes wrong is the finding
            self.failures[name] = f"{type(failure).__name__}: {failure}"[:300]
            return None
        finally:
            self.took[name] = int((time.monotonic() - began) * 1000)

    def told(self) -> dict[str, Any]:
        return {"failed": sorted(self.failures), "failures": self.failures, "took_ms": self.took}


@dataclass(frozen=True)
class Place:
    """Where the stage answers, and as whom: tokens are made by `token` for a user, or for None the back end."""

    api_url: str
    socket_url: str
    token: Callable[[str | None], str]

    def api(self, user_id: str | None) -> Api:
        return Api(self.api_url, self.token(user_id))


def run() -> Round:
    """A round in the canary's tenant, told as `CanaryFailures` and `CanaryTime`."""
    done = Round()
    token = done.step("tenant", tokens_of_tenant)
    if token is not None:
        chat(Place(canary_settings().api_url, canary_settings().socket_url, token), done)
    logger().info("canary", extra=done.told())
    emitted = metrics()
    emitted.add_metric("CanaryFailures", MetricUnit.Count, len(done.failures))
    emitted.add_metric("CanaryTime", MetricUnit.Milliseconds, sum(done.took.values()))
    emitted.flush_metrics()
    return done


def chat(place: Place, done: Round) -> None:
    """Send, hear it on a socket, read, search, upload, and remove what was made."""
    writer, reader = place.api(WRITER), place.api(READER)
    conversation = done.step("conversation", lambda: _conversation(place, writer))
    if conversation is None:
        return
    word = f"canary{uuid.uuid4().hex[:12]}"
    message = done.step("socket", lambda: _hear(place, writer, conversation, word))
    if message is None:  # the socket is one failure, and no reason to try nothing else
        message = done.step("send", lambda: _send(writer, conversation, word))
    if message is not None:
        sent = message
        done.step("read", lambda: _read(reader, conversation, sent))
        done.step("search", lambda: _search(reader, word, sent))
        done.step("remove", lambda: writer.call("DELETE", f"/v1/messages/{sent}"))
    done.step("upload", lambda: _upload(writer, word.encode()))


def _conversation(place: Place, writer: Api) -> str:
    """The one that the two users have; they are made with the first."""
    server = place.api(None)
    for user_id in (WRITER, READER):
        server.call("PUT", f"/v1/users/{user_id}", {"name": user_id})
    return str(writer.call("POST", "/v1/conversations", {"type": "direct", "members": [READER]})["id"])


def _send(writer: Api, conversation: str, word: str) -> str:
    return str(writer.call("POST", "/v1/messages", {"conversation_id": conversation, "text": f"Round {word}"})["id"])


def _hear(place: Place, writer: Api, conversation: str, word: str) -> str:
    """The message, once the reader has been told of it."""
    from websockets.sync.client import connect  # noqa: PLC0415 - of the canary's own layer

    address = f"{place.socket_url}?token={quote(place.token(READER), safe='')}"
    with connect(address, open_timeout=SOON, proxy=None) as socket:
        message = _send(writer, conversation, word)
        deadline = time.monotonic() + SOON
        while (left := deadline - time.monotonic()) > 0:
            event = json.loads(socket.recv(timeout=left))
            if event.get("type") == "message.created" and event["entity_id"] == message:
                return message
    raise Failed("the socket tells of other things")


def _read(reader: Api, conversation: str, message: str) -> None:
    """It is the newest, counts as unread, and no more once it is read."""
    newest = reader.call("GET", f"/v1/conversations/{conversation}/messages?limit=1")["data"]
    if [each["id"] for each in newest] != [message]:
        raise Failed("another message is the newest")
    if reader.call("GET", "/v1/unread")["total"] < 1:
        raise Failed("it is not unread")
    if reader.call("POST", f"/v1/conversations/{conversation}/read", {})["unread_count"] != 0:
        raise Failed("it stays unread")


def _search(reader: Api, word: str, message: str) -> None:
    def look() -> bool:
        hits = reader.call("GET", f"/v1/search/messages?q={word}")["data"]
        return any(hit["message"]["id"] == message for hit in hits)

    _eventually(look, "it is not found")


def _upload(writer: Api, content: bytes) -> None:
    """A small file: sent, checked, fetched again and deleted."""
    body = {"filename": "canary.txt", "content_type": "text/plain", "size": len(content)}
    started = writer.call("POST", "/v1/upload", body)
    media = f"/v1/media/{started['upload_id']}"
    form = writer.call("POST", "/v1/upload/chunk", {"upload_id": started["upload_id"], "part_numbers": [1]})["post"]
    post_form(form["url"], form["fields"], content)
    writer.call("POST", "/v1/upload/complete", {"upload_id": started["upload_id"]})
    _eventually(lambda: writer.call("GET", media)["status"] == "ready", "its check does not end well")
    signed = writer.call("GET", f"/v1/download/{started['upload_id']}/signed")
    if fetch(signed["url"]) != content:
        raise Failed("other bytes come back")
    writer.call("DELETE", media)


def _eventually(holds: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + SOON
    while not holds():
        if time.monotonic() > deadline:
            raise Failed(f"{otherwise} within {SOON:.0f} s")
        time.sleep(PAUSE_SECONDS)
