"""`parley audit`: the log for a person, and for a program."""

import json

import pytest
from typer.testing import CliRunner

from parley_client import Client
from parley_client.cli.app import app
from parley_client.cli.profiles import Profile
from tests.functional.audit.acts import House, ok
from tests.support.clients.in_process import Gateway

LOGGED = ('{"_aws"', '{"level"')
"""What the handlers say, which run in this process."""


@pytest.fixture
def house(tables: None, monkeypatch: pytest.MonkeyPatch) -> House:
    found = House()
    transport = Gateway(found.server).transport
    monkeypatch.setattr(Profile, "client", lambda _: Client("http://parley", "token", transport=transport))
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("bob", "alice"):
        ok(found.server.post(f"/v1/users/{name}/revoke-tokens"))
    return found


def said(*words: str) -> str:
    done = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return "".join(line for line in done.stdout.splitlines(keepends=True) if not line.startswith(LOGGED))


def test_it_prints_who_did_what_when_and_from_where(house: House) -> None:
    printed = said("audit", "--action", "user.tokens_revoked").splitlines()
    assert printed[0].split() == ["acted_at", "action", "target", "actor", "address"]
    assert [row.split()[1:] for row in printed[1:]] == [
        ["user.tokens_revoked", f"user:{name}", "server:a-key", "127.0.0.1"] for name in ("alice", "bob")
    ]


def test_with_json_each_line_is_what_the_route_answers(house: House) -> None:
    printed = [json.loads(line) for line in said("--json", "audit", "-n", "3").splitlines()]
    assert printed == house.lines()[:3]


def test_its_filters_are_the_routes(house: House) -> None:
    assert len(said("--json", "audit", "--target", "user:bob").splitlines()) == 1
    assert len(said("--json", "audit", "--actor", "operator").splitlines()) == 2
    assert said("--json", "audit", "--to", "2020-01-01T00:00:00Z") == ""
