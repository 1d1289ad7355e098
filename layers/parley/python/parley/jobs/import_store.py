"""The file of an import, in the bucket of exports, whose lifecycle empties it: `<tenant>/<job>/import.jsonl`.

A large one comes in parts, of which S3 says what has arrived; the job knows the upload that they belong to.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from parley import clock
from parley.errors import ImportFileMissing, PartsMissing
from parley.jobs import export_store
from parley.jobs.store import StoredJob
from parley.media import storage
from parley.settings import job_settings

NAME = "import.jsonl"
UPLOAD_SECONDS = 3600
CHUNK_BYTES = 1024 * 1024
PART_BYTES = 64 * 1024 * 1024
_GONE = frozenset({"404", "NoSuchKey", "NoSuchUpload", "NotFound", "InvalidRange"})


def key(job: StoredJob) -> str:
    return export_store.folder(job.tenant_id, job.id) + NAME


def _arguments(job: StoredJob) -> dict[str, str]:
    return {"Bucket": job_settings().export_bucket, "Key": key(job)}


@dataclass(frozen=True, slots=True)
class SignedPart:
    """Where a part is to be put, and until when."""

    number: int
    size: int
    url: str
    until: clock.Milliseconds


def sign_upload(job: StoredJob) -> tuple[str, clock.Milliseconds]:
    """A URL to put the file to, which binds its length, and until when it is good."""
    return _sign("put_object", {**_arguments(job), "ContentLength": job.state["size"]})


def begin_parts(job: StoredJob) -> str:
    """Open the upload of a file in parts; one that nobody remembers is ended by the bucket's lifecycle."""
    return export_store.begin(key(job))


def sign_parts(job: StoredJob) -> list[SignedPart]:
    """Where the parts are to be put: each URL binds the length of its own."""
    uploaded = {**_arguments(job), "UploadId": job.state["upload_id"]}
    return [
        SignedPart(number, size, *_sign("upload_part", {**uploaded, "PartNumber": number, "ContentLength": size}))
        for number, size in _sizes(job).items()
    ]


def _sizes(job: StoredJob) -> dict[int, int]:
    """The parts by their numbers: all are of one size but the last."""
    starts = range(0, job.state["size"], PART_BYTES)
    return {number: min(PART_BYTES, job.state["size"] - start) for number, start in enumerate(starts, 1)}


def _sign(operation: str, parameters: dict[str, Any]) -> tuple[str, clock.Milliseconds]:
    now = clock.now_ms()
    until = now + UPLOAD_SECONDS * 1000
    ends = storage.own_session_ends()
    if ends is not None:
        until = min(until, ends)
    url = storage.client().generate_presigned_url(operation, parameters, ExpiresIn=max(1, (until - now) // 1000))
    return str(url), until


def check_there(job: StoredJob) -> None:
    """Have the file there, of its parts where it comes in some. Raises `ImportFileMissing`, `PartsMissing`."""
    if job.state.get("upload_id") is not None:
        _complete(job, job.state["upload_id"])
    try:
        storage.client().head_object(**_arguments(job))
    except ClientError as error:
        if error.response["Error"].get("Code") in _GONE:
            raise ImportFileMissing from None
        raise


def _complete(job: StoredJob, upload_id: str) -> None:
    """Put the file together from what S3 has, unless that has been done."""
    uploaded = {**_arguments(job), "UploadId": upload_id}
    try:
        found = storage.client().list_parts(**uploaded).get("Parts", [])
        sizes = _sizes(job)
        whole = {part["PartNumber"]: part for part in found if sizes.get(part["PartNumber"]) == part["Size"]}
        missing = sorted(sizes.keys() - whole.keys())
        if missing:
            raise PartsMissing(missing_parts=missing)
        parts = [{"PartNumber": number, "ETag": whole[number]["ETag"]} for number in sizes]
        storage.client().complete_multipart_upload(**uploaded, MultipartUpload={"Parts": parts})
    except ClientError as error:
        if error.response["Error"].get("Code") not in _GONE:
            raise


def read(job: StoredJob, start: int = 0) -> Iterator[bytes]:
    """The file from a byte on, in pieces; of what is past its end S3 would refuse the range."""
    if start >= job.state["size"]:
        return
    answer = storage.client().get_object(**_arguments(job), Range=f"bytes={start}-")
    yield from answer["Body"].iter_chunks(CHUNK_BYTES)


def remove(job: StoredJob) -> None:
    export_store.remove(key(job))
