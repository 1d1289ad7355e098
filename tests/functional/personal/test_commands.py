"""`parley drafts`, `parley bookmarks`, `parley later`: what a user has for themselves, on the command line."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from parley_client import Client
from parley_client.cli.app import app
from parley_client.cli.profiles import Profile
from tests.support.clients.in_process import Gateway
from tests.support.people.people import Person

LOGGED = ('{"_aws"', '{"level"')
"""What the handlers say, which run in this process."""


@pytest.fixture
def as_alice(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    transport = Gateway(alice).transport
    monkeypatch.setattr(Profile, "client", lambda _: Client("http://parley", "token", transport=transport))


def said(*words: str) -> list[Any]:
    done = CliRunner().invoke(app, ["--json", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines() if not line.startswith(LOGGED)]


@pytest.mark.usefixtures("as_alice")
def test_drafts_are_written_listed_and_let_go_of(alice: Person, general: str) -> None:
    root = str(alice.send(general)["id"])
    (kept,) = said("drafts", "write", general, "half a")
    assert kept["text"] == "half a"
    said("drafts", "write", general, "to few", "--thread", root)
    assert {each["parent_id"]: each["text"] for each in said("drafts", "list")} == {None: "half a", root: "to few"}
    said("drafts", "delete", general, "--thread", root)
    assert [each["text"] for each in said("drafts", "list")] == ["half a"]


@pytest.mark.usefixtures("as_alice")
def test_messages_are_kept_listed_and_let_go_of(alice: Person, general: str) -> None:
    message = str(alice.send(general)["id"])
    (kept,) = said("bookmarks", "keep", message, "--note", "answer", "--remind-at", "2030-01-01T00:00:00Z")
    assert (kept["note"], kept["remind_at"]) == ("answer", "2030-01-01T00:00:00.000Z")
    assert [each["message_id"] for each in said("bookmarks", "list", "--reminder", "upcoming")] == [message]
    assert said("bookmarks", "list", "--reminder", "due") == []
    said("bookmarks", "delete", message)
    assert said("bookmarks", "list") == []


@pytest.mark.usefixtures("as_alice", "moved_clock")
def test_messages_are_sent_later_moved_and_taken_back(general: str) -> None:
    (kept,) = said("later", "send", general, "good morning", "--at", "2026-12-01T08:00:00Z", "--key", "k")
    assert said("later", "send", general, "good morning", "--at", "2026-12-01T08:00:00Z", "--key", "k") == [kept]
    (moved,) = said("later", "move", str(kept["id"]), "--at", "2026-12-02T08:00:00Z")
    assert moved["send_at"] == "2026-12-02T08:00:00.000Z"
    assert said("later", "list") == [moved]
    said("later", "cancel", str(kept["id"]))
    assert said("later", "list") == []
