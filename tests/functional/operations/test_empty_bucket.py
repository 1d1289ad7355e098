"""The function that empties a bucket when its stack goes, and its answers to CloudFormation."""

import http.server
import json
import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from functions.operations import empty_bucket
from parley import aws
from parley.operations import buckets
from tests.support.aws.gateway import Context


class Waiting(Context):
    """An invocation with so many milliseconds left."""

    def __init__(self, milliseconds: int = 900_000) -> None:
        super().__init__()
        self._log_stream_name = "stream"
        self.left = milliseconds

    def get_remaining_time_in_millis(self) -> int:  # type: ignore[override] # Powertools has it static
        return self.left


@pytest.fixture
def answers(tables: None) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    told: list[dict[str, Any]] = []

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/answer", told
    server.shutdown()


@pytest.fixture
def bucket(tables: None) -> str:
    """With three objects, of which one has two versions and one is deleted."""
    client: Any = aws.client("s3")
    name = f"parley-dev-{uuid.uuid4().hex}"
    client.create_bucket(Bucket=name)
    client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    for key in ("a", "a", "b", "c/d"):
        client.put_object(Bucket=name, Key=key, Body=b"x")
    client.delete_object(Bucket=name, Key="b")
    return name


def event(url: str, kind: str, bucket: str) -> dict[str, Any]:
    return {
        "RequestType": kind,
        "ResponseURL": url,
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "Emptied",
        "ResourceProperties": {"bucket": bucket},
    }


def held(bucket: str) -> int:
    page: dict[str, Any] = aws.client("s3").list_object_versions(Bucket=bucket)
    return len(page.get("Versions", [])) + len(page.get("DeleteMarkers", []))


def test_a_bucket_that_goes_is_emptied_of_every_version(answers: tuple[str, list[Any]], bucket: str) -> None:
    url, told = answers
    assert held(bucket) == 5
    empty_bucket.handler(event(url, "Delete", bucket), Waiting())
    assert held(bucket) == 0
    assert [(each["Status"], each["PhysicalResourceId"]) for each in told] == [("SUCCESS", bucket)]
    aws.client("s3").delete_bucket(Bucket=bucket)


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_a_bucket_that_stays_keeps_all(kind: str, answers: tuple[str, list[Any]], bucket: str) -> None:
    url, told = answers
    empty_bucket.handler(event(url, kind, bucket), Waiting())
    assert held(bucket) == 5
    assert told[0]["Status"] == "SUCCESS"


def test_a_bucket_that_is_gone_is_empty(answers: tuple[str, list[Any]]) -> None:
    url, told = answers
    empty_bucket.handler(event(url, "Delete", "parley-dev-gone"), Waiting())
    assert told[0]["Status"] == "SUCCESS"


def test_a_bucket_that_time_does_not_suffice_for_is_a_failure(answers: tuple[str, list[Any]], bucket: str) -> None:
    url, told = answers
    empty_bucket.handler(event(url, "Delete", bucket), Waiting(20_000))
    assert (told[0]["Status"], told[0]["Reason"]) == ("FAILED", "NotEmptied: see stream")
    assert held(bucket) == 5
    empty_bucket.handler(event(url, "Delete", bucket), Waiting())
    assert told[1]["Status"] == "SUCCESS"
    assert held(bucket) == 0


class Keeping:
    """An S3 that keeps one object of each page."""

    def get_paginator(self, _: str) -> "Keeping":
        return self

    def paginate(self, **_: str) -> list[dict[str, Any]]:
        return [{"Versions": [{"Key": "a", "VersionId": "1"}]}]

    def delete_objects(self, **_: Any) -> dict[str, Any]:
        return {"Errors": [{"Key": "a", "Code": "AccessDenied"}]}


def test_an_object_that_s3_keeps_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws, "client", lambda _: Keeping())
    with pytest.raises(buckets.NotEmptied, match="AccessDenied for 1"):
        buckets.empty("parley-dev-kept", may_go_on=lambda: True)
