"""`parley event` and `parley whisper`, over the real handlers."""

import json

import pytest

from tests.functional.clients.test_sending_by_hand import typed
from tests.support.people.people import Person, Workspace


def test_an_event_is_told(alice: Person, general: str, monkeypatch: pytest.MonkeyPatch) -> None:
    code, output = typed(alice, monkeypatch, "--json", "event", general, "cursor.moved", '{"line": 7}', "--key", "k")
    told = json.loads(output.splitlines()[-1])
    assert (code, told["name"], told["data"], told["user_id"]) == (0, "cursor.moved", {"line": 7}, "alice")
    assert typed(alice, monkeypatch, "event", general, "cursor.moved", '{"line": 7}', "--key", "k")[1].endswith(
        f"{told['id']}\n"
    )


@pytest.mark.parametrize("data", ["{", "[]", "7"])
def test_what_is_no_object_is_refused(alice: Person, general: str, monkeypatch: pytest.MonkeyPatch, data: str) -> None:
    assert typed(alice, monkeypatch, "event", general, "cursor.moved", data)[0] == 2


def test_a_whisper_that_nobody_was_there_for_is_told_as_such(
    acme: Workspace, general: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, output = typed(acme.server, monkeypatch, "whisper", general, "bob", "only you")
    assert (code, output.splitlines()[-1]) == (1, "bob is not connected")
