"""The command line over the real handlers."""

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
def parley(alice: Person, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """`parley` as alice: what it prints."""
    transport = Gateway(alice).transport
    monkeypatch.setattr(Profile, "client", lambda _: Client("http://parley", "token", transport=transport))

    def said(*words: str) -> str:
        done = CliRunner().invoke(app, list(words), catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return "".join(line for line in done.stdout.splitlines(keepends=True) if not line.startswith(LOGGED))

    return said
