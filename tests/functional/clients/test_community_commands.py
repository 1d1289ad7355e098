"""`parley community truncate`: deleting a history for everybody on the command line."""

import json

import pytest
from typer.testing import CliRunner

from parley_client import Client
from parley_client.cli.app import app
from parley_client.cli.profiles import Profile
from tests.support.aws.job_queues import job_queues
from tests.support.clients.in_process import Gateway
from tests.support.people.people import Person


def test_a_history_is_deleted_after_a_question(
    alice: Person, bob: Person, general: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        Profile, "client", lambda _: Client("http://parley", "token", transport=Gateway(alice).transport)
    )
    sent = [str(bob.send(general)["id"]) for _ in range(3)]

    def seqs() -> list[int]:
        return [each["seq"] for each in bob.get(f"/v1/conversations/{general}/messages")["data"]]

    with job_queues():
        words = ["community", "truncate", general]
        assert CliRunner().invoke(app, [*words, "--up-to", sent[0]], input="n\n").exit_code == 1
        assert seqs() == [3, 2, 1]
        assert CliRunner().invoke(app, [*words, "--up-to", sent[0]], input="y\n").exit_code == 0
        assert seqs() == [3, 2]
        done = CliRunner().invoke(app, ["--json", *words, "--yes", "--notice", "Cleared"])
        (answer,) = [json.loads(line) for line in done.stdout.splitlines() if '"truncated_seq"' in line]
    assert (answer["truncated_seq"], seqs()) == (3, [4])
