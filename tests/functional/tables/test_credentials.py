"""Where credentials come from, and that those of a container are renewed before they end."""

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from parley.tables import credentials, dynamodb
from tests.support.aws.ministack import environment

OURS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


class Endpoint:
    """The endpoint that Lambda gives to a function restored from a snapshot."""

    def __init__(self) -> None:
        self.asked: list[str | None] = []
        self.lasts_seconds = 3600.0
        self.status = 200
        self.address = ""
        self.body: bytes | None = None


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    found = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(self.headers.get("Authorization"))
            ends = datetime.fromtimestamp(time.time() + found.lasts_seconds, UTC)
            number = len(found.asked)
            body = {
                "AccessKeyId": f"ASIA{number}",
                "SecretAccessKey": f"secret{number}",
                "Token": f"token{number}",
                "Expiration": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
            data = json.dumps(body).encode() if found.body is None else found.body
            self.send_response(found.status)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            return

    for name in OURS:
        monkeypatch.delenv(name, raising=False)
    with HTTPServer(("127.0.0.1", 0), Handler) as listening:
        threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        found.address = f"http://127.0.0.1:{listening.server_address[1]}/creds"
        with environment(AWS_CONTAINER_CREDENTIALS_FULL_URI=found.address):
            yield found
        listening.shutdown()


def test_the_environment_comes_first(endpoint: Endpoint) -> None:
    with environment(AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b", AWS_SESSION_TOKEN="c"):
        assert credentials.find()() == credentials.Frozen("a", "b", "c")
    with environment(AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b"):
        assert credentials.find()() == credentials.Frozen("a", "b", None)
    assert endpoint.asked == []


def test_a_container_is_asked_once_and_again_before_the_end(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = credentials.find()
    assert [source(), source()] == [credentials.Frozen("ASIA1", "secret1", "token1")] * 2
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 3600 - credentials.RENEWED_SECONDS + 5)
    assert source().access_key == "ASIA2"


def test_the_old_ones_serve_while_the_endpoint_is_down_and_no_longer_than_they_last(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = credentials.find()
    assert source().access_key == "ASIA1"
    endpoint.status = 500
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 3600 - 60)
    assert source().access_key == "ASIA1"
    monkeypatch.setattr(time, "time", lambda: real() + 3601)
    with pytest.raises(credentials.NoCredentials) as raised:
        source()
    assert dynamodb.is_transient(raised.value), "a caller is told to try again"


@pytest.mark.parametrize("kind", ["variable", "file"])
def test_it_proves_who_it_is(endpoint: Endpoint, kind: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from the file\n")
    named: dict[str, str] = (
        {"AWS_CONTAINER_AUTHORIZATION_TOKEN": "from the variable"}
        if kind == "variable"
        else {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(tmp_path / "token")}
    )
    with environment(**named):
        credentials.find()()
    assert endpoint.asked == [f"from the {kind}"]


def test_a_profile_is_botocores_business(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "credentials").write_text("[mine]\naws_access_key_id = P\naws_secret_access_key = S\n")
    for name in OURS:
        monkeypatch.delenv(name, raising=False)
    changes: dict[str, Any] = {"AWS_PROFILE": "mine", "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials")}
    with environment(**changes):
        found = credentials.find()()
    assert (found.access_key, found.secret_key) == ("P", "S")


def test_an_endpoint_that_is_down_is_not_waited_for_at_every_request(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = credentials.find()
    source()
    endpoint.status = 500
    now = time.time() + 3600 - credentials.RENEWED_SECONDS + 5
    monkeypatch.setattr(time, "time", lambda: now)
    source()
    asked = len(endpoint.asked)
    for _ in range(5):
        assert source().access_key == "ASIA1"
    assert len(endpoint.asked) == asked
    now += credentials.PAUSE_SECONDS
    endpoint.status = 200
    assert source().access_key != "ASIA1"


def test_those_that_last_for_less_than_the_margin_are_not_asked_for_at_every_request(endpoint: Endpoint) -> None:
    endpoint.lasts_seconds = credentials.RENEWED_SECONDS / 2
    source = credentials.find()
    assert {source().access_key for _ in range(5)} == {"ASIA1"}


def test_what_the_service_calls_ended_is_asked_for_anew(endpoint: Endpoint) -> None:
    source = credentials.find()
    source()
    assert credentials.forget(source)
    assert source().access_key == "ASIA2"
    with environment(AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b"):
        assert not credentials.forget(credentials.find()), "the environment has no others"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"AccessKeyId": "A", "SecretAccessKey": "S"}', b"null", b'"x"'])
def test_nonsense_from_the_endpoint_is_no_credentials(endpoint: Endpoint, body: bytes) -> None:
    endpoint.body = body
    source = credentials.find()
    with pytest.raises(credentials.NoCredentials):
        source()
    endpoint.body = None
    assert credentials.forget(source)
    assert source().access_key == "ASIA2"
