"""`parley send` and `parley send-batch`, over the real handlers."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from parley_client import Client
from parley_client.cli import session
from parley_client.cli.app import app
from tests.support.clients.in_process import Gateway
from tests.support.people.people import Person, Workspace


def typed(who: Person, monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str]:
    """What a command answers and prints, typed by somebody."""
    monkeypatch.setattr(
        session.Session, "client", lambda _: Client("https://chat.example.com", "t", transport=Gateway(who).transport)
    )
    done = CliRunner().invoke(app, words)
    return done.exit_code, done.output


def test_a_message_is_of_a_kind_and_a_place(alice: Person, general: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said = ("send", general, "here", "--type", "note", "--at", "48.137,11.575", "--silent")
    code, output = typed(alice, monkeypatch, "--json", *said)
    sent = json.loads(output.splitlines()[-1])
    assert (code, sent["type"], sent["silent"]) == (0, "note", True)
    assert (sent["location"]["latitude"], sent["location"]["longitude"]) == (48.137, 11.575)
    code, quoting = typed(alice, monkeypatch, "--json", "send", general, "so it is", "--quote", sent["id"])
    assert json.loads(quoting.splitlines()[-1])["quoted_message"]["id"] == sent["id"]
    assert typed(alice, monkeypatch, "send", general, "here", "--at", "somewhere")[0] == 2


def test_a_message_is_forwarded(
    alice: Person, bob: Person, acme: Workspace, general: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, other = alice.send(general, "hello")["id"], bob.open_group(name="other")
    code, output = typed(bob, monkeypatch, "forward", said, other)
    assert (code, output.splitlines()[-1]) == (0, f"{other}-1")
    assert typed(bob, monkeypatch, "forward", said, "0" * 26)[0] == 1


def test_a_file_of_messages_is_sent_once(
    alice: Person, acme: Workspace, general: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "messages.jsonl"
    said = [{"conversation_id": general, "author_id": "alice", "text": f"{number}"} for number in range(105)]
    file.write_text("\n".join(map(json.dumps, said)))
    for _ in range(2):
        code, output = typed(acme.server, monkeypatch, "--json", "send-batch", str(file), "--key", "k")
        assert code == 0, output
    page = alice.get(f"/v1/conversations/{general}/messages", limit=5)
    assert [each["text"] for each in page["data"]] == ["104", "103", "102", "101", "100"]
    file.write_text(json.dumps({"conversation_id": "0" * 26, "author_id": "alice", "text": "x"}))
    assert typed(acme.server, monkeypatch, "send-batch", str(file))[0] == 1


def test_a_preview_is_removed(alice: Person, general: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said = alice.send(general, "see https://example.com/")
    assert typed(alice, monkeypatch, "remove-preview", said["id"], "https://example.com/")[0] == 0
    assert alice.get(f"/v1/messages/{said['id']}")["version"] == said["version"] + 1
