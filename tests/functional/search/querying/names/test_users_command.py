"""`parley users load` and `find`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from parley_client import Client
from parley_client.cli.app import app
from parley_client.cli.profiles import Profile
from tests.support.clients.in_process import Gateway
from tests.support.people.people import Workspace

LOGGED = ('{"_aws"', '{"level"')
"""What the handlers say, which run in this process."""


@pytest.fixture
def back_end(acme: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    transport = Gateway(acme.server).transport
    assert acme.server.get("/v1/users").status == 200, "and the log is opened before the command's output is caught"
    monkeypatch.setattr(Profile, "client", lambda _: Client("http://parley", "token", transport=transport))
    return acme


def said(*words: str, exit_code: int = 0) -> str:
    done = CliRunner().invoke(app, ["--json", *words], catch_exceptions=False)
    assert done.exit_code == exit_code, done.output
    return "".join(line for line in done.stdout.splitlines(keepends=True) if not line.startswith(LOGGED))


def test_a_file_is_loaded_by_the_hundred_and_again_changes_nothing(
    back_end: Workspace, tmp_path: Path, index: Callable[[], None]
) -> None:
    file = tmp_path / "users.jsonl"
    lines = [{"id": f"u{number:03}", "role": "agent" if number > 200 else "guest"} for number in range(203)]
    file.write_text("\n".join(map(json.dumps, lines)))
    assert json.loads(said("users", "load", str(file))) == {"created": 203}
    assert json.loads(said("users", "load", str(file))) == {"unchanged": 203}
    index()
    found = [json.loads(line) for line in said("users", "find", "--role", "guest", "--sort", "-name").splitlines()]
    assert [user["id"] for user in found] == [f"u{number:03}" for number in reversed(range(201))]


def test_one_that_is_refused_is_told_and_the_rest_made(back_end: Workspace, tmp_path: Path) -> None:
    back_end.tenant_settings["user_keys"] = ["age:number"]
    file = tmp_path / "users.jsonl"
    file.write_text('{"id": "ada", "custom": {"age": "old"}}\n{"id": "ben"}\n')
    assert json.loads(said("users", "load", str(file), exit_code=1)) == {"refused": 1, "created": 1}
