"""A tenant's server on loopback that answers a command, and sockets of those who run it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from parley.commands.running import remembered
from tests.functional.realtime.conftest import sockets
from tests.support.aws.gateway import Answer
from tests.support.people.people import Person, Workspace
from tests.support.people.tenant_servers import Server, answer, serving

__all__ = ["sockets"]


@pytest.fixture(autouse=True)
def knows_no_commands() -> None:
    """A process that has listed none."""
    remembered.clear()


@pytest.fixture
def server(acme: Workspace) -> Person:
    return acme.server


def replying(reply: Any, status: int = 200, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """A server that replies so to every command."""
    return answer(reply if isinstance(reply, bytes) else json.dumps(reply).encode(), status, **headers)


def declare(server: Person, name: str, url: str, **fields: Any) -> dict[str, Any]:
    put = server.put(f"/v1/commands/{name}", {"url": url, "description": "Roll dice", **fields})
    assert put.status in (200, 201), put.text
    return dict(put.body)


@dataclass
class Dice:
    """The command `/roll` of a tenant, and the server behind it."""

    url: str
    endpoint: Server
    secret: str

    def replies(self, type_: str, text: str = "You rolled a 6", **fields: Any) -> None:
        self.endpoint.behave = replying({"type": type_, "text": text, **fields})

    @property
    def calls(self) -> int:
        return len(self.endpoint.received)


@pytest.fixture
def dice(server: Person, local_stage: None) -> Iterator[Dice]:
    with serving() as endpoint:
        endpoint.behave = replying(b"")
        yield Dice(endpoint.url, endpoint, declare(server, "roll", endpoint.url)["secret"])


def run(who: Person, conversation_id: str, text: str = "2d6", *, key: str | None = None, **fields: Any) -> Answer:
    body = {"name": "roll", "text": text, **fields}
    return who.post(f"/v1/conversations/{conversation_id}/commands", body, key=key)


def texts(who: Person, conversation_id: str) -> list[str]:
    return [each["text"] for each in who.get(f"/v1/conversations/{conversation_id}/messages", order="asc")["data"]]
