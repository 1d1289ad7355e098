"""The resumable uploader of `clients/python`: real requests to S3, the API and the check by their real handlers."""

import dataclasses
import json
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from parley_uploads import (
    FileChanged,
    HttpApi,
    NotCheckedYet,
    Refused,
    Started,
    UploadEnded,
    Uploader,
    UploadFailed,
    UploadRejected,
    transfer,
    uploader,
)
from parley_uploads.source import Source
from tests.support.clients.uploading import process, s3_event, send, sha256
from tests.support.people.people import Person

SIZE = 11 * 1024 * 1024
KIND = "application/octet-stream"
Part = dict[str, Any]


class Api:
    """The API for one person, with the check of what is completed. After `dies_after` requests the client is dead.

    `before` may raise in the place of a request, `after` once it was answered.
    """

    def __init__(self, person: Person, *, dies_after: int = 10**9, checks: bool = True) -> None:
        self._person, self._left, self._checks = person, dies_after, checks
        self._one_at_a_time = threading.Lock()  # an environment of Lambda answers one request at a time
        self.before: Callable[[str], None] = lambda _: None
        self.after: Callable[[str], None] = lambda _: None

    def request(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> dict[str, Any]:
        with self._one_at_a_time:
            self._left -= 1
            if self._left < 0:
                raise KeyboardInterrupt
            self.before(path)
            answer = self._person.request(method, path, body, key=key)
            if self._checks and path == "/v1/upload/complete" and answer.status == 202:
                assert process(s3_event(self._person, body["upload_id"])) == []
            self.after(path)
        if answer.status >= 400:
            raise Refused(answer.status, answer.body)
        return answer.body or {}


class Once:
    """Raises an error at the first request of a path."""

    def __init__(self, path: str, error: Exception) -> None:
        self._path, self._error, self.times = path, error, 0

    def __call__(self, path: str) -> None:
        if path.startswith(self._path):
            self.times += 1
            if self.times == 1:
                raise self._error


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploader, "_pause", lambda _number, **_: None)


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
    client = Uploader(Api(alice), workers=3, progress=lambda done, whole: calls.append((done, whole)))
    upload_id = client.upload(str(film), KIND)
    assert _delivered(alice, upload_id) == sha256(film.read_bytes())
    assert (calls[0], calls[-1]) == ((0, SIZE), (SIZE, SIZE))
    assert len(calls) == 4


