"""`parley types`, over the real handlers."""

import pytest
from typer.testing import CliRunner

from parley_client import Client
from parley_client.cli.app import app
from parley_client.cli.profiles import Profile
from tests.support.clients.in_process import Gateway
from tests.support.people.people import Workspace
from tests.support.people.types import put_tenant

LOGGED = ('{"_aws"', '{"level"')
"""What the handlers say, which run in this process."""


def test_a_type_is_declared_shown_and_deleted(acme: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    put_tenant(acme)
    transport = Gateway(acme.server).transport
    monkeypatch.setattr(Profile, "client", lambda _: Client("http://parley", "token", transport=transport))
    monkeypatch.setenv("COLUMNS", "200")

    def typed(*words: str, exit_code: int = 0) -> list[str]:
        done = CliRunner().invoke(app, ["types", *words], catch_exceptions=False)
        assert done.exit_code == exit_code, done.output
        return [line for line in done.stdout.splitlines() if not line.startswith(LOGGED)]

    assert typed("put", "news", "channel", "post=moderator", "pin=member") == ["news, like a channel"]
    shown = dict(line.split()[:2] for line in typed("show", "news")[1:])
    assert (shown["post"], shown["pin"], shown["reply"]) == ("moderator", "member", "member")
    assert [line.split()[:2] for line in typed("list")[1:]] == [
        ["direct", "direct"],
        ["group", "group"],
        ["channel", "channel"],
        ["news", "channel"],
    ]
    typed("put", "news", "channel", "--retention-days", "30")
    assert acme.server.get("/v1/conversation-types/news")["retention_days"] == 30
    typed("put", "news", "channel", "post", exit_code=1)
    assert typed("delete", "news") == ["news deleted"]
    assert len(typed("list")[1:]) == 3
