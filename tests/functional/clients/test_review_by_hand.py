"""`parley review`, over the real handlers."""

import pytest
from typer.testing import CliRunner

from parley_client import Client
from parley_client.cli.app import app
from parley_client.cli.profiles import Profile
from tests.support.clients.in_process import Gateway
from tests.support.people.people import Person, Workspace

LOGGED = ('{"_aws"', '{"level"')
"""What the handlers say, which run in this process."""


def test_a_report_is_claimed_and_decided(
    acme: Workspace, alice: Person, bob: Person, general: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = str(bob.send(general, "Cheap watches!")["id"])
    alice.post(f"/v1/messages/{sent}/flag", {"reason": "spam"})
    transport = Gateway(acme.server).transport
    monkeypatch.setattr(Profile, "client", lambda _: Client("http://parley", "token", transport=transport))
    monkeypatch.setenv("COLUMNS", "200")

    def typed(*words: str) -> list[str]:
        done = CliRunner().invoke(app, ["--as", "maria", "review", *words], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return [line for line in done.stdout.splitlines() if not line.startswith(LOGGED)]

    assert typed("list")[1].split()[:5] == [sent, "bob", "normal", "1", "open"]
    shown = typed("show", sent)
    assert (shown[0], shown[2].split()[:2]) == ("bob: Cheap watches!", ["alice", "spam"])
    assert typed("claim", sent)[0].startswith("maria has it until ")
    assert (typed("list", "--unclaimed")[1:], len(typed("list", "--mine")[1:])) == ([], 1)
    assert typed("release", sent) == [f"{sent} released"]
    assert typed("decide", sent, "--delete", "--ban", "--reason", "spam") == ["delete_message, ban"]
    assert typed("list")[1:] == []
    record = typed("record", "bob")
    assert record[0] == "flags_received 1, delete_message 1, ban 1"
    [decision] = bob.get("/v1/users/me/moderation-decisions")["data"]
    bob.post(f"/v1/users/me/moderation-decisions/{decision['id']}/appeal", {"text": "It was a joke"})
    assert typed("appeals")[1].split()[:2] == ["bob", decision["id"]]
    assert typed("answer", "bob", decision["id"], "--overturn", "--say", "Sorry") == ["overturned; undone: ban"]
    assert typed("appeals")[1:] == []
    assert typed("reopen", sent) == [f"{sent} is open"]
    assert typed("decide", sent) == ["dismissed"]
