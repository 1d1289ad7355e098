"""A client that keeps a log of what it is told, as one should: it drops what it has, and fetches what a gap names.

It runs on moto with sockets that are played, and on the deployed stack with real ones.
"""

from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar


class Answered(Protocol):
    """An answer of the API."""

    @property
    def status(self) -> int: ...
    @property
    def text(self) -> str: ...
    def __getitem__(self, name: str) -> Any: ...


class Asks(Protocol):
    """Whoever asks the API."""

    def get(self, path: str, **query: Any) -> Answered: ...


AskerT = TypeVar("AskerT", bound=Asks)
AskerT_contra = TypeVar("AskerT_contra", bound=Asks, contravariant=True)


class Listens(Protocol):
    """A client's end of a connection."""

    def take(self) -> list[dict[str, Any]]:
        """The events since the last call."""

    def vanish(self) -> None:
        """Be gone without anybody being told."""


class Connects(Protocol[AskerT_contra]):
    """Where connections are opened."""

    def connect(self, person: AskerT_contra) -> Listens: ...


STATE_TYPES = ("message.created", "message.updated", "message.deleted")
REACTION_TYPES = ("reaction.added", "reaction.removed")


class WentBack(AssertionError):
    """The client was shown an older state after a newer one."""


@dataclass
class Reader(Generic[AskerT]):
    """Bob's telephone: the messages and reactions that it knows, by conversation and number.

    It is `strict` where what the socket brings can be no older than what it has fetched: where nothing is under way.
    """

    person: AskerT
    sockets: Connects[AskerT]
    cursor: str = ""
    strict: bool = True
    socket: Listens | None = None
    texts: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    reactions: dict[str, dict[str, int]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)

    def arrive(self) -> None:
        """Open a socket, then fetch everything, and remember from when on a replay must go."""
        self.connect()
        self.cursor = self.person.get("/v1/events")["next_cursor"]
        self.fetch_all()

    def connect(self) -> None:
        self.socket = self.sockets.connect(self.person)

    def lose_connection(self) -> None:
        """Whatever was sent and not read is lost."""
        if self.socket is not None:
            self.socket.take()
            self.socket.vanish()
            self.socket = None

    def listen(self) -> None:
        """Apply what the socket brought."""
        if self.socket is not None:
            for event in self.socket.take():
                self.apply(event, live=True)

    def come_back(self) -> None:
        """Connect first, then replay: what happens between the two comes by the socket, the rest by the replay."""
        self.connect()
        self.replay()
        self.listen()

    def replay(self, *, limit: int = 100) -> list[dict[str, Any]]:
        """Everything since the cursor; gaps are fetched anew."""
        events: list[dict[str, Any]] = []
        for _ in range(1000):
            page = self.person.get("/v1/events", after=self.cursor, limit=limit)
            assert page.status == 200, page.text
            for event in page["data"]:
                self.apply(event, live=False)
            events += page["data"]
            self.cursor = page["next_cursor"]
            if not page["has_more"]:
                return events
        raise AssertionError("a replay that does not end")

    def apply(self, event: dict[str, Any], *, live: bool) -> None:
        if event["type"] == "gap":
            self.fetch(event["conversation_id"])
            return
        entity_id, version = event["entity_id"], event["version"]
        if version < self.versions.get(entity_id, 0):
            if live and self.strict and event["type"] != "member.removed":  # absent is absent, whichever time it was
                raise WentBack(f"{event['type']} of {entity_id}: {version} after {self.versions[entity_id]}")
            return
        self.versions[entity_id] = version
        data = event["data"]
        if event["type"] in REACTION_TYPES:
            self._note_reactions(data["message_id"], data["reactions"])
        elif event["type"] in STATE_TYPES and "text" in data and data["parent_id"] is None:
            self._note(event["conversation_id"], data)
        elif event["type"] == "conversation.updated" and "name" in data:
            self.names[event["conversation_id"]] = data["name"]
        elif event["type"] in ("member.added", "member.removed"):
            change = set.add if event["type"] == "member.added" else set.discard
            change(self.members.setdefault(event["conversation_id"], set()), data["user_id"])

    def fetch_all(self) -> None:
        for conversation in self.person.get("/v1/conversations", limit=100)["data"]:
            self.fetch(conversation["id"])

    def fetch(self, conversation_id: str) -> None:
        details = self.person.get(f"/v1/conversations/{conversation_id}")
        if details.status == 404:
            return
        self.names[conversation_id] = details["name"]
        listed = self.person.get(f"/v1/conversations/{conversation_id}/members", limit=100)["data"]
        self.members[conversation_id] = {member["user_id"] for member in listed}
        for message in self._history(conversation_id):
            self._note(conversation_id, message)
            self.versions[message["id"]] = max(self.versions.get(message["id"], 0), message["version"])
            self._note_reactions(message["id"], message["reactions"])

    def _history(self, conversation_id: str) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = []
        cursor: dict[str, Any] = {}
        while True:
            page = self.person.get(f"/v1/conversations/{conversation_id}/messages", order="asc", limit=100, **cursor)
            assert page.status == 200, page.text
            messages += page["data"]
            if page["next_cursor"] is None:
                return messages
            cursor = {"cursor": page["next_cursor"]}

    def _note(self, conversation_id: str, message: dict[str, Any]) -> None:
        shown = {name: message[name] for name in ("id", "text", "author_id", "edited_at", "deleted_at", "version")}
        self.texts.setdefault(conversation_id, {})[message["seq"]] = shown
        if message["deleted_at"] is not None:
            self.reactions.pop(message["id"], None)

    def _note_reactions(self, message_id: str, reactions: dict[str, dict[str, Any]]) -> None:
        counts = {kind: summary["count"] for kind, summary in reactions.items()}
        if counts:
            self.reactions[message_id] = counts
        else:
            self.reactions.pop(message_id, None)

    def agrees(self) -> bool:
        """Whether the log is what the API would tell a client that comes with nothing."""
        fresh = Reader(self.person, self.sockets)
        fresh.fetch_all()
        mine = {each: log for each, log in self.texts.items() if each in fresh.names}
        tombstones = {m["id"] for log in fresh.texts.values() for m in log.values() if m["deleted_at"] is not None}
        reactions = {each: counts for each, counts in self.reactions.items() if each not in tombstones}
        names = {each: name for each, name in self.names.items() if each in fresh.names}
        assert mine == fresh.texts
        assert names == fresh.names
        assert {each: who for each, who in self.members.items() if each in fresh.names} == fresh.members
        assert reactions == fresh.reactions
        return True
