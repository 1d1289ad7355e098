"""A real socket that dies at any moment: its client connects again, replays, and has what the conversation has."""

import random
import threading
import time
import uuid
from typing import Any

import httpx
import pytest

from infrastructure.local.stack import RunningStack
from tests.support.aws.local_stack import client
from tests.support.clients.remote import RemotePerson, RemoteSockets
from tests.support.people.readers import Reader

STEPS = 24
SECONDS = 30


class Writer(threading.Thread):
    """Alice: she sends, edits, deletes and reacts in one conversation, in an order that a seed decides."""

    def __init__(self, alice: httpx.Client, group: str, chance: random.Random) -> None:
        super().__init__(daemon=True)
        self._alice, self._group, self._chance = alice, group, chance
        self._sent: list[str] = []
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            for number in range(STEPS):
                self._act(number)
                time.sleep(self._chance.uniform(0, 0.1))
        except BaseException as failure:  # noqa: BLE001 - told to the test
            self.failure = failure

    def _act(self, number: int) -> None:
        what = self._chance.choice(["send", "send", "edit", "react", "delete"]) if self._sent else "send"
        path = f"/v1/messages/{self._sent[-1]}" if self._sent else ""
        if what == "send":
            body = {"conversation_id": self._group, "text": f"text {number}"}
            self._sent.append(str(done(self._alice.post("/v1/messages", json=body)).json()["id"]))
        elif what == "edit":
            done(self._alice.put(path, json={"text": f"edited {number}"}))
        elif what == "react":
            done(self._alice.post(f"{path}/reactions", json={"reaction": "👍"}))
        else:
            done(self._alice.delete(f"/v1/messages/{self._sent.pop()}"))


def done(answer: httpx.Response) -> httpx.Response:
    assert answer.is_success, answer.text
    return answer


def user(local_stack: RunningStack, server: httpx.Client, name: str) -> tuple[str, httpx.Client, str]:
    """A user of this test alone: who has no other conversations."""
    user_id = f"{name}-{uuid.uuid4().hex[:8]}"
    done(server.put(f"/v1/users/{user_id}", json={"name": user_id}))
    token = str(done(server.post("/v1/tokens", json={"user_id": user_id})).json()["token"])
    return user_id, client(local_stack, token), token


@pytest.mark.parametrize("seed", range(3))
def test_whenever_a_socket_dies_the_log_equals_the_conversation(
    local_stack: RunningStack, server: httpx.Client, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same choices in every run
    _, alice, _ = user(local_stack, server, "alice")
    bob_id, bob, token = user(local_stack, server, "bob")
    with alice, bob:
        body: dict[str, Any] = {"type": "group", "name": "replayed", "members": [bob_id]}
        group = str(done(alice.post("/v1/conversations", json=body)).json()["id"])
        reader = Reader(RemotePerson(bob, token), RemoteSockets(local_stack.state.socket_url), strict=False)
        reader.arrive()
        writer = Writer(alice, group, random.Random(seed + 100))  # noqa: S311
        writer.start()
        lives = 0
        while writer.is_alive():
            time.sleep(chance.uniform(0, 0.3))
            if chance.random() < 0.5:
                reader.listen()
            reader.lose_connection()
            time.sleep(chance.uniform(0, 0.2))
            reader.come_back()
            lives += 1
        assert writer.failure is None
        assert lives > 1, "the socket died while things happened"
        _catch_up(reader)
        reader.lose_connection()


def _catch_up(reader: Reader[RemotePerson]) -> None:
    """Listen and replay until the log is the conversation's: the stream may be late, and never loses anything."""
    deadline = time.monotonic() + SECONDS
    while True:
        reader.listen()
        reader.replay()
        try:
            assert reader.agrees()
        except AssertionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)
        else:
            return
