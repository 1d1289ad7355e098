"""`parley move-in`: the file goes up, is checked, and is imported; what is wrong with it is told by its lines."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import pytest
from typer.testing import CliRunner

from parley.jobs import import_store, imports
from parley.media import storage
from parley_client import Client
from parley_client.cli.app import app
from parley_client.cli.profiles import Profile
from parley_client.errors import Unreachable
from tests.functional.jobs.test_import import FILE, PLANS, USERS, message
from tests.support.clients.exports import export_bucket
from tests.support.clients.importing import file_of
from tests.support.clients.in_process import Gateway
from tests.support.clients.jobs import JobQueues
from tests.support.people.people import Workspace

LOGGED = ('{"_aws"', '{"level"')
"""What the handlers say, which run in this process."""


refusals: list[int] = []
"""What S3 answers to the next parts."""


@pytest.fixture
def house(acme: Workspace, jobs: JobQueues, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """A back end whose command line speaks to this process; S3 is the session's moto."""
    monkeypatch.setattr(imports, "WRITES_PER_SECOND", 10.0**9)
    assert acme.server.get("/v1/users").status == 200, "and the log is opened before the command's output is caught"
    transport = Gateway(acme.server).transport
    monkeypatch.setattr(Profile, "client", lambda _: Client("http://parley", "token", transport=transport))
    monkeypatch.setattr("time.sleep", lambda _: jobs.run_next())
    refusals.clear()
    with export_bucket() as bucket:

        def put(url: str, content: Any, headers: dict[str, str], timeout: float) -> httpx.Response:
            body = content if isinstance(content, bytes) else content.read()
            assert (headers["Content-Length"], timeout > 0) == (str(len(body)), True)
            key = unquote(urlsplit(url).path).split(f"{bucket}/")[-1].lstrip("/")
            asked = parse_qs(urlsplit(url).query)
            if "partNumber" not in asked:
                storage.client().put_object(Bucket=bucket, Key=key, Body=body)
            elif refusals:
                return httpx.Response(refusals.pop())
            else:
                part = {"UploadId": asked["uploadId"][0], "PartNumber": int(asked["partNumber"][0])}
                storage.client().upload_part(Bucket=bucket, Key=key, Body=body, **part)
            return httpx.Response(200)

        monkeypatch.setattr("httpx.put", put)
        yield acme


def said(*words: str, exit_code: int = 0) -> tuple[str, str]:
    done = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert done.exit_code == exit_code, done.output
    printed = (line for line in done.stdout.splitlines(keepends=True) if not line.startswith(LOGGED))
    return "".join(printed), done.stderr


def test_a_file_is_moved_in_and_again_changes_nothing(house: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "chat.jsonl"
    file.write_bytes(file_of(FILE))
    checked = json.loads(said("--json", "move-in", str(file), "--check")[0])
    assert (checked["status"], checked["lines"]["message"], checked["done"]) == ("checked", 5, {})
    assert json.loads(said("--json", "move-in", str(file))[0])["done"]["conversations"] == 1
    assert "1 conversations there" in said("move-in", str(file))[0]


def test_a_large_file_goes_up_in_parts_and_a_part_that_is_refused_again(
    house: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = 5 * 1024 * 1024
    monkeypatch.setattr(imports, "LARGEST_PUT", size)
    monkeypatch.setattr(import_store, "PART_BYTES", size)
    refusals.append(403)
    file = tmp_path / "chat.jsonl"
    file.write_bytes(file_of([*USERS, PLANS, *(message(number, text="x" * 15_000) for number in range(1, 420))]))
    assert json.loads(said("--json", "move-in", str(file))[0])["done"]["messages"] == 419
    assert refusals == []
    refusals.extend([500] * 3)
    with pytest.raises(Unreachable, match="S3 answers 500"):
        said("move-in", str(file))


def test_imports_are_listed_and_cancelled(house: Workspace) -> None:
    begun = house.server.post("/v1/imports", {"size": 7})["id"]
    done = CliRunner().invoke(app, ["--json", "imports", "list"], catch_exceptions=False)
    assert (done.exit_code, begun in done.stdout) == (0, True)
    done = CliRunner().invoke(app, ["imports", "cancel", begun], catch_exceptions=False)
    assert (done.exit_code, "cancelled" in done.stdout) == (0, True)
    assert "cancelled" in CliRunner().invoke(app, ["imports", "show", begun], catch_exceptions=False).stdout
    assert house.server.get(f"/v1/imports/{begun}")["status"] == "cancelled"


def test_a_wrong_line_is_told_by_its_number(house: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "chat.jsonl"
    file.write_bytes(file_of([*FILE, "{"]))
    _, errors = said("move-in", str(file), exit_code=2)
    assert f"line {len(FILE) + 1}: the line is no JSON object" in errors
