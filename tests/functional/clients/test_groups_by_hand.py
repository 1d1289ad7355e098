"""`parley groups`, over the real handlers."""

import pytest
from typer.testing import CliRunner

from parley_client import Client
from parley_client.cli.app import app
from parley_client.cli.profiles import Profile
from tests.support.clients.in_process import Gateway
from tests.support.people.people import Person, Workspace

LOGGED = ('{"_aws"', '{"level"')
"""What the handlers say, which run in this process."""


def test_a_group_is_made_filled_and_deleted(
    acme: Workspace, alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport = Gateway(acme.server).transport
    monkeypatch.setattr(Profile, "client", lambda _: Client("http://parley", "token", transport=transport))
    monkeypatch.setenv("COLUMNS", "200")

    def typed(*words: str, exit_code: int = 0) -> list[str]:
        done = CliRunner().invoke(app, ["groups", *words], catch_exceptions=False)
        assert done.exit_code == exit_code, done.output
        return [line for line in done.stdout.splitlines() if not line.startswith(LOGGED)]

    [made] = typed("create", "team", "Our team", "--description", "All of us")
    assert made.split()[0] == "@team"
    assert [line.split() for line in typed("add", "@team", "alice", "bob", "nobody")[1:]] == [
        ["alice", "added"],
        ["bob", "added"],
        ["nobody", "not_found"],
    ]
    assert [line.split() for line in typed("remove", "team", "bob")[1:]] == [["bob", "removed"]]
    assert [line.split()[0] for line in typed("members", "team")[1:]] == ["alice"]
    assert typed("rename", "team", "crew", "--name", "Crew") == ["@crew Crew"]
    [listed] = typed("list")[1:]
    assert listed.split()[:3] == ["crew", "Crew", "1"]
    assert typed("members", "team", exit_code=1) == []
    assert typed("delete", "crew") == ["@crew deleted"]
    assert typed("list")[1:] == []
