"""`make seed` on the deployed product: made once however often it runs, counted right, and found in three languages."""

import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infrastructure.local import seed
from infrastructure.local.stack import RunningStack
from infrastructure.local.world import generator, making, people
from parley_client import Client, TenantKey

SEARCHED = {"carol": "en", "layla": "ar", "sakura": "ja"}


@pytest.fixture
def tenant(local_stack: RunningStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A tenant of the test's own, in the place of the demo's, which other tests use."""
    name = f"world-{uuid.uuid4().hex[:12]}"
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setitem(generator.SIZES, "small", {name: generator.SMALL})
    monkeypatch.setitem(making.NAMES, name, "World")
    shutil.copy(local_stack.state.tokens_file, tmp_path / seed.TOKENS)
    return name


@pytest.fixture
def made(local_stack: RunningStack, tmp_path: Path, tenant: str) -> Iterator[Client]:
    """The tenant's back end, once its world is made."""
    first = making.make(tmp_path, local_stack.state, "small")
    assert first.new == first.there > 250
    key = making.kept_key(tmp_path / "seed", tenant)
    assert key is not None
    with Client(local_stack.state.api_url, TenantKey(key.kid, key.secret).server_token) as parley:
        yield parley


def _all(parley: Client) -> dict[str, Any]:
    """What some of the shown people see, by conversation."""
    seen: dict[str, Any] = {}
    for user_id in ("alice", *SEARCHED):
        user = parley.acting_as(user_id)
        for room in user.iterate_conversations(limit=100):
            messages = list(user.iterate_messages(room["id"], limit=100))
            seen[f"{user_id} {room['id']}"] = (room["unread_count"], room["version"], messages)
    return seen


def _recount(user: Client, user_id: str, conversation_id: str) -> int:
    membership = user.get_conversation(conversation_id)["membership"]
    assert membership is not None
    later = (each for each in user.iterate_messages(conversation_id) if each["seq"] > membership["read_seq"])
    return sum(each["author_id"] != user_id and each["deleted_at"] is None for each in later)


def test_a_world_is_made_once_and_is_counted_and_found(made: Client, local_stack: RunningStack, tmp_path: Path) -> None:
    before = _all(made)
    again = making.make(tmp_path, local_stack.state, "small")
    assert (again.new, again.there > 250) == (0, True)
    assert _all(made) == before
    assert set(seed.users(tmp_path)) == {each.user_id for each in people.SHOWN}

    messages = [message for _, _, each in before.values() for message in each]
    assert any(message["edited_at"] for message in messages)
    assert any(message["deleted_at"] for message in messages)
    assert any(message["pinned_at"] for message in messages)
    assert any(message["reply_count"] for message in messages)
    assert any(message["reactions"] for message in messages)
    sent = {attached["content_type"] for message in messages for attached in message["attachments"]}
    assert sent >= {"image/jpeg", "video/mp4", "audio/ogg"}
    assert made.list_flags()["data"]

    for user_id in ("alice", "layla"):
        user = made.acting_as(user_id)
        for room in user.iterate_conversations(limit=100):
            assert room["unread_count"] == _recount(user, user_id, room["id"]), room["id"]
    for user_id, language in SEARCHED.items():
        _find(made, user_id, language)


def _find(parley: Client, user_id: str, language: str) -> None:
    """A whole sentence that somebody wrote where this user reads it."""
    spoken = {each.user_id for each in people.SHOWN if each.language == language} | {user_id}
    user = parley.acting_as(user_id)
    texts = [
        message["text"]
        for room in user.iterate_conversations(limit=100)
        for message in user.iterate_messages(room["id"], limit=100)
        if message["author_id"].startswith(f"{language}-") or message["author_id"] in spoken
        if message["text"] and not message["mentions"] and message["edited_at"] is None
    ]
    wanted = max(texts, key=len)
    deadline = time.monotonic() + 60
    while True:
        found = [hit["message"]["text"] for hit in user.search_messages(q=f'"{wanted}"')["data"]]
        if wanted in found or time.monotonic() > deadline:
            break
        time.sleep(0.5)
    assert wanted in found, language
