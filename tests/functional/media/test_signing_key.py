"""The key pair of the distribution: made once, kept at every later deploy, never seen by CloudFormation."""

import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from functions.media import make_signing_key
from parley import aws
from tests.support.aws.gateway import Context


@pytest.fixture
def cloudformation(tables: None) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Where custom resources answer."""
    answers: list[dict[str, Any]] = []

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            answers.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/answer", answers
    server.shutdown()


def _event(url: str, kind: str, secret: str) -> dict[str, Any]:
    return {
        "RequestType": kind,
        "ResponseURL": url,
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "KeyPair",
        "ResourceProperties": {"secret": secret},
    }


def test_the_pair_is_made_once(cloudformation: tuple[str, list[dict[str, Any]]]) -> None:
    url, answers = cloudformation
    client: Any = aws.client("secretsmanager")
    secret = client.create_secret(Name="media-signing-key", SecretString="noise that CDK puts there")["ARN"]
    for kind in ("Create", "Update", "Delete"):
        make_signing_key.handler(_event(url, kind, secret), Context())
    assert [answer["Status"] for answer in answers] == ["SUCCESS"] * 3
    assert answers[0]["Data"] == answers[1]["Data"]
    public = serialization.load_pem_public_key(answers[0]["Data"]["public_key"].encode())
    stored = json.loads(client.get_secret_value(SecretId=secret)["SecretString"])["private_key"]
    private: Any = serialization.load_pem_private_key(stored.encode(), password=None)
    assert private.public_key() == public
    assert private.key_size == 2048
    assert "PRIVATE" not in json.dumps(answers)


def test_a_failure_is_told_so_that_the_deploy_does_not_hang(cloudformation: tuple[str, list[dict[str, Any]]]) -> None:
    url, answers = cloudformation
    context = Context()
    context._log_stream_name = "stream"
    make_signing_key.handler(_event(url, "Create", ""), context)
    assert answers[0]["Status"] == "FAILED"
    assert "ParamValidationError" in answers[0]["Reason"]
