"""The Python client on the deployed product: its README as it is written, and two users who chat."""

import asyncio
import re
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from infrastructure.layers import ROOT
from infrastructure.local.stack import RunningStack
from parley_client import AsyncClient, Client
from parley_client.realtime.async_events import AsyncEvents
from parley_client.uploads import Uploader
from tests.support.clients.generators import run

README = ROOT / "clients" / "python" / "README.md"
SAMPLES = re.findall(r"## ([^\n]+)\n\n(?:[^#]*?\n)?```python\n(.*?)```", README.read_text(), flags=re.DOTALL)
NEEDS_AN_EVENT = "Events"


@pytest.mark.parametrize(("name", "source"), SAMPLES, ids=[name for name, _ in SAMPLES])
def test_a_sample_of_the_readme_runs_as_it_is_written(
    local_stack: RunningStack, monkeypatch: pytest.MonkeyPatch, name: str, source: str
) -> None:
    credentials, state = local_stack.credentials, local_stack.state
    for variable, value in {
        "PARLEY_URL": state.api_url,
        "PARLEY_SOCKETS_URL": state.socket_url,
        "PARLEY_TOKEN": credentials.alice,
        "PARLEY_KEY_ID": credentials.signing_key.kid,
        "PARLEY_KEY_SECRET": credentials.signing_key.secret,
        "PARLEY_WEBHOOK_SECRET": "whsec_" + "A" * 44,
        "NO_PROXY": "*",
        "PYTHONPATH": str(README.parent),
    }.items():
        monkeypatch.setenv(variable, value)
    telling = threading.Timer(3, _tell, [local_stack])
    if name == NEEDS_AN_EVENT:
        telling.start()
    printed = run(sys.executable, "-c", source, folder=README.parent)
    expected = {
        "Send and receive": "alice Hello, Bob",
        "A back end": "2 dots",
        "Events": "message.created",
        "Files": "ready",
        "Webhooks": "",
    }
    assert expected[name] in printed


def _tell(running: RunningStack) -> None:
    with Client(running.state.api_url, running.credentials.bob) as bob:
        room = bob.create_conversation(type="group", name="Told", members=["alice"])
        bob.send_message(conversation_id=room["id"], text="There")


def test_two_users_chat_and_each_message_arrives_once(
    local_stack: RunningStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    credentials, state = local_stack.credentials, local_stack.state
    texts = [f"message {number}" for number in range(20)]
    path = tmp_path / "note.txt"
    path.write_text("attached")

    async def receive(place: str, bob: AsyncClient, ready: asyncio.Event) -> list[Any]:
        """What bob has of the conversation: told, or read where a gap says that he came too late to be told."""
        told: list[Any] = []
        read: dict[str, Any] = {}
        follower = AsyncEvents(bob, state.socket_url, cursor=(await bob.list_events())["next_cursor"])
        ready.set()
        async for event in follower:
            if event["conversation_id"] != place:
                continue
            if event["type"] == "gap":
                read |= {message["id"]: message async for message in bob.iterate_messages(place)}
            elif event["type"] == "message.created":
                told.append(event["data"])
            have = read | {message["id"]: message for message in told}
            if len(have) == len(texts):
                assert len({message["id"] for message in told}) == len(told)
                return list(have.values())
        return told

    async def chat() -> list[Any]:
        async with (
            AsyncClient(state.api_url, credentials.alice) as alice,
            AsyncClient(state.api_url, credentials.bob) as bob,
        ):
            room = await alice.create_conversation(type="group", name="Two", members=["bob"])
            ready = asyncio.Event()
            receiving = asyncio.create_task(receive(room["id"], bob, ready))
            await ready.wait()
            for text in texts:
                await alice.send_message(conversation_id=room["id"], text=text)
            given = await asyncio.wait_for(receiving, 60)
            assert (await bob.get_conversation(room["id"]))["id"] == room["id"]
            return given

    given = asyncio.run(chat())
    assert sorted(message["text"] for message in given) == sorted(texts)
    with Client(state.api_url, credentials.alice) as alice:
        media_id = Uploader(alice).upload(path, "text/plain")
        place = given[0]["conversation_id"]
        sent = alice.send_message(conversation_id=place, text="with a file", attachments=[media_id])
        assert [each["media_id"] for each in sent["attachments"]] == [media_id]
        assert alice.download(media_id).startswith("http")
