"""The key pairs of the distribution: each made once, kept at every later deploy, never seen by CloudFormation."""

import http.server
import json
import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from functions.media import make_signing_key
from parley import aws
from parley.media.delivery import signed_urls
from tests.support.aws.gateway import Context
from tests.support.aws.ministack import environment


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


def _event(url: str, kind: str, secret: str, name: str = "private_key") -> dict[str, Any]:
    return {
        "RequestType": kind,
        "ResponseURL": url,
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "KeyPair",
        "ResourceProperties": {"secret": secret, "name": name},
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


def test_a_new_pair_leaves_those_before_it_as_they_are(cloudformation: tuple[str, list[dict[str, Any]]]) -> None:
    url, answers = cloudformation
    client: Any = aws.client("secretsmanager")
    secret = client.create_secret(Name=f"keys-{uuid.uuid4().hex}", SecretString=json.dumps({"noise": "x"}))["ARN"]
    names = ["private_key", "private_key_2", "private_key_3"]
    for name in (*names, *names):
        make_signing_key.handler(_event(url, "Update", secret, name), Context())
    made = [answer["Data"]["public_key"] for answer in answers]
    assert made[:3] == made[3:]
    assert len(set(made)) == 3
    stored = json.loads(client.get_secret_value(SecretId=secret)["SecretString"])
    assert set(stored) == set(names)
    for name, public in zip(names, made, strict=False):
        with environment(MEDIA_CDN_KEY_ID=name, MEDIA_CDN_KEY_NAME=name, MEDIA_CDN_SECRET=secret):
            signed_urls.cloudfront_signer.cache_clear()
            signer = signed_urls.cloudfront_signer()
        key: Any = serialization.load_pem_public_key(public.encode())
        key.verify(signer.rsa_signer(b"a policy"), b"a policy", padding.PKCS1v15(), hashes.SHA1())  # noqa: S303
        assert signer.key_id == name
    signed_urls.cloudfront_signer.cache_clear()


@pytest.mark.parametrize("noise", ["noise", "[]", "7", '{"private_key": 7}', '{"other": "x"}'])
def test_what_is_no_key_in_the_secret_is_replaced(cloudformation: tuple[str, list[dict[str, Any]]], noise: str) -> None:
    url, answers = cloudformation
    client: Any = aws.client("secretsmanager")
    secret = client.create_secret(Name=f"keys-{uuid.uuid4().hex}", SecretString=noise)["ARN"]
    make_signing_key.handler(_event(url, "Create", secret), Context())
    assert answers[0]["Data"]["public_key"].startswith("-----BEGIN PUBLIC KEY")


def test_a_failure_is_told_so_that_the_deploy_does_not_hang(cloudformation: tuple[str, list[dict[str, Any]]]) -> None:
    url, answers = cloudformation
    context = Context()
    context._log_stream_name = "stream"
    make_signing_key.handler(_event(url, "Create", ""), context)
    assert answers[0]["Status"] == "FAILED"
    assert "ParamValidationError" in answers[0]["Reason"]
