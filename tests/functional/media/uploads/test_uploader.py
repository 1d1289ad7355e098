"""The resumable uploader of `clients/python`: real requests to S3, the API and the check by their real handlers."""

import dataclasses
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from parley_client import Client, Refused
from parley_client.uploads import (
    FileChanged,
    NotCheckedYet,
    Started,
    UploadEnded,
    Uploader,
    UploadFailed,
    UploadRejected,
    transfer,
)
from parley_client.uploads.source import Source
from tests.support.clients.in_process import Gateway, Once, problem
from tests.support.clients.uploading import process, s3_event, send, sha256
from tests.support.people.people import Person

SIZE = 11 * 1024 * 1024
KIND = "application/octet-stream"
Part = dict[str, Any]


def _checking(person: Person, *, dies_after: int = 10**9, checks: bool = True) -> Gateway:
    """The API for one person, with the check of what is completed. After `dies_after` requests the client is dead."""
    gateway = Gateway(person)

    def before(_: httpx.Request) -> None:
        if len(gateway.requests) > dies_after:
            raise KeyboardInterrupt

    def after(request: httpx.Request) -> None:
        if checks and request.url.path == "/v1/upload/complete":
            assert process(s3_event(person, json.loads(request.content)["upload_id"])) == []

    gateway.before, gateway.after = before, after
    return gateway


def _client(gateway: Gateway) -> Client:
    return Client("http://parley", transport=gateway.transport)


def _uploader(person: Person, *, dies_after: int = 10**9, checks: bool = True, **options: Any) -> Uploader:
    return Uploader(_client(_checking(person, dies_after=dies_after, checks=checks)), **options)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("client", "uploads.uploader"):
        monkeypatch.setattr(f"parley_client.{module}.time.sleep", lambda _: None)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """11 MiB of noise: three parts."""
    path = tmp_path / "film.bin"
    path.write_bytes(os.urandom(SIZE))
    return path


def _delivered(person: Person, media_id: str) -> str:
    return sha256(send("GET", str(person.get(f"/v1/download/{media_id}/signed")["url"])).body)


def _sending(monkeypatch: pytest.MonkeyPatch, instead: Callable[[Part], int | None]) -> None:
    """Before each part `instead` may give the status of an answer, or raise; where it gives none, the part is sent."""
    real = transfer.put_part

    def put(part: Part, source: Source, first: int) -> int:
        status = instead(part)
        return real(part, source, first) if status is None else status

    monkeypatch.setattr(transfer, "put_part", put)


def test_a_large_file_arrives_in_parallel_parts(alice: Person, film: Path) -> None:
    calls: list[tuple[int, int]] = []
    client = _uploader(alice, workers=3, progress=lambda done, whole: calls.append((done, whole)))
    upload_id = client.upload(str(film), KIND)
    assert _delivered(alice, upload_id) == sha256(film.read_bytes())
    assert (calls[0], calls[-1]) == ((0, SIZE), (SIZE, SIZE))
    assert len(calls) == 4


