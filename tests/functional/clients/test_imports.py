"""Imports by the Python client over the real handlers: what a file may say, what is made of it, and of a second run."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from infrastructure.layers import ROOT
from parley.jobs.import_lines import read_line
from parley_client import Client, Unreachable
from parley_client.imports import Checked, Importer, OtherPlace, Report, State, check
from tests.support.clients.in_process import Gateway, problem
from tests.support.people.people import Person, Workspace

Line = dict[str, Any]
Written = Callable[..., Path]

USERS: list[Line] = [
    {"type": "user", "user_id": "ada", "name": "Ada"},
    {"type": "user", "user_id": "ben", "name": "Ben"},
    {"type": "user", "user_id": "cem", "name": "Cem"},
]
ROOM: Line = {
    "type": "conversation",
    "conversation_id": "room 1",
    "conversation_type": "group",
    "name": "Plans",
    "created_by": "ada",
    "members": ["ben"],
}


def _message(name: str, author: str, text: str, **more: Any) -> Line:
    return {
        "type": "message",
        "message_id": name,
        "conversation_id": "room 1",
        "author_id": author,
        "text": text,
        **more,
    }


WHOLE: list[Line] = [
    *USERS,
    ROOM,
    {"type": "membership", "conversation_id": "room 1", "user_id": "cem", "role": "admin"},
    _message("1", "ada", "When do we meet?", created_at="2024-03-01T09:00:00+01:00", custom={"mood": "good"}),
    _message("2", "ben", "On Monday", parent_id="1"),
    _message("3", "cem", "I shall be there", mentions=["ada"]),
    {"type": "reaction", "message_id": "3", "user_id": "ada", "reaction": "👍"},
]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(lines: list[Line | str]) -> Path:
        path = tmp_path / "chat.jsonl"
        said = (line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
        path.write_text("\n".join(said) + "\n")
        return path

    return write


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("parley_client.client.time.sleep", "parley_client.imports.importer.time.sleep"):
        monkeypatch.setattr(place, lambda _seconds: None)


@pytest.fixture
def server(acme: Workspace) -> Person:
    return acme.server


def _run(checked: Checked, gateway: Gateway, *, source: str = "import", url: str = "http://parley") -> Report:
    with (
        Client("http://parley", "token", transport=gateway.transport) as parley,
        State(checked.path.with_suffix(".state"), url, source) as state,
    ):
        return Importer(parley, state, source=source, workers=3).run(checked)


def _said(server: Person) -> list[Any]:
    """What ada reads of the only conversation of the import."""
    with Client("http://parley", "token", transport=Gateway(server).transport) as parley:
        ada = parley.acting_as("ada")
        (room,) = [each for each in ada.iterate_conversations() if each["name"] == "Plans"]
        return list(ada.iterate_messages(room["id"], order="asc"))


def _problems(path: Path) -> list[tuple[int, str]]:
    return [(each.line, each.detail) for each in check(path).problems]


def test_what_the_file_says_is_made(server: Person, written: Written) -> None:
    report = _run(check(written(WHOLE)), Gateway(server))
    assert report.failures == []
    assert dict(report.made) == {"user": 3, "conversation": 1, "membership": 1, "message": 3, "reaction": 1}
    first, second = _said(server)
    assert [(each["author_id"], each["text"], each["reply_count"]) for each in (first, second)] == [
        ("ada", "When do we meet?", 1),
        ("cem", "I shall be there", 0),
    ]
    assert first["custom"] == {"mood": "good", "imported": {"id": "1", "created_at": "2024-03-01T09:00:00+01:00"}}
    assert second["mentions"] == ["ada"]
    assert second["reactions"]["👍"]["count"] == 1
    with Client("http://parley", "token", transport=Gateway(server).transport) as parley:
        ada = parley.acting_as("ada")
        roles = {each["user_id"]: each["role"] for each in ada.iterate_members(first["conversation_id"])}
        (reply,) = ada.list_replies(first["id"])["data"]
    assert roles == {"ada": "owner", "ben": "member", "cem": "admin"}
    assert (reply["author_id"], reply["text"]) == ("ben", "On Monday")


def test_a_second_run_asks_for_nothing_but_whether_this_is_the_place(server: Person, written: Written) -> None:
    checked = check(written(WHOLE))
    _run(checked, Gateway(server))
    again = Gateway(server)
    report = _run(checked, again)
    assert (sum(report.made.values()), sum(report.known.values())) == (0, 9)
    assert [request.method for request in again.requests] == ["GET"]


def test_without_its_state_a_second_run_makes_nothing_twice(server: Person, written: Written) -> None:
    checked = check(written(WHOLE))
    _run(checked, Gateway(server))
    before = _said(server)
    checked.path.with_suffix(".state").unlink()
    report = _run(checked, Gateway(server))
    assert report.failures == []
    assert _said(server) == before


@pytest.mark.parametrize("at", range(1, 10))
def test_a_run_that_ends_anywhere_is_gone_on_with(server: Person, written: Written, at: int) -> None:
    """The answer to its `at`-th change is lost, and nothing answers afterwards."""
    checked = check(written(WHOLE))
    changes = 0

    def gone(_: httpx.Request) -> httpx.Response | None:
        if changes >= at:
            raise httpx.ConnectError("gone")
        return None

    def lost(request: httpx.Request) -> httpx.Response | None:
        nonlocal changes
        changes += request.method in {"POST", "PUT"}
        if changes >= at:
            raise httpx.ReadError("lost")
        return None

    with pytest.raises(Unreachable):
        _run(checked, Gateway(server, before=gone, after=lost))
    kept = checked.path.with_suffix(".state")
    kept.write_text(kept.read_text() + '["message", "torn')  # a line that an interruption has cut off
    report = _run(checked, Gateway(server))
    assert report.failures == []
    assert [each["text"] for each in _said(server)] == ["When do we meet?", "I shall be there"]
    assert sum((report.made + report.known).values()) == 9


def test_what_parley_refuses_is_named_and_the_rest_is_made(server: Person, written: Written) -> None:
    refused = _message("2", "ben", "refused")

    def refuse(request: httpx.Request) -> httpx.Response | None:
        return problem(422, "refused_text") if b'"refused"' in request.content else None

    lines: list[Line | str] = [
        *USERS,
        ROOM,
        refused,
        _message("3", "ada", "No", parent_id="2"),
        _message("4", "ada", "Yes"),
    ]
    checked = check(written(lines))
    report = _run(checked, Gateway(server, before=refuse))
    assert [(each.line, each.type) for each in report.failures] == [(5, "message"), (6, "message")]
    assert "refused_text" in report.failures[0].detail
    assert report.failures[1].detail == "the message 2 was refused"
    assert [each["text"] for each in _said(server)] == ["Yes"]
    again = _run(checked, Gateway(server))
    assert (again.failures, again.made["message"]) == ([], 2)


def test_a_limit_is_waited_for_however_long_it_lasts(server: Person, written: Written) -> None:
    refusals = 0

    def limited(request: httpx.Request) -> httpx.Response | None:
        nonlocal refusals
        if request.url.path.endswith("/messages") and refusals < 20:
            refusals += 1
            return problem(429, "rate_limited", retryable=True, retry_after=1)
        return None

    report = _run(check(written(WHOLE)), Gateway(server, before=limited))
    assert (report.failures, report.made["message"], refusals) == ([], 3, 20)


def test_two_sources_may_use_the_same_ids(server: Person, written: Written) -> None:
    checked = check(written([*USERS, ROOM, _message("1", "ada", "One")]))
    _run(checked, Gateway(server))
    with pytest.raises(OtherPlace):
        _run(checked, Gateway(server), source="another")
    checked.path.with_suffix(".state").unlink()
    report = _run(checked, Gateway(server), source="another")
    assert (report.failures, report.made["conversation"]) == ([], 1)
    with Client("http://parley", "token", transport=Gateway(server).transport) as parley:
        rooms = [each["id"] for each in parley.acting_as("ada").iterate_conversations() if each["name"] == "Plans"]
    assert len(set(rooms)) == 2


def test_a_state_of_another_tenant_is_refused(server: Person, globex: Workspace, written: Written) -> None:
    checked = check(written(WHOLE))
    _run(checked, Gateway(server))
    with pytest.raises(OtherPlace, match="remove it"):
        _run(checked, Gateway(globex.server))
    with pytest.raises(OtherPlace, match="another place"):
        _run(checked, Gateway(server), url="http://elsewhere")


def test_every_bad_line_is_reported(written: Written) -> None:
    path = written(
        [
            *USERS,
            "{",
            "[]",
            {"type": "poll"},
            {"type": "user", "user_id": "ada"},
            {"type": "user", "user_id": "no id!", "nick": "x"},
            ROOM,
            ROOM | {"conversation_id": "room 2", "members": ["nobody"]},
            _message("1", "cem", "I am no member"),
            _message("2", "ada", "", created_at="yesterday"),
            _message("3", "ada", ""),
            _message("4", "ada", "x", attachments=["../secret", "none.png"]),
            _message("5", "ada", "a reply to nothing", parent_id="9"),
            _message("6", "ada", "root"),
            _message("7", "ada", "reply", parent_id="6"),
            _message("8", "ada", "reply to a reply", parent_id="7"),
            _message("6", "ada", "again"),
            _message("10", "ada", "taken", custom={"imported": 1}),
            {"type": "reaction", "message_id": "6", "user_id": "cem", "reaction": "👍"},
            {"type": "reaction", "message_id": "99", "user_id": "ada", "reaction": "👍"},
        ]
    )
    (path.parent.parent / "secret").write_text("x")
    found = _problems(path)
    assert [line for line, _ in found] == [4, 5, 6, 7, 8, 8, 10, 11, 12, 13, 14, 14, 15, 18, 19, 20, 21, 22]
    words = dict(found)
    assert "no JSON" in words[4]
    assert words[10] == "there is no user nobody before it"
    assert words[11] == "cem is no member of room 1"
    assert words[18] == "7 is a reply itself: threads are one level deep"


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"members": []}, "its creator and one other"),
        ({"members": ["ben", "cem"]}, "its creator and one other"),
        ({"members": ["ben"], "name": "x"}, "no name"),
    ],
)
def test_a_direct_conversation_is_between_two(written: Written, said: Line, wrong: str) -> None:
    direct = {"type": "conversation", "conversation_id": "d", "conversation_type": "direct", "created_by": "ada"}
    ((line, detail),) = _problems(written([*USERS, direct | said]))
    assert line == 4
    assert wrong in detail


def test_two_have_one_direct_conversation(written: Written) -> None:
    direct = {"type": "conversation", "conversation_type": "direct"}
    one = direct | {"conversation_id": "1", "created_by": "ada", "members": ["ben"]}
    other = direct | {"conversation_id": "2", "created_by": "ben", "members": ["ada"]}
    assert [line for line, _ in _problems(written([*USERS, one, other]))] == [5]


def test_a_file_with_problems_is_not_imported(server: Person, written: Written) -> None:
    gateway = Gateway(server)
    with pytest.raises(ValueError, match="problems"):
        _run(check(written(["{"])), gateway)
    assert gateway.requests == []


def test_the_file_of_the_documentation_is_whole(written: Written) -> None:
    lines, of_the_job = re.findall(
        r"```json\n(.*?)```", (ROOT / "docs" / "import-file.md").read_text(), flags=re.DOTALL
    )
    assert all(read_line(line.encode()) for line in of_the_job.splitlines())
    path = written(lines.splitlines())
    assert [line for line, _ in _problems(path)] == [5], "a file is named that is not here"
    (path.parent / "files").mkdir()
    (path.parent / "files" / "plan.png").write_bytes(b"x")
    assert _problems(path) == []
