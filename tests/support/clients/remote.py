"""What `Reader` needs of the deployed stack: a person who asks over HTTP, and real WebSockets."""

import socket
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.support.clients.socket_client import SocketClient
from tests.support.people.readers import WentBack


@dataclass(frozen=True)
class RemoteAnswer:
    """An answer of the deployed API."""

    status: int
    text: str
    body: Any

    def __getitem__(self, name: str) -> Any:
        return self.body[name]


@dataclass(frozen=True)
class RemotePerson:
    """A user of the deployed API."""

    http: httpx.Client
    token: str

    def get(self, path: str, **query: Any) -> RemoteAnswer:
        answer = self.http.get(path, params=query)
        return RemoteAnswer(answer.status_code, answer.text, answer.json())


@dataclass
class RemoteSocket:
    """A real connection; one connection never brings an older state after a newer."""

    client: SocketClient
    taken: int = 0
    versions: dict[str, int] = field(default_factory=dict)

    def take(self) -> list[dict[str, Any]]:
        """The events since the last call."""
        fresh = self.client.events[self.taken :]
        self.taken += len(fresh)
        for event in fresh:
            known = self.versions.get(event["entity_id"], 0)
            if event["version"] < known and event["type"] != "member.removed":
                raise WentBack(f"{event['type']} of {event['entity_id']}: {event['version']} after {known}")
            self.versions[event["entity_id"]] = max(known, event["version"])
        return fresh

    def vanish(self) -> None:
        """Break the connection off, without a close frame."""
        with suppress(OSError):
            self.client.connection.socket.shutdown(socket.SHUT_RDWR)
        self.client.closed.wait(10)


@dataclass(frozen=True)
class RemoteSockets:
    """The deployed WebSocket API."""

    url: str

    def connect(self, person: RemotePerson) -> RemoteSocket:
        return RemoteSocket(SocketClient.open(self.url, person.token))