def test_a_small_file_is_one_post(alice: Person, tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("hello")
    calls: list[tuple[int, int]] = []
    client = _uploader(alice, progress=lambda done, whole: calls.append((done, whole)))
    upload_id = client.upload(str(path), "text/plain", filename="greeting.txt")
    assert _delivered(alice, upload_id) == sha256(b"hello")
    assert alice.get(f"/v1/media/{upload_id}")["filename"] == "greeting.txt"
    assert calls == [(0, 5), (5, 5)]


@pytest.mark.parametrize("sent_before", range(4))
def test_a_client_that_is_killed_after_any_part_is_resumed_by_another(
    alice: Person, film: Path, monkeypatch: pytest.MonkeyPatch, sent_before: int
) -> None:
    kept = json.dumps(dataclasses.asdict(_uploader(alice).start(film, KIND)))
    sent: list[int] = []

    def die(part: Part) -> None:
        if len(sent) == sent_before:
            raise KeyboardInterrupt
        sent.append(part["part_number"])

    with monkeypatch.context() as killed:
        _sending(killed, die)
        with pytest.raises(KeyboardInterrupt):
            _uploader(alice, dies_after=2, workers=1).resume(Started(**json.loads(kept)), film)
    again: list[int] = []
    _sending(monkeypatch, lambda part: again.append(part["part_number"]))
    upload_id = _uploader(alice).resume(Started(**json.loads(kept)), film)
    assert sorted(again) == list(range(sent_before + 1, 4))
    assert _delivered(alice, upload_id) == sha256(film.read_bytes())


def test_an_expired_url_and_a_broken_connection_are_tried_again(
    alice: Person, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures: Iterator[int | Exception] = iter([403, ConnectionResetError(), 500])

    def flaky(_: Part) -> int | None:
        failure = next(failures, None)
        if isinstance(failure, Exception):
            raise failure
        return failure

    _sending(monkeypatch, flaky)
    upload_id = _uploader(alice, workers=1).upload(film, KIND)
    assert _delivered(alice, upload_id) == sha256(film.read_bytes())


def test_a_part_that_s3_never_takes_fails_and_can_be_resumed(
    alice: Person, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        _sending(broken, lambda _: 403)
        with pytest.raises(UploadFailed) as failed:
            _uploader(alice, workers=1).upload(film, KIND)
    upload_id = _uploader(alice).resume(failed.value.started, film)
    assert _delivered(alice, upload_id) == sha256(film.read_bytes())


@pytest.mark.parametrize("path", ["/v1/upload/chunk", "/v1/upload/complete", "/v1/media/", "/v1/upload"])
@pytest.mark.parametrize(
    "failure",
    [
        problem(503, "unavailable", retryable=True),
        httpx.Response(502, content=b"<html>"),
        httpx.Response(500),
        httpx.ReadTimeout("nothing answers"),
    ],
    ids=["503", "gateway", "crash", "silence"],
)
@pytest.mark.parametrize("lost", ["request", "answer"])
def test_what_may_succeed_later_is_asked_again(
    alice: Person, tmp_path: Path, path: str, failure: httpx.Response | Exception, lost: str
) -> None:
    note = tmp_path / "note.txt"
    note.write_text("hello")
    gateway = _checking(alice)
    once = Once(path, failure)
    check = gateway.after

    def after(request: httpx.Request) -> httpx.Response | None:
        check(request)
        return once(request)

    if lost == "request":
        gateway.before = once
    else:
        gateway.after = after
    upload_id = Uploader(_client(gateway)).upload(note, "text/plain")
    assert once.times > 1
    assert _delivered(alice, upload_id) == sha256(b"hello")


def test_a_failure_tells_the_upload_that_may_be_resumed(alice: Person, film: Path) -> None:
    gateway = _checking(alice)

    def unavailable(request: httpx.Request) -> httpx.Response | None:
        is_end = request.url.path == "/v1/upload/complete"
        return problem(503, "unavailable", retryable=True) if is_end else None

    gateway.before = unavailable
    with pytest.raises(UploadFailed) as failed:
        Uploader(_client(gateway)).upload(film, KIND)
    upload_id = _uploader(alice).resume(failed.value.started, film)
    assert _delivered(alice, upload_id) == sha256(film.read_bytes())


def test_a_refusal_for_good_is_raised_at_once(alice: Person, tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    path.write_bytes(b"x")
    gateway = _checking(alice)
    gateway.before = once = Once("/v1/upload", problem(413, "media_too_large"))
    with pytest.raises(Refused) as refused:
        Uploader(_client(gateway)).upload(path, KIND)
    assert (refused.value.code, once.times) == ("media_too_large", 1)
    gateway.before = limited = Once("/v1/upload", problem(429, "rate_limited", retryable=True, retry_after=86_400))
    with pytest.raises(Refused):
        Uploader(_client(gateway)).upload(path, KIND)
    assert limited.times == 1, "nobody waits for a day"


def test_a_file_that_fails_its_check_is_told(alice: Person, tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"<html><script>alert(1)</script></html>")
    with pytest.raises(UploadRejected) as told:
        _uploader(alice).upload(path, "image/png")
    media = alice.get(f"/v1/media/{told.value.started.upload_id}")
    assert (media["status"], media["reason"]) == ("rejected", told.value.reason)


def test_a_check_that_does_not_end_is_told_and_may_be_waited_for_again(alice: Person, tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("hello")
    with pytest.raises(NotCheckedYet) as waiting:
        _uploader(alice, checks=False, verdict_seconds=0.3).upload(path, "text/plain")
    started = waiting.value.started
    assert _uploader(alice, checks=False, verdict_seconds=0).resume(started, path) == started.upload_id
    assert process(s3_event(alice, started.upload_id)) == []
    assert _uploader(alice).resume(started, path) == started.upload_id


def test_an_upload_that_has_ended_is_not_gone_on_with(alice: Person, film: Path) -> None:
    started = _uploader(alice).start(film, KIND)
    assert alice.delete(f"/v1/upload/{started.upload_id}").status == 204
    with pytest.raises(UploadEnded):
        _uploader(alice).resume(started, film)


def test_an_upload_that_ends_while_its_check_is_waited_for_is_told_at_once(alice: Person, tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("hello")
    gateway = _checking(alice, checks=False)
    uploads = Uploader(_client(gateway))
    started = uploads.start(path, "text/plain")

    def delete(request: httpx.Request) -> None:
        if request.url.path == "/v1/upload/complete":
            assert alice.delete(f"/v1/media/{started.upload_id}").status == 204

    gateway.after = delete
    began = time.monotonic()
    with pytest.raises(UploadFailed) as failed:
        uploads.resume(started, path)
    assert not isinstance(failed.value, NotCheckedYet)
    assert failed.value.started == started
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("status", ["aborted", "expired", "deleted"])
def test_no_verdict_comes_for_what_has_ended(tmp_path: Path, status: str) -> None:
    path = tmp_path / "note.txt"
    path.write_text("hello")

    def ended(request: httpx.Request) -> httpx.Response:
        said = "processing" if request.url.path.endswith("/progress") else status
        return httpx.Response(200, json={"status": said, "upload_id": "u"})

    uploads = Uploader(Client("http://parley", transport=httpx.MockTransport(ended)))
    with pytest.raises(UploadEnded):
        uploads.resume(uploads.start(path, "text/plain"), path)


def _half_sent(alice: Person, film: Path, monkeypatch: pytest.MonkeyPatch) -> Started:
    """An upload of which the first part has arrived."""
    with monkeypatch.context() as stopped:
        _sending(stopped, lambda part: None if part["part_number"] == 1 else 403)
        with pytest.raises(UploadFailed) as failed:
            _uploader(alice, workers=1).upload(film, KIND)
    assert alice.get(f"/v1/upload/{failed.value.started.upload_id}/progress")["parts_received"] == [1]
    return failed.value.started


def _shrink(film: Path) -> None:
    os.truncate(film, SIZE - 1)


def _replace(film: Path) -> None:
    film.write_bytes(os.urandom(SIZE))


def _replace_secretly(film: Path) -> None:
    """With the time of change of what was there."""
    before = film.stat()
    _replace(film)
    os.utime(film, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("change", [_shrink, _replace, _replace_secretly])
def test_another_file_is_not_gone_on_with(
    alice: Person, film: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None]
) -> None:
    started = _half_sent(alice, film, monkeypatch)
    change(film)
    with pytest.raises(FileChanged):
        _uploader(alice).resume(started, film)
    assert alice.get(f"/v1/media/{started.upload_id}")["status"] == "uploading"


def test_the_same_file_elsewhere_and_newer_is_gone_on_with(
    alice: Person, film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = _half_sent(alice, film, monkeypatch)
    copy = tmp_path / "copy.bin"
    shutil.copyfile(film, copy)
    upload_id = _uploader(alice).resume(started, copy)
    assert _delivered(alice, upload_id) == sha256(film.read_bytes())


@pytest.mark.parametrize("change", [_shrink, _replace, Path.unlink])
def test_a_file_that_changes_while_it_is_sent_is_not_completed(
    alice: Person, film: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None]
) -> None:
    started = _uploader(alice).start(film, KIND)

    def interfere(part: Part) -> None:
        if part["part_number"] == 2:
            change(film)

    _sending(monkeypatch, interfere)
    began = time.monotonic()
    with pytest.raises((FileChanged, UploadFailed)):
        _uploader(alice, workers=1).resume(started, film)
    assert time.monotonic() - began < 30, "nobody waits for bytes that do not come"
    assert alice.get(f"/v1/media/{started.upload_id}")["status"] == "uploading"


def test_a_small_file_that_shrinks_while_it_is_sent_does_not_hang(alice: Person, tmp_path: Path) -> None:
    path = tmp_path / "note.bin"
    path.write_bytes(b"x" * 200_000)
    gateway = _checking(alice)

    def shrink(request: httpx.Request) -> None:
        if request.url.path == "/v1/upload/chunk":
            os.truncate(path, 100_000)

    gateway.after = shrink
    began = time.monotonic()
    with pytest.raises(FileChanged):
        Uploader(_client(gateway)).upload(path, KIND)
    assert time.monotonic() - began < 30
