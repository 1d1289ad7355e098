"""`parley poll …`, over the real handlers."""

import json
from collections.abc import Callable

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
def typed(alice: Person, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    transport = Gateway(alice).transport
    monkeypatch.setattr(Profile, "client", lambda _: Client("http://parley", "token", transport=transport))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: str) -> str:
        done = CliRunner().invoke(app, list(words), catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return "".join(line for line in done.stdout.splitlines(keepends=True) if not line.startswith(LOGGED))

    return run


def test_a_poll_is_asked_voted_on_shown_and_closed(typed: Callable[..., str], bob: Person, general: str) -> None:
    message_id = typed("poll", "ask", general, "Lunch?", "Pizza", "Soup", "--max-votes", "2", "--key", "k").strip()
    again = typed("poll", "ask", general, "Lunch?", "Pizza", "Soup", "--max-votes", "2", "--key", "k").strip()
    assert again == message_id
    bob.put(f"/v1/messages/{message_id}/votes", {"options": ["2"]})
    assert typed("poll", "vote", message_id, "1", "2") == "1: 1, 2: 2; 2 voted\n"
    assert typed("poll", "show", message_id).splitlines() == [
        "Lunch?",
        "     1 * 1: Pizza",
        "     2 * 2: Soup",
        "2 voted, open",
    ]
    listed = [json.loads(line) for line in typed("--json", "poll", "voters", message_id, "--option", "1").splitlines()]
    assert [each["user_id"] for each in listed] == ["alice"]
    assert typed("poll", "vote", message_id) == "1: 0, 2: 1; 1 voted\n"
    typed("poll", "close", message_id)
    assert typed("poll", "show", message_id).splitlines()[-1] == "1 voted, closed"