def test_a_small_file_is_one_post(alice: Person, tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("hello")
    calls: list[tuple[int, int]] = []
    client = Uploader(Api(alice), progress=lambda done, whole: calls.append((done, whole)))
    upload_id = client.upload(str(path), "text/plain", filename="greeting.txt")
    assert _delivered(alice, upload_id) == sha256(b"hello")
    assert alice.get(f"/v1/media/{upload_id}")["filename"] == "greeting.txt"
    assert calls == [(0, 5), (5, 5)]


@pytest.mark.parametrize("sent_before", range(4))
def test_a_client_that_is_killed_after_any_part_is_resumed_by_another(
    alice: Person, film: Path, monkeypatch: pytest.MonkeyPatch, sent_before: int
) -> None:
    kept = json.dumps(dataclasses.asdict(Uploader(Api(alice)).start(film, KIND)))
    sent: list[int] = []

    def die(part: Part) -> None:
        if len(sent) == sent_before:
            raise KeyboardInterrupt
        sent.append(part["part_number"])

    with monkeypatch.context() as killed:
        _sending(killed, die)
        with pytest.raises(KeyboardInterrupt):
            Uploader(Api(alice, dies_after=2), workers=1).resume(Started(**json.loads(kept)), film)
    again: list[int] = []
    _sending(monkeypatch, lambda part: again.append(part["part_number"]))
    upload_id = Uploader(Api(alice)).resume(Started(**json.loads(kept)), film)
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
    upload_id = Uploader(Api(alice), workers=1).upload(film, KIND)
    assert _delivered(alice, upload_id) == sha256(film.read_bytes())


def test_a_part_that_s3_never_takes_fails_and_can_be_resumed(
    alice: Person, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        _sending(broken, lambda _: 403)
        with pytest.raises(UploadFailed) as failed:
            Uploader(Api(alice), workers=1).upload(film, KIND)
    upload_id = Uploader(Api(alice)).resume(failed.value.started, film)
    assert _delivered(alice, upload_id) == sha256(film.read_bytes())


@pytest.mark.parametrize("path", ["/v1/upload/chunk", "/v1/upload/complete", "/v1/media/", "/v1/upload"])
@pytest.mark.parametrize(
    "error",
    [
        Refused(503, {"code": "unavailable", "retryable": True}),
        Refused(502, {}),
        Refused(500, {}),
        TimeoutError("nothing answers"),
    ],
    ids=["503", "gateway", "crash", "silence"],
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_what_may_succeed_later_is_asked_again(
    alice: Person, tmp_path: Path, path: str, error: Exception, when: str
) -> None:
    """Whether the request was not carried out, or only its answer was lost."""
    note = tmp_path / "note.txt"
    note.write_text("hello")
    api = Api(alice)
    once = Once(path, error)
    setattr(api, when, once)
    upload_id = Uploader(api).upload(note, "text/plain")
    assert once.times > 1
    assert _delivered(alice, upload_id) == sha256(b"hello")


def test_a_failure_tells_the_upload_that_may_be_resumed(alice: Person, film: Path) -> None:
    api = Api(alice)

    def unavailable(path: str) -> None:
        if path == "/v1/upload/complete":
            raise Refused(503, {"code": "unavailable", "retryable": True})

    api.before = unavailable
    with pytest.raises(UploadFailed) as failed:
        Uploader(api).upload(film, KIND)
    upload_id = Uploader(Api(alice)).resume(failed.value.started, film)
    assert _delivered(alice, upload_id) == sha256(film.read_bytes())


def test_a_refusal_for_good_is_raised_at_once(alice: Person, tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    path.write_bytes(b"x")
    api = Api(alice)
    once = Once("/v1/upload", Refused(413, {"code": "media_too_large", "retryable": False}))
    api.before = once
    with pytest.raises(Refused) as refused:
        Uploader(api).upload(path, KIND)
    assert (refused.value.code, once.times) == ("media_too_large", 1)
    api.before = limited = Once("/v1/upload", Refused(429, {"retryable": True}, retry_after=86_400))
    with pytest.raises(Refused):
        Uploader(api).upload(path, KIND)
    assert limited.times == 1, "nobody waits for a day"


def test_a_file_that_fails_its_check_is_told(alice: Person, tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"<html><script>alert(1)</script></html>")
    with pytest.raises(UploadRejected) as told:
        Uploader(Api(alice)).upload(path, "image/png")
    media = alice.get(f"/v1/media/{told.value.started.upload_id}")
    assert (media["status"], media["reason"]) == ("rejected", told.value.reason)


def test_a_check_that_does_not_end_is_told_and_may_be_waited_for_again(alice: Person, tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("hello")
    with pytest.raises(NotCheckedYet) as waiting:
        Uploader(Api(alice, checks=False), verdict_seconds=0.3).upload(path, "text/plain")
    started = waiting.value.started
    assert Uploader(Api(alice, checks=False), verdict_seconds=0).resume(started, path) == started.upload_id
    assert process(s3_event(alice, started.upload_id)) == []
    assert Uploader(Api(alice)).resume(started, path) == started.upload_id


def test_an_upload_that_has_ended_is_not_gone_on_with(alice: Person, film: Path) -> None:
    started = Uploader(Api(alice)).start(film, KIND)
    assert alice.delete(f"/v1/upload/{started.upload_id}").status == 204
    with pytest.raises(UploadEnded):
        Uploader(Api(alice)).resume(started, film)


def test_an_upload_that_ends_while_its_check_is_waited_for_is_told_at_once(alice: Person, tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("hello")
    api = Api(alice, checks=False)
    client = Uploader(api)
    started = client.start(path, "text/plain")

    def delete(asked: str) -> None:
        if asked == "/v1/upload/complete":
            assert alice.delete(f"/v1/media/{started.upload_id}").status == 204

    api.after = delete
    began = time.monotonic()
    with pytest.raises(UploadFailed) as failed:
        client.resume(started, path)
    assert not isinstance(failed.value, NotCheckedYet)
    assert failed.value.started == started
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("status", ["aborted", "expired", "deleted"])
def test_no_verdict_comes_for_what_has_ended(tmp_path: Path, status: str) -> None:
    path = tmp_path / "note.txt"
    path.write_text("hello")

    class Ended:
        def request(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> dict[str, Any]:
            del method, body, key
            return {"status": "processing" if path.endswith("/progress") else status, "upload_id": "u"}

    client = Uploader(Ended())
    with pytest.raises(UploadEnded):
        client.resume(client.start(path, "text/plain"), path)


def _half_sent(alice: Person, film: Path, monkeypatch: pytest.MonkeyPatch) -> Started:
    """An upload of which the first part has arrived."""
    with monkeypatch.context() as stopped:
        _sending(stopped, lambda part: None if part["part_number"] == 1 else 403)
        with pytest.raises(UploadFailed) as failed:
            Uploader(Api(alice), workers=1).upload(film, KIND)
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
        Uploader(Api(alice)).resume(started, film)
    assert alice.get(f"/v1/media/{started.upload_id}")["status"] == "uploading"


def test_the_same_file_elsewhere_and_newer_is_gone_on_with(
    alice: Person, film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = _half_sent(alice, film, monkeypatch)
    copy = tmp_path / "copy.bin"
    shutil.copyfile(film, copy)
    upload_id = Uploader(Api(alice)).resume(started, copy)
    assert _delivered(alice, upload_id) == sha256(film.read_bytes())


@pytest.mark.parametrize("change", [_shrink, _replace, Path.unlink])
def test_a_file_that_changes_while_it_is_sent_is_not_completed(
    alice: Person, film: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None]
) -> None:
    started = Uploader(Api(alice)).start(film, KIND)

    def interfere(part: Part) -> None:
        if part["part_number"] == 2:
            change(film)

    _sending(monkeypatch, interfere)
    began = time.monotonic()
    with pytest.raises((FileChanged, UploadFailed)):
        Uploader(Api(alice), workers=1).resume(started, film)
    assert time.monotonic() - began < 30, "nobody waits for bytes that do not come"
    assert alice.get(f"/v1/media/{started.upload_id}")["status"] == "uploading"


def test_a_small_file_that_shrinks_while_it_is_sent_does_not_hang(alice: Person, tmp_path: Path) -> None:
    path = tmp_path / "note.bin"
    path.write_bytes(b"x" * 200_000)
    api = Api(alice)
    api.after = lambda asked: os.truncate(path, 100_000) if asked == "/v1/upload/chunk" else None
    began = time.monotonic()
    with pytest.raises(FileChanged):
        Uploader(api).upload(path, KIND)
    assert time.monotonic() - began < 30


def test_the_api_over_http_tells_refusals_whoever_makes_them() -> None:
    """Parley's own by its problem document; a gateway's, which has none, by its status."""
    seen: list[str | None] = []
    answers = iter(
        [
            (503, b'{"code": "unavailable", "retryable": true}'),
            (502, b"<html>"),
            (404, b"[]"),
            (500, b""),
            (200, b"<html>"),
            (200, b""),
        ]
    )

    class Gateway(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            seen.append(self.headers["Idempotency-Key"])
            status, body = next(answers)
            self.send_response(status)
            self.send_header("Retry-After", "7")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    api = HttpApi(f"http://127.0.0.1:{server.server_port}/", "token")
    told = []
    for _ in range(5):
        with pytest.raises(Refused) as refused:
            api.request("POST", "/v1/upload", {}, key="k")
        told.append((refused.value.code, refused.value.retryable, refused.value.retry_after))
    assert told == [
        ("unavailable", True, 7.0),
        (None, True, 7.0),
        (None, False, 7.0),
        (None, True, 7.0),
        (None, True, None),
    ]
    assert api.request("POST", "/v1/upload", {}) == {}
    assert seen == ["k"] * 5 + [None]
    server.shutdown()
    server.server_close()
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(OSError, match="refused"):
            HttpApi(f"http://127.0.0.1:{unused.getsockname()[1]}", "token").request("GET", "/v1/health")
