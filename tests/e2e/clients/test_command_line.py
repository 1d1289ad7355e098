"""The command line on the deployed product, as a person types it."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from infrastructure.layers import ROOT
from infrastructure.local.stack import RunningStack
from parley_client import Client
from tests.support.clients import samples

Typed = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def typed(tmp_path: Path) -> Typed:
    """Run `parley …` with a configuration of its own."""
    surroundings = os.environ | {
        "PARLEY_CONFIG": str(tmp_path / "config" / "profiles.json"),
        "PYTHONPATH": str(ROOT / "clients" / "python"),
        "NO_PROXY": "*",
        "COLUMNS": "200",
    }

    def run(*words: str, said: str = "", env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from parley_client.cli.app import run; run()", *words]
        return subprocess.run(  # noqa: S603 - our own command
            command,
            input=said,
            env=surroundings | (env or {}),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


def _log_in(typed: Typed, running: RunningStack, token: str, *, profile: str = "default") -> None:
    where = ("--url", running.state.api_url, "--sockets-url", running.state.socket_url)
    done = typed("--profile", profile, "login", *where, "--token", token)
    assert done.returncode == 0, done.stderr


def test_a_user_logs_in_sends_searches_and_follows(local_stack: RunningStack, typed: Typed, tmp_path: Path) -> None:
    _log_in(typed, local_stack, local_stack.credentials.alice)
    kept = tmp_path / "config" / "profiles.json"
    assert kept.stat().st_mode & 0o077 == 0, "nobody else may read a token"
    with Client(local_stack.state.api_url, local_stack.credentials.alice) as alice:
        room = alice.create_conversation(type="group", name="Typed", members=["bob"])["id"]
    sent = typed("send", room, "-", said="a zebrafish from the command line")
    assert sent.returncode == 0, sent.stderr
    path = tmp_path / "note.txt"
    path.write_text("attached")
    with_file = typed("--json", "send", room, "see the note", "--attach", str(path))
    assert json.loads(with_file.stdout)["attachments"][0]["filename"] == "note.txt", with_file.stderr

    following: list[subprocess.CompletedProcess[str]] = []
    follower = threading.Thread(target=lambda: following.append(typed("tail", room, "--until", "1")))
    follower.start()
    deadline = time.monotonic() + 60
    while follower.is_alive() and time.monotonic() < deadline:
        typed("send", room, "told live")
        follower.join(1)
    (followed,) = following
    assert "alice: see the note [note.txt]" in followed.stdout
    assert followed.stdout.count("a zebrafish from the command line") == 1

    deadline = time.monotonic() + 60
    while "zebrafish" not in (found := typed("search", "zebrafish")).stdout and time.monotonic() < deadline:
        time.sleep(1)
    assert "alice: a zebrafish from the command line" in found.stdout, found.stderr


def test_what_goes_wrong_is_one_line_and_a_code(local_stack: RunningStack, typed: Typed) -> None:
    nobody = typed("search", "x")
    assert (nobody.returncode, "parley login" in nobody.stderr) == (3, True)
    wrong = typed("login", "--url", local_stack.state.api_url, "--token", "no token")
    assert wrong.returncode == 3, wrong.stderr
    silent = typed("login", "--url", "http://127.0.0.1:9", "--token", "x")
    assert silent.returncode == 4, silent.stderr
    _log_in(typed, local_stack, local_stack.credentials.alice)
    refused = typed("send", "nowhere", "x")
    assert refused.returncode == 1
    assert "request" in refused.stderr
    assert "Traceback" not in refused.stderr + wrong.stderr + silent.stderr
    assert typed("send").returncode == 2


def test_a_back_end_and_the_operator_work_by_hand(local_stack: RunningStack, typed: Typed, tmp_path: Path) -> None:
    credentials, url = local_stack.credentials, local_stack.state.api_url
    _log_in(typed, local_stack, credentials.operator_key, profile="operator")
    made = typed("--profile", "operator", "tenants", "create", "Typed Inc")
    tenant = made.stdout.strip()
    key = typed("--profile", "operator", "--json", "keys", "create", tenant)
    kid, secret = (json.loads(key.stdout)[name] for name in ("kid", "secret"))
    logged_in = typed("--profile", "server", "login", "--url", url, "--kid", kid, "--secret", secret)
    assert logged_in.returncode == 0, logged_in.stderr
    assert typed("--profile", "server", "users", "put", "ada", "Ada [x]").stdout.strip() == "ada"
    assert "Ada [x]" in typed("--profile", "server", "--as", "ada", "users", "list").stdout
    token = typed("--profile", "server", "token", "ada").stdout.strip()
    assert token.count(".") == 2
    files = tmp_path / "exported"
    exported = typed("--profile", "server", "export", str(files))
    assert exported.returncode == 0, exported.stderr
    assert any(path.stat().st_size for path in files.iterdir())
    well = typed("--profile", "operator", "doctor")
    assert "ok  API" in well.stdout, well.stderr
    assert (well.returncode, "BAD" in well.stdout) == (0, False), well.stdout
    _log_in(typed, local_stack, credentials.alice)
    assert "ok  sockets" in typed("doctor").stdout
    refused = typed("--json", "doctor", env={"PARLEY_TOKEN": "no token"})
    assert refused.returncode == 1
    assert {"name": "token", "ok": False} in [
        {name: said[name] for name in ("name", "ok")} for said in map(json.loads, refused.stdout.splitlines())
    ]


def test_another_chat_is_imported_once(local_stack: RunningStack, typed: Typed, tmp_path: Path) -> None:
    url, key = local_stack.state.api_url, local_stack.credentials.signing_key
    assert typed("login", "--url", url, "--kid", key.kid, "--secret", key.secret).returncode == 0
    folder = tmp_path / "old chat"
    folder.mkdir()
    (folder / "plan.png").write_bytes(samples.picture("PNG"))
    place, chat = f"imported {time.time_ns()}", folder / "chat.jsonl"
    room = {"conversation_id": place, "conversation_type": "group", "name": place, "created_by": "alice"}
    said = {"type": "message", "conversation_id": place}
    lines = [
        {"type": "user", "user_id": "alice"},
        {"type": "user", "user_id": "bob"},
        {"type": "conversation", **room, "members": ["bob"]},
        said | {"message_id": f"{place} 1", "author_id": "alice", "text": "The plan", "attachments": ["plan.png"]},
        said | {"message_id": f"{place} 2", "author_id": "bob", "text": "Good", "parent_id": f"{place} 1"},
        {"type": "reaction", "message_id": f"{place} 1", "user_id": "bob", "reaction": "👍"},
    ]
    chat.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert "2 users" in typed("import", str(chat), "--check").stdout

    first = typed("--json", "import", str(chat))
    assert (first.returncode, first.stderr) == (0, "")
    made = {"user": 2, "conversation": 1, "message": 2, "reaction": 1}
    assert json.loads(first.stdout) == {"made": made, "there": {}, "refused": 0}
    with Client(url, local_stack.credentials.bob) as bob:
        (found,) = [each for each in bob.iterate_conversations() if each["name"] == place]
        (message,) = bob.iterate_messages(found["id"])
    (attached,) = message["attachments"]
    assert (attached["filename"], attached["width"], message["reply_count"]) == ("plan.png", samples.SIZE[0], 1)
    again = typed("--json", "import", str(chat))
    assert json.loads(again.stdout) == {"made": {}, "there": made, "refused": 0}
    (folder / "chat.jsonl.state").unlink()
    anew = typed("import", str(chat))
    assert (anew.returncode, "Refused: 0" in anew.stdout) == (0, True), anew.stderr
    with Client(url, local_stack.credentials.bob) as bob:
        assert [each["id"] for each in bob.iterate_messages(found["id"])] == [message["id"]]

    chat.write_text(json.dumps(said | {"message_id": "1", "author_id": "alice", "text": "nowhere"}) + "\n{\n")
    wrong = typed("--json", "import", str(chat))
    assert (wrong.returncode, [json.loads(line)["line"] for line in wrong.stdout.splitlines()]) == (2, [1, 2])
