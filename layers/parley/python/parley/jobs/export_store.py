"""The bucket of exports: a folder for each, `<tenant>/<job>/`, which the bucket's lifecycle empties.

A file is put together by a multipart upload, so no more of it than a part is ever in memory.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from parley import clock
from parley.media import storage
from parley.settings import job_settings

FILE_TYPE = "application/gzip"
URL_SECONDS = 15 * 60
CHUNK_BYTES = 1024 * 1024
_GONE = frozenset({"404", "NoSuchKey", "NoSuchUpload", "NotFound"})


@dataclass(frozen=True, slots=True)
class Finished:
    """A file that is complete."""

    size: int
    sha256: str


def folder(tenant_id: str, job_id: str) -> str:
    return f"{tenant_id}/{job_id}/"


def _arguments(key: str) -> dict[str, str]:
    return {"Bucket": job_settings().export_bucket, "Key": key}


def begin(key: str) -> str:
    """Open a multipart upload; one that nobody remembers is ended by the bucket's lifecycle."""
    answer = storage.client().create_multipart_upload(**_arguments(key), ContentType=FILE_TYPE)
    return str(answer["UploadId"])


def put_part(key: str, upload_id: str, number: int, body: bytes) -> str:
    """Upload a part, or the same part again; its ETag."""
    answer = storage.client().upload_part(**_arguments(key), UploadId=upload_id, PartNumber=number, Body=body)
    return str(answer["ETag"])


def complete(key: str, upload_id: str, etags: list[str]) -> Finished:
    """Put the file together, unless an earlier run has, and read it once for its size and its SHA-256."""
    parts = [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(etags, start=1)]
    try:
        storage.client().complete_multipart_upload(
            **_arguments(key), UploadId=upload_id, MultipartUpload={"Parts": parts}
        )
    except ClientError as error:
        if error.response["Error"].get("Code") not in _GONE:
            raise
    digest, size = hashlib.sha256(), 0
    answer = storage.client().get_object(**_arguments(key))
    for chunk in answer["Body"].iter_chunks(CHUNK_BYTES):
        digest.update(chunk)
        size += len(chunk)
    return Finished(size, digest.hexdigest())


def put(key: str, body: bytes, content_type: str) -> None:
    storage.client().put_object(**_arguments(key), Body=body, ContentType=content_type)


def get(key: str) -> bytes:
    return bytes(storage.client().get_object(**_arguments(key))["Body"].read())


def remove(key: str) -> None:
    """Remove an object; fine when it is gone."""
    storage.client().delete_object(**_arguments(key))


def remove_all(prefix: str) -> None:
    """Remove whatever lies below a prefix, also what is still being uploaded there."""
    bucket = job_settings().export_bucket
    while True:
        found = storage.client().list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
        if not found:
            return
        for each in found:
            remove(each["Key"])


def abort(key: str, upload_id: str) -> None:
    """Free the parts of an upload; fine when it is gone."""
    try:
        storage.client().abort_multipart_upload(**_arguments(key), UploadId=upload_id)
    except ClientError as error:
        if error.response["Error"].get("Code") not in _GONE:
            raise


def sign(key: str, filename: str) -> tuple[str, clock.Milliseconds]:
    """A URL to fetch a file by, and until when it is good: a quarter of an hour, or less where the session ends."""
    now = clock.now_ms()
    until = now + URL_SECONDS * 1000
    ends = storage.own_session_ends()
    if ends is not None:
        until = min(until, ends)
    parameters: dict[str, Any] = {
        **_arguments(key),
        "ResponseContentDisposition": f'attachment; filename="{filename}"',
        "ResponseCacheControl": "no-store",
    }
    url = storage.client().generate_presigned_url("get_object", parameters, ExpiresIn=max(1, (until - now) // 1000))
    return str(url), until
