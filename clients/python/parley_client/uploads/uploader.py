"""The uploader. What has arrived it asks Parley, which asks S3; what the file was it keeps in `Started`.

Memory does not grow with the file: each worker streams its part from the disk, 64 KiB at a time.
"""

import http.client
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parley_client.client import Client
from parley_client.errors import ParleyError, Refused, Unreachable
from parley_client.repeating import ATTEMPTS, pause
from parley_client.uploads import transfer
from parley_client.uploads.source import FileChanged, Source

PARTS_SIGNED_AT_ONCE = 100
VERDICT_SECONDS = 900
_UNREACHED = (OSError, http.client.HTTPException)
_REFUSED_FOR_GOOD = frozenset({400, 403, 404, 411, 412, 413})
_ENDED = frozenset({"aborted", "expired", "deleted"})


@dataclass(frozen=True, slots=True)
class Started:
    """An upload that has started, and the file that it is of: all that another process needs to go on with it.

    It is plain data, to be kept as JSON: `dataclasses.asdict(started)` and `Started(**kept)`.
    """

    upload_id: str
    size: int
    modified_ns: int
    sha256: str


class UploadFailed(ParleyError):
    """The upload has not come to its end. With the same file, `resume(failure.started, …)` may go on with it."""

    def __init__(self, why: str, started: Started) -> None:
        super().__init__(why)
        self.started = started


class UploadEnded(UploadFailed):
    """The upload has expired, or was aborted: begin a new one."""


class UploadRejected(UploadFailed):
    """The file has arrived and did not pass its check; `reason` says why."""

    def __init__(self, reason: str, started: Started) -> None:
        super().__init__(f"The file was rejected: {reason}", started)
        self.reason = reason


class NotCheckedYet(UploadFailed):
    """The file has arrived, and nothing is known of its check yet."""


