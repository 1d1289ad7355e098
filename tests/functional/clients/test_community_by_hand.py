"""`parley community`: roles and mutes, over the real handlers."""

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
def typed(alice: Person, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """`parley community` as alice: the lines that it prints."""
    transport = Gateway(alice).transport
    monkeypatch.setattr(Profile, "client", lambda _: Client("http://parley", "token", transport=transport))
    monkeypatch.setenv("COLUMNS", "200")

    def lines(*words: str) -> list[str]:
        done = CliRunner().invoke(app, ["community", *words], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return [line for line in done.stdout.splitlines() if not line.startswith(LOGGED)]

    return lines


def test_a_member_becomes_a_moderator(alice: Person, bob: Person, typed: Callable[..., list[str]]) -> None:
    assert typed("role", alice.open_group(bob), "bob", "moderator") == ["bob moderator"]


def test_a_user_is_muted_listed_and_unmuted(bob: Person, typed: Callable[..., list[str]]) -> None:
    assert typed("mute", "bob") == ["bob muted for good"]
    until = "2099-01-01T00:00:00.000Z"
    assert typed("mute", "bob", "--until", until) == [f"bob muted until {until}"]
    [shown] = typed("mutes")[1:]
    assert (shown.split()[0], shown.split()[-1]) == ("bob", until)
    assert typed("unmute", "bob") == ["bob unmuted"]
    assert typed("mutes")[1:] == []
