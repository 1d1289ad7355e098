"""The users of a soak: each sends, repeats, edits, deletes, reacts and reads, and some follow on sockets that drop."""

import random
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from parley_client import Client, ParleyError
from parley_client.realtime.events import Events
from tests.proof.soak.history import History, Sent

ACTIONS = ("send",) * 10 + ("repeat",) * 2 + ("edit",) * 3 + ("delete",) + ("read",) * 3 + ("react", "list")


@dataclass
class Told:
    """What a user was told: messages as created and as deleted; `gaps` counts what they were told to read anew."""

    created: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    gaps: int = 0


class Person(threading.Thread):
    """Acts until `until`, one thing after the other, with a pause of `pause` seconds on average between them."""

    def __init__(
        self, client: Client, name: str, places: list[str], word: str, history: History, *, until: float, pause: float
    ) -> None:
        super().__init__(daemon=True)
        self._client, self._who, self._places, self._word = client, name, places, word
        self._history, self._until, self._pause = history, until, pause
        self._chance = random.Random(name)  # noqa: S311 - the same choices in every run
        self._mine: list[Sent] = []
        self.acts = 0
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            while time.monotonic() < self._until:
                self._act(self._chance.choice(ACTIONS))
                self.acts += 1
                time.sleep(self._chance.uniform(0, 2 * self._pause))
        except BaseException as failure:  # noqa: BLE001 - told at the end
            self.failure = failure

    def _act(self, action: str) -> None:
        place = self._chance.choice(self._places)
        living = [each for each in self._mine if each.id and each.deleted is False]
        if action in {"send", "repeat"}:
            self._send(place, repeats=action == "repeat")
        elif action == "read":
            self._try(lambda: self._client.mark_read(place))
        elif action == "list":
            self._try(self._client.list_conversations)
        elif living:
            self._change(action, self._chance.choice(living))

    def _send(self, place: str, *, repeats: bool) -> None:
        """Repeated with its key by a second connection at the same time, as an impatient client does."""
        key, text = uuid.uuid4().hex, f"{self._word} {self._who} {len(self._mine)}"
        sent = self._history.begin(place, self._who, text)
        self._mine.append(sent)

        def send() -> Any:
            return self._client.send_message(conversation_id=place, text=text, idempotency_key=key)

        other: list[Any] = []
        beside = threading.Thread(target=lambda: other.append(self._try(send))) if repeats else None
        if beside:
            beside.start()
        answer = self._try(send)
        if beside:
            beside.join()
        ids = {each["id"] for each in (answer, *other) if each is not None}
        if len(ids) > 1:
            raise AssertionError(f"one key, two messages: {ids}")
        sent.id = next(iter(ids), None)

    def _change(self, action: str, sent: Sent) -> None:
        message = str(sent.id)
        if action == "react":
            self._try(lambda: self._client.add_reaction(message, reaction="👍"))
        elif action == "edit":
            text = f"{self._word} {self._who} edited {uuid.uuid4().hex[:6]}"
            sent.texts.add(text)
            if self._try(lambda: self._client.edit_message(message, text=text)) is not None:
                sent.texts = {text}
        else:
            sent.deleted = None
            if self._try(lambda: self._client.delete_message(message)) is not None:
                sent.deleted = True

    def _try(self, act: Callable[[], Any]) -> Any:
        """The answer; None where the client gave up, and nobody knows whether it was done."""
        try:
            return act()
        except ParleyError:
            self._history.gave_up()
            return None


class Follower(threading.Thread):
    """Follows what a user is told, from now on, over sockets that others drop; what it is told to, it reads anew."""

    def __init__(self, client: Client, sockets_url: str) -> None:
        super().__init__(daemon=True)
        self.events = Events(client, sockets_url, cursor=client.list_events()["next_cursor"])
        self._client = client
        self.heard = Told()
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            for event in self.events:
                self._hear(event, self.heard)
        except BaseException as failure:  # noqa: BLE001 - told at the end
            self.failure = failure

    def replayed(self) -> Told:
        """What the replay tells since the follower's own last one, as to a client that goes on elsewhere."""
        told = Told()
        cursor, more = self.events.cursor, True
        while more:
            page = self._client.list_events(after=cursor, limit=100)
            for event in page["data"]:
                self._hear(event, told)
            cursor, more = page["next_cursor"], page["has_more"]
        return told

    def _hear(self, event: Mapping[str, Any], told: Told) -> None:
        if event["type"] == "gap":
            told.gaps += 1
            missed = event["conversation_id"]
            for place in [missed] if missed else [each["id"] for each in self._client.iterate_conversations()]:
                told.created |= {each["id"] for each in self._client.iterate_messages(place, limit=100)}
        elif event["type"] == "message.created":
            told.created.add(event["entity_id"])
        elif event["type"] == "message.deleted":
            told.deleted.add(event["entity_id"])
