"""The resumable uploader of `clients/python`: real requests to S3, the API by its real handlers."""

import os
import threading
from pathlib import Path
from typing import Any

import pytest

from parley.media import storage
from parley_uploads import Refused, Uploader, UploadFailed, uploader
from tests.support.clients.uploading import sha256
from tests.support.people.people import Person

SIZE = 11 * 1024 * 1024


class Api:
    """The API for one person. After `dies_after` requests the client is dead: whatever it does fails."""

    def __init__(self, person: Person, dies_after: int = 10**9) -> None:
        self._person, self._left = person, dies_after
        self._one_at_a_time = threading.Lock()  # an environment of Lambda answers one request at a time

    def request(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        with self._one_at_a_time:
            self._left -= 1
            if self._left < 0:
                raise KeyboardInterrupt
            answer = self._person.request(method, path, body)
        if answer.status >= 400:
            raise Refused(answer.status, answer.body)
        return answer.body or {}


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """11 MiB of noise: three parts."""
    path = tmp_path / "film.txt"
    path.write_bytes(os.urandom(SIZE))
    return path


def _stored(person: Person, upload_id: str) -> str:
    stored = storage.head(storage.quarantine_key(person.tenant_id, upload_id))
    assert stored is not None
    return sha256(b"".join(storage.read_chunks(stored, 1024 * 1024)))


@pytest.mark.parametrize("part_checksums", [False, True], ids=["lengths", "checksums"])
def test_a_large_file_arrives_in_parallel_parts(alice: Person, film: Path, *, part_checksums: bool) -> None:
    calls: list[tuple[int, int]] = []
    client = Uploader(Api(alice), workers=3, progress=lambda done, whole: calls.append((done, whole)))
    upload_id = client.upload(film, "text/plain", part_checksums=part_checksums)
    assert _stored(alice, upload_id) == sha256(film.read_bytes())
    assert calls[-1] == (SIZE, SIZE)
    assert len(calls) == 3


def test_a_small_file_is_one_post(alice: Person, tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("hello")
    upload_id = Uploader(Api(alice)).upload(path, "text/plain")
    assert _stored(alice, upload_id) == sha256(b"hello")


@pytest.mark.parametrize("sent_before", range(4))
def test_a_client_that_is_killed_after_any_part_is_resumed_by_another(
    alice: Person, film: Path, monkeypatch: pytest.MonkeyPatch, sent_before: int
) -> None:
    upload_id = Uploader(Api(alice)).start(film, "text/plain")
    real = uploader._put
    sent: list[int] = []

    def put(part: dict[str, Any], path: Path, first: int) -> int:
        if len(sent) == sent_before:
            raise KeyboardInterrupt
        sent.append(part["part_number"])
        return real(part, path, first)

    with monkeypatch.context() as killed:
        killed.setattr(uploader, "_put", put)
        if sent_before < 3:
            with pytest.raises(KeyboardInterrupt):
                Uploader(Api(alice), workers=1).resume(upload_id, film)
        else:
            with pytest.raises(KeyboardInterrupt):
                Uploader(Api(alice, dies_after=2), workers=1).resume(upload_id, film)
    again: list[int] = []

    def put_again(part: dict[str, Any], path: Path, first: int) -> int:
        again.append(part["part_number"])
        return real(part, path, first)

    monkeypatch.setattr(uploader, "_put", put_again)
    Uploader(Api(alice)).resume(upload_id, film)
    assert sorted(again) == list(range(sent_before + 1, 4))
    assert _stored(alice, upload_id) == sha256(film.read_bytes())


def test_an_expired_url_and_a_broken_connection_are_tried_again(
    alice: Person, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, failures = uploader._put, iter([403, None, 500])

    def flaky(part: dict[str, Any], path: Path, first: int) -> int:
        status = next(failures, 200)
        if status is None:
            raise ConnectionResetError
        return status if status != 200 else real(part, path, first)

    monkeypatch.setattr(uploader, "_put", flaky)
    upload_id = Uploader(Api(alice), workers=1).upload(film, "text/plain")
    assert _stored(alice, upload_id) == sha256(film.read_bytes())


def test_a_part_that_s3_never_takes_fails_and_can_be_resumed(
    alice: Person, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload_id = Uploader(Api(alice)).start(film, "text/plain")
    with monkeypatch.context() as broken:
        broken.setattr(uploader, "_put", lambda *_: 403)
        with pytest.raises(UploadFailed):
            Uploader(Api(alice), workers=1).resume(upload_id, film)
    Uploader(Api(alice)).resume(upload_id, film)
    assert _stored(alice, upload_id) == sha256(film.read_bytes())
