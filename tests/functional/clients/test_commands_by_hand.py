"""`parley commands` and `parley run`, over the real handlers and a server on loopback."""

import json

import pytest

from tests.functional.clients.test_sending_by_hand import typed
from tests.support.people.people import Person, Workspace
from tests.support.people.tenant_servers import answer, serving


def test_a_command_is_listed_and_run(
    acme: Workspace, alice: Person, general: str, local_stage: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as endpoint:
        endpoint.behave = answer(json.dumps({"type": "ephemeral", "text": "You rolled a 6"}).encode())
        body = {"url": endpoint.url, "description": "Roll dice", "usage": "[dice]"}
        assert acme.server.put("/v1/commands/roll", body).status == 201
        code, output = typed(acme.server, monkeypatch, "--json", "commands")
        assert (code, json.loads(output.splitlines()[-1])["name"]) == (0, "roll")
        code, output = typed(alice, monkeypatch, "--json", "commands", general)
        offered = {"name": "roll", "description": "Roll dice", "usage": "[dice]"}
        assert (code, json.loads(output.splitlines()[-1])) == (0, offered)
        for _ in range(2):
            code, output = typed(alice, monkeypatch, "run", general, "roll", "2d6", "--key", "k")
            assert (code, output.splitlines()[-1]) == (0, "You rolled a 6")
        assert [each.event["text"] for each in endpoint.received] == ["2d6"]
        endpoint.behave = answer(b"")
        assert typed(alice, monkeypatch, "run", general, "roll")[1].splitlines()[-1] == "done"
    assert typed(alice, monkeypatch, "run", general, "dance")[0] == 1