class Uploader:
    """Uploads files with `workers` parts at once. `progress` is told the bytes that have arrived and the whole.

    It waits up to `verdict_seconds` for the file's check; with 0, not at all.
    """

    def __init__(
        self,
        parley: Client,
        *,
        workers: int = 4,
        progress: Callable[[int, int], None] = lambda _done, _whole: None,
        verdict_seconds: float = VERDICT_SECONDS,
    ) -> None:
        self._parley, self._workers, self._progress = parley, workers, progress
        self._verdict_seconds = verdict_seconds

    def upload(self, path: str | Path, content_type: str, *, filename: str | None = None, **fields: Any) -> str:
        """Upload a file and have it checked; the media's id. `fields` go into the start: `conversation_id`, …

        Raises `Refused` where it could not start, then `UploadFailed` and its kinds, or `FileChanged`.
        """
        return self.resume(self.start(path, content_type, filename=filename, **fields), path)

    def start(self, path: str | Path, content_type: str, *, filename: str | None = None, **fields: Any) -> Started:
        """Only reserve the place; keep what this gives to go on with `resume`, in this process or another.

        The file is read once for its checksum: Parley rejects whatever else would arrive in its place.
        """
        source = Source.of(path)
        sha256 = source.sha256()
        source.check_unchanged()
        body = {
            "filename": filename or source.path.name,
            "content_type": content_type,
            "size": source.size,
            **fields,
            "sha256": sha256,
            "part_checksums": True,
        }
        answer = self._parley.call("POST", "/v1/upload", body=body)
        return Started(str(answer["upload_id"]), source.size, source.modified_ns, sha256)

    def resume(self, started: Started, path: str | Path) -> str:
        """Send what S3 does not have yet, complete, and wait for the check; the media's id.

        Raises `FileChanged` where the file is not the one that the upload was started with.
        """
        source = Source.of(path)
        _check_same(source, started)
        try:
            self._send_missing(source, started)
            self._wait_for_verdict(started)
        except Refused as refusal:
            raise UploadFailed(str(refusal), started) from refusal
        except (Unreachable, *_UNREACHED) as error:
            raise UploadFailed(f"Nothing answers: {error}", started) from error
        return started.upload_id

    def _send_missing(self, source: Source, started: Started) -> None:
        progress = self._parley.call("GET", f"/v1/upload/{started.upload_id}/progress")
        if progress["status"] in _ENDED:
            raise UploadEnded(f"The upload is {progress['status']}", started)
        if progress["status"] != "uploading":
            return
        if progress["method"] == "post":
            self._send_form(source, started)
        else:
            self._send_parts(source, started, progress)
        source.check_unchanged()
        self._parley.call("POST", "/v1/upload/complete", body={"upload_id": started.upload_id})

    def _send_form(self, source: Source, started: Started) -> None:
        def attempt() -> int:
            body = {"upload_id": started.upload_id, "part_numbers": [1]}
            return transfer.post_form(self._parley.call("POST", "/v1/upload/chunk", body=body)["post"], source)

        self._progress(0, source.size)
        _insist(attempt, started)
        self._progress(source.size, source.size)

    def _send_parts(self, source: Source, started: Started, progress: dict[str, Any]) -> None:
        part_size = int(progress["part_size"])
        _check_arrived(source, progress["checksums"], part_size)
        done = int(progress["bytes_received"])
        self._progress(done, source.size)

        def send(part: dict[str, Any]) -> int:
            number = int(part["part_number"])
            fresh = [part]

            def attempt() -> int:
                signed = fresh.pop() if fresh else self._sign(source, started, [number], part_size)[0]
                return transfer.put_part(signed, source, (number - 1) * part_size)

            _insist(attempt, started)
            return int(part["size"])

        missing = progress["parts_missing"]
        pool = ThreadPoolExecutor(self._workers)
        try:
            for first in range(0, len(missing), PARTS_SIGNED_AT_ONCE):
                numbers = missing[first : first + PARTS_SIGNED_AT_ONCE]
                sending = [pool.submit(send, part) for part in self._sign(source, started, numbers, part_size)]
                for sent in as_completed(sending):
                    done += sent.result()
                    self._progress(done, source.size)
        finally:
            pool.shutdown(cancel_futures=True)

    def _sign(self, source: Source, started: Started, numbers: list[int], part_size: int) -> list[dict[str, Any]]:
        checksums = {str(number): _sha256_of_part(source, number, part_size) for number in numbers}
        body = {"upload_id": started.upload_id, "part_numbers": numbers, "checksums": checksums}
        parts: list[dict[str, Any]] = self._parley.call("POST", "/v1/upload/chunk", body=body)["parts"]
        return parts

    def _wait_for_verdict(self, started: Started) -> None:
        deadline = time.monotonic() + self._verdict_seconds
        pause = 0.2
        while time.monotonic() < deadline:
            media = self._parley.call("GET", f"/v1/media/{started.upload_id}")
            if media["status"] == "rejected":
                raise UploadRejected(str(media.get("reason")), started)
            if media["status"] in _ENDED:
                raise UploadEnded(f"The upload is {media['status']}", started)
            if media["status"] == "ready":
                return
            time.sleep(min(pause, max(0.0, deadline - time.monotonic())))
            pause = min(2 * pause, 5.0)
        if self._verdict_seconds:
            raise NotCheckedYet(f"The check has not ended within {self._verdict_seconds:g} s", started)


def _check_same(source: Source, started: Started) -> None:
    """Raises `FileChanged` unless this is the file that the upload was started with."""
    if source.size != started.size:
        raise FileChanged(f"{source.path} has {source.size} bytes, and had {started.size} when its upload began")
    if source.modified_ns != started.modified_ns and source.sha256() != started.sha256:
        raise FileChanged(f"{source.path} is not what it was when its upload began")


def _check_arrived(source: Source, checksums: dict[str, str], part_size: int) -> None:
    """Raises `FileChanged` unless the parts that have arrived are the file's."""
    for number, sha256 in checksums.items():
        if _sha256_of_part(source, int(number), part_size) != sha256:
            raise FileChanged(f"Part {number} of {source.path} is not what has arrived of it")


def _sha256_of_part(source: Source, number: int, part_size: int) -> str:
    first = (number - 1) * part_size
    return source.sha256(first, min(part_size, source.size - first))


def _insist(attempt: Callable[[], int], started: Started) -> None:
    """Try until S3 says 2xx, with pauses that grow; each attempt after the first has its request signed anew."""
    status = 0
    for number in range(ATTEMPTS):
        try:
            status = attempt()
        except _UNREACHED:
            status = 0
        if 200 <= status < 300:  # noqa: PLR2004
            return
        if status in _REFUSED_FOR_GOOD and number > 0:
            break
        time.sleep(pause(number))
    raise UploadFailed(f"S3 answered {status or 'nothing'}", started)
