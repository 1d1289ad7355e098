"""A large file is copied in parts, some at once: of one object, whole or not at all. S3 takes a minute for 5 GiB."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from parley.media import storage
from tests.support.clients.uploading import checked, send, sha256
from tests.support.people.people import Person

PART = 5 * 1024 * 1024
BODY = b"".join(number.to_bytes(4, "big") for number in range(11 * 1024 * 256))


@contextmanager
def calls() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """The names and headers of S3's calls inside."""
    seen: list[tuple[str, dict[str, Any]]] = []

    def note(model: Any, params: dict[str, Any], **_: Any) -> None:
        seen.append((model.name, dict(params["headers"])))

    events = storage.client().meta.events
    events.register("before-call.s3", note)
    try:
        yield seen
    finally:
        events.unregister("before-call.s3", note)


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "COPIED_PART_BYTES", PART)


def test_a_large_file_arrives_whole_though_it_is_copied_in_parts(alice: Person) -> None:
    with calls() as seen:
        media = checked(alice, BODY, sha256=sha256(BODY), content_type="application/zip")
    assert (media["status"], media["sha256"]) == ("ready", sha256(BODY))
    copies = [headers for name, headers in seen if name == "UploadPartCopy"]
    assert sorted(headers["x-amz-copy-source-range"] for headers in copies) == [
        f"bytes=0-{PART - 1}",
        f"bytes={2 * PART}-{len(BODY) - 1}",
        f"bytes={PART}-{2 * PART - 1}",
    ]
    assert len({headers["x-amz-copy-source-if-match"] for headers in copies}) == 1
    assert "CopyObject" not in [name for name, _ in seen]
    signed = alice.get(f"/v1/download/{media['id']}/signed")
    delivered = send("GET", signed["url"])
    assert delivered.body == BODY


def test_a_file_of_one_part_is_copied_by_one_call(alice: Person) -> None:
    with calls() as seen:
        assert checked(alice, b"small", content_type="text/plain")["status"] == "ready"
    names = [name for name, _ in seen]
    assert "CopyObject" in names
    assert "UploadPartCopy" not in names


def test_parts_are_copied_at_once(monkeypatch: pytest.MonkeyPatch, tables: None) -> None:
    """Else 5 GiB would take the sum of all parts, and the check's time would be over."""
    running, most, lock = 0, 0, threading.Lock()

    class Slow:
        def create_multipart_upload(self, **_: Any) -> dict[str, str]:
            return {"UploadId": "one"}

        def upload_part_copy(self, **asked: Any) -> dict[str, Any]:
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
            time.sleep(0.02)
            with lock:
                running -= 1
            return {"CopyPartResult": {"ETag": str(asked["PartNumber"])}}

        def complete_multipart_upload(self, **asked: Any) -> None:
            parts = asked["MultipartUpload"]["Parts"]
            assert parts == [{"PartNumber": number, "ETag": str(number)} for number in range(1, 21)]

    monkeypatch.setattr(storage, "client", Slow)
    stored = storage.StoredObject("quarantine/a/b", 20 * PART, '"tag"')
    storage.promote(stored, "media/a/b", content_type="text/plain", cache_control="private")
    assert most == storage.COPIES_AT_ONCE


def test_nothing_is_left_of_a_copy_of_what_is_no_longer_there(alice: Person) -> None:
    stored = storage.StoredObject("quarantine/nobody/nothing", len(BODY), '"gone"')
    with calls() as seen, pytest.raises(storage.ObjectChanged):
        storage.promote(stored, "media/nobody/nothing", content_type="text/plain", cache_control="private")
    names = [name for name, _ in seen]
    assert names[-1] == "AbortMultipartUpload"
    assert "CompleteMultipartUpload" not in names
    assert storage.head("media/nobody/nothing") is None
