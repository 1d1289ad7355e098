"""`parley list`, `unread`, `threads`, `arrange` and `clear`: a user's own list on the command line."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from parley_client import Client
from parley_client.cli.app import app
from parley_client.cli.profiles import Profile
from tests.support.clients.in_process import Gateway
from tests.support.people.people import Person, Workspace

LOGGED = ('{"_aws"', '{"level"')
"""What the handlers say, which run in this process."""


@pytest.fixture(autouse=True)
def as_alice(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    transport = Gateway(alice).transport
    monkeypatch.setattr(Profile, "client", lambda _: Client("http://parley", "token", transport=transport))


def typed(*words: str, said: str = "") -> Result:
    return CliRunner().invoke(app, [*words], input=said)


def lines(*words: str) -> list[Any]:
    done = typed("--json", *words)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines() if not line.startswith(LOGGED)]


def names(*words: str) -> list[str]:
    return [each["name"] for each in lines("list", *words)]


def test_conversations_are_arranged_and_listed_by_it(alice: Person) -> None:
    rooms = {name: alice.open_group(name=name) for name in ("one", "two", "three", "four")}
    (kept,) = lines("arrange", rooms["one"], "--pin", "--label", "Work", "--label", "Urgent")
    assert (kept["pinned"], kept["labels"]) == (True, ["Work", "Urgent"])
    lines("arrange", rooms["two"], "--archive")
    lines("arrange", rooms["three"], "--hide", "always")
    assert names()[0] == "one"
    assert set(names()) == {"one", "four"}
    assert names("--label", "Work") == names("--pinned") == ["one"]
    assert names("--archived") == ["two"]
    assert names("--hidden") == ["three"]
    for back in (
        (rooms["one"], "--unpin", "--no-labels"),
        (rooms["two"], "--unarchive"),
        (rooms["three"], "--hide", "no"),
    ):
        lines("arrange", *back)
    assert set(names()) == set(rooms)
    assert names("--label", "Work") == []
    assert "pinned, Work" in typed("arrange", rooms["one"], "--pin", "--label", "Work").stdout


def test_conversations_are_listed_by_keys_that_the_tenant_declared(acme: Workspace, alice: Person) -> None:
    acme.tenant_settings["conversation_keys"] = ["priority:number", "stage:text"]
    for name, custom in (("low", {"priority": 1, "stage": "1"}), ("high", {"priority": 9, "stage": "open"})):
        alice.open_group(name=name, custom=custom)
    assert names("--where", "stage=open") == ["high"]
    assert names("--where", "priority=1") == ["low"]
    assert names("--where", "priority=9", "--where", "stage=closed") == []
    assert names("--sort", "-priority") == ["high", "low"]


def test_what_says_nothing_or_both_is_not_sent(alice: Person, general: str) -> None:
    for words in ((), ("--label", "Work", "--no-labels"), ("--hide", "sometimes")):
        assert typed("arrange", general, *words).exit_code == 2
    assert typed("list", "--where", "stage").exit_code == 2
    assert alice.get(f"/v1/conversations/{general}")["settings"]["labels"] == []


def test_unread_counts_messages_and_replies(alice: Person, bob: Person, general: str) -> None:
    root = str(alice.send(general)["id"])
    bob.send(general)
    bob.send(general, parent_id=root)
    alice.put(f"/v1/threads/{root}/follow")
    bob.send(general, parent_id=root)
    (counted,) = lines("unread")
    assert (counted["messages"]["total"], counted["replies"]["total"]) == (1, 1)
    assert "1 unread, 0 in muted conversations; 1 in threads" in typed("unread").stdout


def test_threads_are_listed_read_followed_and_left(alice: Person, bob: Person, general: str) -> None:
    one, two = (str(alice.send(general, text=text)["id"]) for text in ("one", "two"))
    alice.send(general, parent_id=two)
    lines("threads", "follow", one)
    first = str(bob.send(general, text="first", parent_id=one)["id"])
    bob.send(general, text="second", parent_id=one)
    assert [each["id"] for each in lines("threads", "list")] == [one, two]
    assert [each["id"] for each in lines("threads", "list", "--unread")] == [one]
    assert "second" in typed("threads", "list").stdout
    (thread,) = lines("threads", "read", one, "--up-to", first)
    assert thread["unread_count"] == 1
    (thread,) = lines("threads", "read", one)
    assert thread["unread_count"] == 0
    lines("threads", "unfollow", one)
    assert [each["id"] for each in lines("threads", "list")] == [two]


def test_a_history_is_cleared_after_a_question(alice: Person, general: str) -> None:
    kept = [str(alice.send(general)["id"]) for _ in range(3)]

    def seen() -> list[str]:
        return [each["id"] for each in alice.get(f"/v1/conversations/{general}/messages", order="asc")["data"]]

    assert typed("clear", general, said="n\n").exit_code == 1
    assert seen() == kept
    assert typed("clear", general, "--up-to", kept[0], said="y\n").exit_code == 0
    assert seen() == kept[1:]
    lines("clear", general, "--yes")
    assert seen() == []
