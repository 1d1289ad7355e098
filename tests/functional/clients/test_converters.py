"""Exports of other services become files that an import takes: samples of ours, in the forms of theirs."""

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

SLACK: dict[str, Any] = {
    "users.json": [
        {
            "id": "U1",
            "name": "ada",
            "profile": {"real_name": "Ada L", "display_name": "", "image_192": "https://a.example/1.png"},
        },
        {"id": "U2", "name": "ben", "deleted": True, "profile": {"display_name": "Ben"}},
        {"id": "U3", "name": "cy", "real_name": "Cy", "profile": {}},
    ],
    "channels.json": [
        {
            "id": "C1",
            "name": "general",
            "created": 1709280000,
            "creator": "U1",
            "members": ["U1", "U2"],
            "pins": [{"id": "1709283600.000100"}],
        }
    ],
    "groups.json": [],
    "mpims.json": [
        {
            "id": "G1",
            "name": "mpdm-ada--ben--cy-1",
            "created": 1709280000,
            "creator": "U2",
            "members": ["U1", "U2", "U3"],
        }
    ],
    "dms.json": [{"id": "D1", "created": 1709280000, "members": ["U1", "U2"]}, {"id": "D2", "members": ["U1"]}],
    "general/2024-03-02.json": [
        {"type": "message", "user": "U1", "text": "later", "ts": "1709370000.000100"},
        {
            "type": "message",
            "subtype": "thread_broadcast",
            "user": "U2",
            "text": "also here",
            "ts": "1709370001.000100",
            "thread_ts": "1709283600.000100",
        },
    ],
    "general/2024-03-01.json": [
        {
            "type": "message",
            "subtype": "channel_join",
            "user": "U2",
            "text": "<@U2> has joined",
            "ts": "1709280001.000100",
        },
        {
            "type": "message",
            "user": "U1",
            "text": "Hi <@U2>, see <https://example.com|the plan> in <#C1|general> &amp; <!here>",
            "ts": "1709283600.000100",
            "thread_ts": "1709283600.000100",
            "reactions": [
                {"name": "thumbsup::skin-tone-3", "users": ["U2", "U3"], "count": 2},
                {"name": "party_parrot", "users": ["U1"]},
            ],
        },
        {
            "type": "message",
            "user": "U3",
            "text": "a reply",
            "ts": "1709283700.000100",
            "thread_ts": "1709283600.000100",
            "edited": {"user": "U3", "ts": "1709283800.000000"},
        },
        {
            "type": "message",
            "subtype": "bot_message",
            "bot_id": "B1",
            "username": "Deploys",
            "text": "done",
            "ts": "1709283900.000100",
        },
        {
            "type": "message",
            "user": "U1",
            "text": "",
            "ts": "1709284000.000100",
            "files": [
                {
                    "name": "a.pdf",
                    "mimetype": "application/pdf",
                    "url_private_download": "https://files.example/a.pdf?t=xoxe-1",
                    "permalink": "https://files.example/a.pdf",
                }
            ],
        },
        {"type": "message", "user": "U1", "text": "", "ts": "1709284001.000100"},
        {
            "type": "message",
            "subtype": "tombstone",
            "user": "USLACKBOT",
            "text": "This message was deleted.",
            "hidden": True,
            "ts": "1709284002.000100",
            "thread_ts": "1709284002.000100",
        },
        {
            "type": "message",
            "user": "U2",
            "text": "why?",
            "ts": "1709284003.000100",
            "thread_ts": "1709284002.000100",
            "attachments": [{"is_msg_unfurl": True, "channel_id": "C1", "ts": "1709283600.000100", "text": "Hi"}],
        },
    ],
    "D1/2024-03-01.json": [{"type": "message", "user": "U2", "text": "between us", "ts": "1709283600.000100"}],
}
MATTERMOST: list[dict[str, Any]] = [
    {"type": "version", "version": 1},
    {"type": "team", "team": {"name": "eng", "display_name": "Engineering"}},
    {"type": "channel", "channel": {"team": "eng", "name": "town-square", "display_name": "Town Square", "type": "O"}},
    {"type": "channel", "channel": {"team": "eng", "name": "secret", "display_name": "Secret", "type": "P"}},
    {
        "type": "user",
        "user": {
            "username": "ada",
            "first_name": "Ada",
            "last_name": "L",
            "teams": [{"name": "eng", "channels": [{"name": "town-square", "roles": "channel_user channel_admin"}]}],
        },
    },
    {
        "type": "user",
        "user": {
            "username": "ben",
            "nickname": "Benny",
            "teams": [
                {
                    "name": "eng",
                    "channels": [{"name": "town-square", "roles": "channel_user", "last_viewed_at": 1709283600500}],
                }
            ],
        },
    },
    {
        "type": "post",
        "post": {
            "team": "eng",
            "channel": "town-square",
            "user": "ada",
            "message": "Hello",
            "create_at": 1709283600000,
            "is_pinned": True,
            "reactions": [{"user": "ben", "emoji_name": "tada", "create_at": 1709283601000}],
            "replies": [
                {
                    "user": "ben",
                    "message": "Hi",
                    "create_at": 1709283602000,
                    "edit_at": 1709283603000,
                    "attachments": [{"path": "data/x.png"}],
                }
            ],
        },
    },
    {
        "type": "post",
        "post": {
            "team": "eng",
            "channel": "town-square",
            "user": "ben",
            "type": "system_join_channel",
            "message": "ben joined",
            "create_at": 1709283500000,
        },
    },
    {"type": "direct_channel", "direct_channel": {"members": ["ada", "ben"]}},
    {
        "type": "direct_post",
        "direct_post": {
            "channel_members": ["ben", "ada"],
            "user": "ada",
            "message": "psst",
            "create_at": 1709283600000,
        },
    },
]
ADA: dict[str, Any] = {"id": "ada", "name": "Ada", "role": "admin", "teams": ["blue"]}
BEN: dict[str, Any] = {"id": "ben", "name": "Ben", "role": "user"}
BEN_IN_TEAMS = BEN | {"teams": ["Die Grünen", "blue"]}
POLL: dict[str, Any] = {
    "id": "p1",
    "name": "Lunch?",
    "options": [{"id": "o1", "text": "Soup"}, {"id": "o2", "text": "Salad"}, {"id": "o3", "text": "Soup"}],
    "enforce_unique_vote": True,
    "voting_visibility": "public",
    "is_closed": True,
    "updated_at": "2024-03-01T10:00:00Z",
    "vote_counts_by_option": {"o1": 2, "o2": 1},
    "latest_votes_by_option": {
        "o1": [{"option_id": "o1", "user": ADA}],
        "o2": [{"option_id": "o2", "user_id": "ben"}, {"option_id": "o2", "user": ADA}],
    },
}
STREAM: list[dict[str, Any]] = [
    {
        "channel": {
            "id": "plans",
            "type": "messaging",
            "cid": "messaging:plans",
            "name": "Plans",
            "created_by": ADA,
            "created_at": "2024-03-01T08:00:00.123456Z",
            "team": "Die Grünen",
        },
        "members": [
            {"user_id": "ada", "user": ADA, "role": "owner", "created_at": "2024-03-01T08:00:00Z"},
            {"user": BEN_IN_TEAMS, "channel_role": "channel_member", "created_at": "2024-03-01T08:30:00Z"},
        ],
        "reads": [{"user": BEN, "last_read": "2024-03-01T09:00:00Z"}],
        "messages": [
            {
                "id": "m1",
                "type": "regular",
                "text": "The plan",
                "user": ADA,
                "created_at": "2024-03-01T08:59:00Z",
                "message_text_updated_at": "2024-03-01T09:10:00Z",
                "pinned": True,
                "mentioned_users": [BEN],
                "latest_reactions": [{"type": "love", "user": BEN}],
                "attachments": [
                    {"type": "image", "image_url": "https://cdn.example/p.png", "fallback": "p.png"},
                    {
                        "type": "image",
                        "og_scrape_url": "https://a.example/",
                        "title": "A page",
                        "image_url": "https://a.example/a.png",
                    },
                    {"type": "file", "asset_url": "http://cdn.example/old.txt", "title": "old.txt"},
                ],
            },
            {
                "id": "m2",
                "type": "reply",
                "parent_id": "m1",
                "show_in_channel": True,
                "text": "Good",
                "user": BEN,
                "created_at": "2024-03-01T09:30:00Z",
            },
            {"id": "m3", "type": "system", "text": "Ben joined", "user": BEN, "created_at": "2024-03-01T08:30:00Z"},
            {
                "id": "m4",
                "type": "deleted",
                "text": "what was said",
                "user": BEN,
                "created_at": "2024-03-01T08:31:00Z",
                "deleted_at": "2024-03-01T08:32:00Z",
            },
            {
                "id": "m6",
                "type": "regular",
                "text": "",
                "user": ADA,
                "silent": True,
                "quoted_message_id": "m1",
                "created_at": "2024-03-01T09:50:00Z",
                "poll": POLL,
            },
            {"id": "m7", "type": "ephemeral", "text": "/help", "user": ADA, "created_at": "2024-03-01T09:51:00Z"},
            {
                "id": "m8",
                "type": "reply",
                "parent_id": "never",
                "text": "to what?",
                "user": ADA,
                "created_at": "2024-03-01T09:52:00Z",
            },
            {
                "id": "m5",
                "type": "reply",
                "parent_id": "m4",
                "text": "what?",
                "user": ADA,
                "created_at": "2024-03-01T09:40:00Z",
            },
        ],
    },
    {
        "channel": {"id": "!members-x", "type": "messaging", "cid": "messaging:!members-x", "team": "blue"},
        "members": [{"user": ADA}, {"user": BEN}],
        "messages": [],
    },
    {
        "channel": {"id": "live", "type": "livestream", "cid": "livestream:live", "name": "Live"},
        "messages": [{"id": "n1", "text": "hello", "user": ADA, "created_at": "2024-03-01T09:30:00Z"}],
    },
]
SENDBIRD: dict[str, Any] = {
    "users.json": {
        "users": [{"user_id": "ada", "nickname": "Ada", "profile_url": ""}, {"user_id": "ben", "nickname": "Ben"}]
    },
    "channels.json": [
        {
            "channel_url": "sendbird_group_channel_1",
            "name": "Plans",
            "created_at": 1709280000,
            "created_by": {"user_id": "ada", "nickname": "Ada"},
            "members": [{"user_id": "ada", "role": "operator"}, {"user_id": "ben", "role": ""}],
            "read_receipt": {"ada": 1709284000000, "ben": 1709283600500},
        },
        {
            "channel_url": "sendbird_group_channel_2",
            "name": "Group Channel",
            "is_distinct": True,
            "members": [{"user_id": "ada"}, {"user_id": "ben"}],
        },
    ],
    "messages.json": [
        {
            "message_id": 1,
            "type": "MESG",
            "channel_url": "sendbird_group_channel_1",
            "user": {"user_id": "ada"},
            "message": "The plan",
            "created_at": 1709283600000,
            "updated_at": 1709283700000,
            "reactions": [{"key": "like", "user_ids": ["ben"]}],
        },
        {
            "message_id": 2,
            "type": "MESG",
            "channel_url": "sendbird_group_channel_1",
            "user": {"user_id": "ben"},
            "message": "Good",
            "created_at": 1709283601000,
            "updated_at": 0,
            "parent_message_id": 1,
        },
        {
            "message_id": 3,
            "type": "FILE",
            "channel_url": "sendbird_group_channel_1",
            "user": {"user_id": "ben"},
            "message": "",
            "file": {"name": "a.pdf", "url": "https://files.example/a.pdf"},
            "created_at": 1709283602000,
        },
        {
            "message_id": 4,
            "type": "ADMM",
            "channel_url": "sendbird_group_channel_1",
            "message": "Ben joined",
            "created_at": 1709283603000,
        },
        {
            "message_id": 5,
            "type": "MESG",
            "channel_url": "sendbird_group_channel_1",
            "user": {"user_id": "ada"},
            "message": "oh",
            "is_removed": True,
            "silent": True,
            "created_at": 1709283604000,
            "updated_at": 1709283605000,
        },
        {
            "message_id": 6,
            "type": "MESG",
            "channel_url": "sendbird_group_channel_1",
            "user": {"user_id": "ada"},
            "message": "Vote",
            "created_at": 1709283606000,
            "poll": {
                "id": 1,
                "title": "Lunch?",
                "options": [{"id": 1, "text": "Soup", "vote_count": 2}, {"id": 2, "text": "Salad", "vote_count": 0}],
                "allow_multiple_votes": True,
                "close_at": 1709287200,
                "status": "closed",
                "updated_at": 1709287201,
            },
        },
        {
            "message_id": 7,
            "type": "MESG",
            "channel_url": "sendbird_group_channel_1",
            "message": "who?",
            "created_at": 1709283607000,
        },
    ],
}


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
    chat = Chat()
    chat.put_into(chat.know("ada"), [f"t{number}" for number in range(22)])
    chat.put_into("ada", ["t0", "t1"])
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
