"""The users of a soak: each sends, repeats, edits, deletes, reacts and reads, and some follow on sockets that drop."""

import random
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

from parley_client import Client, ParleyError
from parley_client.realtime.events import Events
from tests.proof.soak.history import History, Sent

ACTIONS = ("send",) * 10 + ("repeat",) * 2 + ("edit",) * 3 + ("delete",) + ("read",) * 3 + ("react", "list")


TELLS_A_MESSAGE = {"message.created", "message.deleted"}
"""Of one that is deleted by the time its record is delivered, or replayed, the deletion alone is told."""


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
    """Follows what a user is told, from a cursor on, over sockets that others drop."""

    def __init__(self, client: Client, sockets_url: str, cursor: str) -> None:
        super().__init__(daemon=True)
        self.events = Events(client, sockets_url, cursor=cursor)
        self._client, self._since = client, cursor
        self.told: set[str] = set()
        self.gaps: set[str] = set()

    def run(self) -> None:
        for event in self.events:
            if event["type"] == "gap":
                self.gaps.add(str(event["conversation_id"]))
            elif event["type"] in TELLS_A_MESSAGE:
                self.told.add(event["entity_id"])

    def replayed(self) -> tuple[set[str], set[str]]:
        """What the replay tells since the beginning, to whoever missed it: messages, and conversations to read anew."""
        told: set[str] = set()
        gaps: set[str] = set()
        cursor, more = self._since, True
        while more:
            page = self._client.list_events(after=cursor, limit=100)
            for event in page["data"]:
                if event["type"] == "gap":
                    gaps.add(str(event["conversation_id"]))
                elif event["type"] in TELLS_A_MESSAGE:
                    told.add(event["entity_id"])
            cursor, more = page["next_cursor"], page["has_more"]
        return told, gaps
