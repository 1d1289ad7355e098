"""`parley users shadow-ban` and `parley users shadowed` on the command line."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from parley_client import Client
from parley_client.cli.app import app
from parley_client.cli.profiles import Profile
from tests.support.clients.in_process import Gateway
from tests.support.people.people import Person, Workspace


@pytest.fixture
def tenant(acme: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    transport = Gateway(acme.server).transport
    monkeypatch.setattr(Profile, "client", lambda _: Client("http://parley", "token", transport=transport))
    return acme


def run(*words: str) -> list[dict[str, Any]]:
    done = CliRunner().invoke(app, ["--json", "users", *words])
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{") and '"_aws"' not in line]


def test_a_user_is_banned_looked_at_and_shown_again(
    tenant: Workspace, alice: Person, banned: Person, team: str
) -> None:
    sent = banned.send(team, "hidden")["id"]
    run("shadow-ban", "bob", "--reason", "spam", "--until", "2099-01-01T00:00:00Z")
    ban = tenant.server.get("/v1/users/bob/shadow-ban")
    assert (ban["reason"], ban["until"]) == ("spam", "2099-01-01T00:00:00.000Z")
    assert sent in str(run("shadowed", "bob"))
    run("shadow-ban", "bob", "--lift")
    assert tenant.server.get("/v1/users/bob/shadow-ban").code == "shadow_ban_not_found"
