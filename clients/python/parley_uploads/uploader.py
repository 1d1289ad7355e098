"""The uploader. It keeps no state of its own: what has arrived it asks Parley, which asks S3.

Memory does not grow with the file: each worker streams its part from the disk, 64 KiB at a time.
"""

import hashlib
import http.client
import random
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from parley_uploads.api import Api

CHUNK_BYTES = 64 * 1024
PARTS_SIGNED_AT_ONCE = 100
ATTEMPTS = 6
LONGEST_PAUSE_SECONDS = 20.0
TIMEOUT_SECONDS = 60
_REFUSED_FOR_GOOD = frozenset({400, 403, 404, 411, 412, 413})


class UploadFailed(Exception):
    """S3 did not take a part after all attempts; the upload can be resumed."""


class Uploader:
    """Uploads files with `workers` parts at once. `progress` is told the bytes that have arrived and the whole."""

    def __init__(
        self, api: Api, *, workers: int = 4, progress: Callable[[int, int], None] = lambda _done, _whole: None
    ) -> None:
        self._api, self._workers, self._progress = api, workers, progress

    def upload(self, path: Path, content_type: str, *, filename: str | None = None, **fields: Any) -> str:
        """Upload a file and have it checked; the media's id. `fields` go into the start: `sha256`, `part_checksums`, …

        Raises `UploadFailed`, `Refused`. To go on after either, keep the id that `start` gives and use `resume`.
        """
        upload_id = self.start(path, content_type, filename=filename, **fields)
        self.resume(upload_id, path, part_checksums=bool(fields.get("part_checksums")))
        return upload_id

    def start(self, path: Path, content_type: str, *, filename: str | None = None, **fields: Any) -> str:
        """Only reserve the place; keep the id to go on with `resume`, in this process or another."""
        body = {"filename": filename or path.name, "content_type": content_type, "size": path.stat().st_size}
        started = self._api.request("POST", "/v1/upload", body | fields)
        return str(started["upload_id"])

    def resume(self, upload_id: str, path: Path, *, part_checksums: bool = False) -> None:
        """Send what S3 does not have yet, then complete."""
        progress = self._api.request("GET", f"/v1/upload/{upload_id}/progress")
        if progress["status"] == "uploading" and progress["method"] == "post":
            self._send_form(upload_id, path)
        elif progress["status"] == "uploading":
            self._send_parts(upload_id, path, progress, part_checksums=part_checksums)
        self._api.request("POST", "/v1/upload/complete", {"upload_id": upload_id})

    def _send_form(self, upload_id: str, path: Path) -> None:
        def attempt() -> int:
            signed = self._api.request("POST", "/v1/upload/chunk", {"upload_id": upload_id, "part_numbers": [1]})
            return _post(signed["post"], path.read_bytes())

        _insist(attempt)

    def _send_parts(self, upload_id: str, path: Path, progress: dict[str, Any], *, part_checksums: bool) -> None:
        missing, part_size = progress["parts_missing"], int(progress["part_size"])
        done, whole = int(progress["bytes_received"]), int(progress["bytes_total"])

        def send(part: dict[str, Any]) -> int:
            number = int(part["part_number"])
            fresh = [part]

            def attempt() -> int:
                signed = fresh.pop() if fresh else self._sign(upload_id, path, [number], part_size, part_checksums)[0]
                return _put(signed, path, (number - 1) * part_size)

            _insist(attempt)
            return int(part["size"])

        with ThreadPoolExecutor(self._workers) as pool:
            for first in range(0, len(missing), PARTS_SIGNED_AT_ONCE):
                numbers = missing[first : first + PARTS_SIGNED_AT_ONCE]
                for sent in pool.map(send, self._sign(upload_id, path, numbers, part_size, part_checksums)):
                    done += sent
                    self._progress(done, whole)

    def _sign(
        self,
        upload_id: str,
        path: Path,
        numbers: list[int],
        part_size: int,
        part_checksums: bool,  # noqa: FBT001
    ) -> list[dict[str, Any]]:
        body: dict[str, Any] = {"upload_id": upload_id, "part_numbers": numbers}
        if part_checksums:
            body["checksums"] = {str(number): _sha256(path, (number - 1) * part_size, part_size) for number in numbers}
        parts: list[dict[str, Any]] = self._api.request("POST", "/v1/upload/chunk", body)["parts"]
        return parts


def _insist(attempt: Callable[[], int]) -> None:
    """Try until S3 says 2xx, with pauses that grow; each attempt after the first has its request signed anew."""
    status = 0
    for number in range(ATTEMPTS):
        try:
            status = attempt()
        except (OSError, http.client.HTTPException):
            status = 0
        if 200 <= status < 300:  # noqa: PLR2004
            return
        if status in _REFUSED_FOR_GOOD and number > 0:
            break
        time.sleep(random.uniform(0, min(LONGEST_PAUSE_SECONDS, 0.2 * 2**number)))  # noqa: S311
    raise UploadFailed(f"S3 answered {status or 'nothing'}")


def _put(part: dict[str, Any], path: Path, first: int) -> int:
    return _send("PUT", part["url"], _slice(path, first, int(part["size"])), part["headers"])


def _post(form: dict[str, Any], body: bytes) -> int:
    boundary = uuid.uuid4().hex
    fields = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in form["fields"].items()
    )
    head = f'{fields}--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n\r\n'
    whole = head.encode() + body + f"\r\n--{boundary}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Content-Length": str(len(whole))}
    return _send("POST", form["url"], iter([whole]), headers)


def _send(method: str, url: str, body: Iterator[bytes], headers: dict[str, str]) -> int:
    address = urlsplit(url)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.netloc, timeout=TIMEOUT_SECONDS)
    try:
        connection.request(method, f"{address.path}?{address.query}", body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def _slice(path: Path, first: int, length: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        while length > 0 and (chunk := file.read(min(CHUNK_BYTES, length))):
            length -= len(chunk)
            yield chunk


def _sha256(path: Path, first: int, length: int) -> str:
    digest = hashlib.sha256()
    for chunk in _slice(path, first, length):
        digest.update(chunk)
    return digest.hexdigest()
