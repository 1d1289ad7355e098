"""Teams on the command line: users put into them, and conversations given to them."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from parley_client import Client
from parley_client.cli.app import app
from parley_client.cli.profiles import Profile
from tests.support.clients.in_process import Gateway
from tests.support.people.people import Workspace
from tests.support.people.types import put_tenant


@pytest.fixture
def tenant(acme: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    put_tenant(acme)
    transport = Gateway(acme.server).transport
    monkeypatch.setattr(Profile, "client", lambda _: Client("http://parley", "token", transport=transport))
    return acme


def typed(*words: str) -> None:
    done = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert done.exit_code == 0, done.output


def test_a_user_is_put_into_teams_and_taken_out(tenant: Workspace) -> None:
    def teams() -> Any:
        return tenant.server.get("/v1/users/zoe")["teams"]

    typed("users", "put", "zoe", "Zoe", "--team", "paris", "--team", "support")
    assert teams() == ["paris", "support"]
    typed("users", "put", "zoe", "Zoe Z")
    assert teams() == ["paris", "support"]
    typed("users", "put", "zoe", "Zoe", "--team", "")
    assert teams() is None


def test_users_are_found_by_their_team(tenant: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    found = {"id": "zoe", "name": "Zoe", "role": None, "teams": ["paris", "support"], "last_active_at": None}

    def query(_: Client, **body: Any) -> dict[str, Any]:
        asked.append(body)
        return {"data": [found], "next_cursor": None}

    monkeypatch.setattr(Client, "query_users", query)
    done = CliRunner().invoke(app, ["users", "find", "--team", "paris"], catch_exceptions=False)
    assert asked == [{"team": "paris", "limit": 100}]
    assert "paris, support" in done.stdout
    done = CliRunner().invoke(app, ["--json", "users", "find"], catch_exceptions=False)
    assert json.loads(done.stdout)["teams"] == ["paris", "support"]


def test_a_conversation_is_given_to_a_team_and_to_everybody(tenant: Workspace, general: str) -> None:
    def team() -> Any:
        return tenant.person("alice").get(f"/v1/conversations/{general}")["team"]

    typed("--as", "alice", "community", "team", general, "paris")
    assert team() == "paris"
    typed("--as", "alice", "community", "team", general)
    assert team() is None
