"""Exports of other services become files that an import takes."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from typer.testing import CliRunner

from parley.identity.teams import Team
from parley.jobs import import_check
from parley_client.cli.app import app
from parley_client.imports.converters import NotAnExport, Service, convert
from parley_client.imports.converters.chat import Chat, team_of
from parley_client.imports.converters.emoji import reaction_of
from tests.functional.clients.foreign_exports import MATTERMOST, SENDBIRD, SLACK, STREAM


def zipped(path: Path, files: dict[str, Any]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, held in files.items():
            archive.writestr(name, json.dumps(held))
    return path


@pytest.fixture
def exports(tmp_path: Path) -> dict[str, Path]:
    mattermost, stream = tmp_path / "mattermost.jsonl", tmp_path / "stream.json"
    mattermost.write_text("\n".join(map(json.dumps, MATTERMOST)))
    stream.write_text(json.dumps(STREAM))
    return {
        "slack": zipped(tmp_path / "slack.zip", SLACK),
        "mattermost": mattermost,
        "stream": stream,
        "sendbird": zipped(tmp_path / "sendbird.zip", SENDBIRD),
    }


def converted(service: Service, path: Path) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """The lines, which an import takes as they are, and what was left out."""
    out = io.StringIO()
    written, left_out = convert(service, path, out)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert sum(written.values()) == len(lines)
    report = import_check.check([out.getvalue().encode()], known=lambda _: set())
    assert report.problems == []
    return lines, dict(left_out)


def of(lines: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [line for line in lines if line["type"] == kind]


def test_slack(exports: dict[str, Path]) -> None:
    lines, left_out = converted("slack", exports["slack"])
    assert [(user["user_id"], user["name"]) for user in of(lines, "user")] == [
        ("U1", "Ada L"),
        ("U2", "Ben"),
        ("U3", "Cy"),
        ("B1", "Deploys"),
        ("USLACKBOT", "USLACKBOT"),
    ]
    rooms = {room["conversation_id"]: room for room in of(lines, "conversation")}
    assert {key: (room["conversation_type"], room.get("name")) for key, room in rooms.items()} == {
        "C1": ("channel", "general"),
        "G1": ("group", "mpdm-ada--ben--cy-1"),
        "D1": ("direct", None),
    }
    assert (rooms["C1"]["created_by"], rooms["C1"]["created_at"]) == ("U1", "2024-03-01T08:00:00.000Z")
    said = [one for one in of(lines, "message") if one["conversation_id"] == "C1"]
    gone, why = said[4:6]
    assert (gone["deleted_at"], gone["created_at"], "text" in gone) == (
        gone["created_at"],
        "2024-03-01T09:06:42.000Z",
        False,
    )
    assert (why["parent_id"], why["quoted_id"]) == (gone["message_id"], said[0]["message_id"])
    said[4:6] = []
    assert [one["text"] for one in said] == [
        "Hi @Ben, see the plan (https://example.com) in #general & @here",
        "a reply",
        "done",
        "",
        "later",
        "also here",
    ]
    root, reply, bot, file, _, shown = said
    assert file["attachments"] == [
        {"url": "https://files.example/a.pdf?t=xoxe-1", "name": "a.pdf", "content_type": "application/pdf"}
    ]
    assert (root["mentions"], root["pinned"], root["created_at"]) == (["U2"], True, "2024-03-01T09:00:00.000Z")
    assert (reply["parent_id"], reply["edited_at"]) == (root["message_id"], "2024-03-01T09:03:20.000Z")
    assert (bot["author_id"], shown["parent_id"], shown["show_in_conversation"]) == ("B1", root["message_id"], True)
    assert [(one["reaction"], one["user_id"]) for one in of(lines, "reaction")] == [
        ("👍", "U2"),
        ("👍", "U3"),
        (":party_parrot:", "U1"),
    ]
    assert left_out == {"notices of what happened": 1, "conversations with oneself": 1, "messages without a text": 1}


def test_a_folder_of_slack_is_as_its_zip(exports: dict[str, Path], tmp_path: Path) -> None:
    with zipfile.ZipFile(exports["slack"]) as archive:
        archive.extractall(tmp_path / "slack")
    assert converted("slack", tmp_path / "slack") == converted("slack", exports["slack"])


def test_mattermost(exports: dict[str, Path], tmp_path: Path) -> None:
    lines, left_out = converted("mattermost", exports["mattermost"])
    assert [(user["user_id"], user["name"]) for user in of(lines, "user")] == [("ada", "Ada L"), ("ben", "Benny")]
    assert [user["teams"] for user in of(lines, "user")] == [["eng"], ["eng"]]
    square, direct = of(lines, "conversation")
    assert (square["team"], "team" in direct) == ("eng", False)
    assert (square["conversation_type"], square["name"], square["created_by"]) == ("channel", "Town Square", "ada")
    assert (direct["conversation_type"], direct["members"]) == ("direct", ["ben"])
    assert of(lines, "membership") == [
        {"type": "membership", "conversation_id": "eng/town-square", "user_id": "ada", "role": "admin"},
        {
            "type": "membership",
            "conversation_id": "eng/town-square",
            "user_id": "ben",
            "read_at": "2024-03-01T09:00:00.500Z",
        },
    ]
    post, reply, private = of(lines, "message")
    assert (post["text"], post["pinned"], private["text"]) == ("Hello", True, "psst")
    assert (reply["parent_id"], reply["text"], reply["edited_at"]) == (
        post["message_id"],
        "Hi\nfile: x.png",
        "2024-03-01T09:00:03.000Z",
    )
    assert [one["reaction"] for one in of(lines, "reaction")] == ["🎉"]
    assert left_out == {"notices of what happened": 1, "conversations without members": 1}
    with zipfile.ZipFile(tmp_path / "m.zip", "w") as archive:
        archive.write(exports["mattermost"], "data.jsonl")
    assert converted("mattermost", tmp_path / "m.zip")[0] == lines


def test_stream(exports: dict[str, Path], tmp_path: Path) -> None:
    lines, left_out = converted("stream", exports["stream"])
    assert [(user["user_id"], user.get("role")) for user in of(lines, "user")] == [("ada", "admin"), ("ben", None)]
    rooms = of(lines, "conversation")
    greens = team_of("Die Grünen")
    assert [user["teams"] for user in of(lines, "user")] == [["blue"], [greens, "blue"]]
    assert [room.get("team") for room in rooms] == [greens, None, None]
    assert [(room["conversation_type"], room.get("name")) for room in rooms] == [
        ("group", "Plans"),
        ("direct", None),
        ("channel", "Live"),
    ]
    assert rooms[0]["created_at"] == "2024-03-01T08:00:00.123Z"
    ada, ben = of(lines, "membership")[:2]
    assert (ada["role"], ben["read_at"], ben["joined_at"]) == (
        "owner",
        "2024-03-01T09:00:00.000Z",
        "2024-03-01T08:30:00.000Z",
    )
    plan_line = next(one for one in of(lines, "message") if one["message_id"] == "m1")
    assert plan_line["attachments"] == [{"url": "https://cdn.example/p.png", "name": "p.png"}]
    joined, gone, plan, good, what, poll, orphan, live = of(lines, "message")
    assert (joined["message_type"], joined["text"]) == ("system", "Ben joined")
    assert (gone["deleted_at"], "text" in gone) == ("2024-03-01T08:32:00.000Z", False)
    assert (what["parent_id"], "parent_id" in orphan) == ("m4", False)
    assert (poll["silent"], poll["quoted_id"]) == (True, "m1")
    assert poll["poll"] == {
        "question": "Lunch?",
        "options": [{"text": "Soup"}, {"text": "Salad"}],
        "max_votes": 1,
        "closed_at": "2024-03-01T10:00:00.000Z",
    }
    assert [(one["user_id"], one["options"]) for one in of(lines, "vote")] == [("ada", ["1"]), ("ben", ["2"])]
    assert (plan["text"], plan["mentions"], plan["pinned"]) == (
        "The plan\nA page: https://a.example/\nold.txt: http://cdn.example/old.txt",
        ["ben"],
        True,
    )
    assert (good["parent_id"], good["show_in_conversation"], plan["edited_at"]) == (
        "m1",
        True,
        "2024-03-01T09:10:00.000Z",
    )
    assert live["author_id"] == "ada"
    assert [one["reaction"] for one in of(lines, "reaction")] == ["❤️"]
    assert left_out == {
        "messages of the moment": 1,
        "replies whose message is gone, now messages": 1,
        "votes that a poll does not take": 1,
    }
    by_line = tmp_path / "stream.jsonl"
    by_line.write_text("\n".join(map(json.dumps, STREAM)))
    assert converted("stream", by_line)[0] == lines
    wrapped = tmp_path / "wrapped.json"
    wrapped.write_text(json.dumps({"channels": STREAM}))
    assert converted("stream", wrapped)[0] == lines


def test_sendbird(exports: dict[str, Path]) -> None:
    lines, left_out = converted("sendbird", exports["sendbird"])
    assert [(user["user_id"], user["name"]) for user in of(lines, "user")] == [("ada", "Ada"), ("ben", "Ben")]
    plans, direct = of(lines, "conversation")
    assert (plans["name"], plans["created_at"], plans["created_by"]) == ("Plans", "2024-03-01T08:00:00.000Z", "ada")
    assert (direct["conversation_type"], direct.get("name")) == ("direct", None)
    assert [(one["user_id"], one.get("role"), one["read_at"]) for one in of(lines, "membership")] == [
        ("ada", "admin", "2024-03-01T09:06:40.000Z"),
        ("ben", None, "2024-03-01T09:00:00.500Z"),
    ]
    plan, good, file, joined, gone, poll = of(lines, "message")
    assert (joined["message_type"], "author_id" in joined) == ("system", False)
    assert (gone["deleted_at"], gone["silent"], "text" in gone) == ("2024-03-01T09:00:05.000Z", True, False)
    assert poll["poll"] == {
        "question": "Lunch?",
        "options": [{"text": "Soup"}, {"text": "Salad"}],
        "max_votes": 2,
        "closes_at": "2024-03-01T10:00:00.000Z",
        "closed_at": "2024-03-01T10:00:01.000Z",
    }
    assert (plan["edited_at"], good["parent_id"], "edited_at" in good) == ("2024-03-01T09:01:40.000Z", "1", False)
    assert (file["text"], file["attachments"]) == ("", [{"url": "https://files.example/a.pdf", "name": "a.pdf"}])
    assert [(one["reaction"], one["user_id"]) for one in of(lines, "reaction")] == [("👍", "ben")]
    assert left_out == {"messages of nobody": 1, "votes of which the export does not say whose they are": 2}


@pytest.mark.parametrize("service", ["slack", "mattermost", "stream", "sendbird"])
@pytest.mark.parametrize("text", ["no json", "[1, 2]", '{"a": 1}'])
def test_what_is_no_export_is_refused(service: Service, text: str, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text(text)
    with pytest.raises(NotAnExport):
        convert(service, file, io.StringIO())


def test_what_has_no_place_is_cut_and_counted(tmp_path: Path) -> None:
    users = [{"id": f"U{number}", "name": f"u{number}"} for number in range(30)]
    long: dict[str, Any] = {"type": "message", "user": "U1", "text": "x" * 20_500, "ts": "1709283600.000100"}
    long["reactions"] = [{"name": f"kind{number}", "users": ["U1"]} for number in range(25)] + [
        {"name": "bad name!", "users": ["U2"]}
    ]
    pinned = [
        {"type": "message", "user": "U2", "text": f"pin {n}", "ts": f"17092837{n:02}.000100", "pinned_to": ["C1"]}
        for n in range(60)
    ]
    channel = {"id": "C1", "name": "\u202e general\n" + "n" * 200, "members": ["U1", "U2"]}
    files = {"users.json": users, "channels.json": [channel], f"{channel['name']}/2024-03-01.json": [long, *pinned]}
    lines, left_out = converted("slack", zipped(tmp_path / "x.zip", files))
    first, *rest = of(lines, "message")
    assert len(first["text"]) == 20_000
    assert [one["text"] for one in rest if one.get("pinned")] == [f"pin {number}" for number in range(10, 60)]
    assert len(of(lines, "reaction")) == 20
    assert left_out == {
        "ends of texts beyond 20,000 characters": 1,
        "reactions beyond twenty kinds": 5,
        "reactions without a form in Parley": 1,
    }


@given(st.lists(st.text(max_size=60), max_size=30))
def test_teams_keep_apart_whatever_they_are_called(names: list[str]) -> None:
    given_names = {team_of(name) for name in names}
    assert len(given_names) == len(set(names))
    for name in given_names:
        TypeAdapter(Team).validate_python(name)


def test_a_user_is_in_twenty_teams_at_most() -> None:
    """What is left out is counted once, however often an export names it."""
    chat = Chat()
    chat.put_into(chat.know("ada"), [f"t{number}" for number in range(22)])
    chat.put_into("ada", ["t0", "t1", "t21"])
    assert chat.people["ada"].line()["teams"] == [f"t{number}" for number in range(20)]
    assert chat.left_out == {"teams of users beyond twenty": 2}


def test_names_of_reactions() -> None:
    given = ["+1", ":tada:", "Thumbsup", "party-parrot", "🙂", "no way", "", "x" * 40]
    assert [reaction_of(name) for name in given] == ["👍", "🎉", "👍", ":party-parrot:", "🙂", None, None, None]


def test_the_command_says_what_it_wrote_and_left_out(exports: dict[str, Path], tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    done = CliRunner().invoke(app, ["convert", "slack", str(exports["slack"]), str(out)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "Left out: 1 messages without a text" in done.stdout
    assert len(out.read_text().splitlines()) == 20
    refused = CliRunner().invoke(
        app, ["convert", "mattermost", str(exports["slack"]), str(out)], catch_exceptions=False
    )
    assert refused.exit_code == 2
    assert "Mattermost" in refused.output
