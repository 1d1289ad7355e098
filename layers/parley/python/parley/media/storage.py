"""S3: where files lie, and the requests that clients may send there on their own.

Uploads go to `quarantine/<tenant>/<media>`, which nobody but the uploader's signed requests and the check can reach. A
checked file lies under `media/<tenant>/<media>/<fingerprint>/`, with its variants beside it, and never changes there.

boto3 presigns S3 requests with SigV2 unless told otherwise, which would bind neither length nor headers.
"""

import base64
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any, cast

from botocore.exceptions import ClientError

from parley import aws, clock
from parley.settings import media_settings

QUARANTINE = "quarantine/"
CHECKED = "media/"
ORIGINAL = "original"
WRITTEN_PART_BYTES = 8 * 1024 * 1024
COPIED_PART_BYTES = 256 * 1024 * 1024
"""S3 copies so much well within the client's read timeout; what is larger is copied in parts of it, some at once."""
COPIES_AT_ONCE = 8
UPLOAD_URL_SECONDS = 3600
ROLE_SESSION_SECONDS = 3600
"""The longest session that a role may have whose credentials another role's session asked for."""
ROLE_SESSION_MARGIN_MS = 30 * 60 * 1000
_GONE = frozenset({"404", "NoSuchKey", "NoSuchUpload", "NotFound"})
_CHANGED = frozenset({"PreconditionFailed", "412"})


class ObjectChanged(Exception):
    """The object is no longer the one that was looked at."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as S3 knows it; `etag` names this content."""

    key: str
    size: int
    etag: str


@dataclass(frozen=True, slots=True)
class StoredPart:
    """A part that S3 has; `sha256` in hex, where the upload was started with checksums."""

    number: int
    size: int
    etag: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Signed:
    """A request that a client may send: `headers` must be sent as they are, `expires_at` is when S3 refuses it.

    They name nothing that clients send by themselves: a browser refuses to have its `Content-Length` set.
    """

    url: str
    expires_at: clock.Milliseconds
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class SignedPost:
    """A form that a client may post."""

    url: str
    fields: dict[str, str]
    expires_at: clock.Milliseconds


def quarantine_key(tenant_id: str, media_id: str) -> str:
    return f"{QUARANTINE}{tenant_id}/{media_id}"


def parse_quarantine_key(key: str) -> tuple[str, str] | None:
    """Tenant and media that an object in quarantine belongs to; None for any other object."""
    parts = key.removeprefix(QUARANTINE).split("/")
    return (parts[0], parts[1]) if key.startswith(QUARANTINE) and len(parts) == 2 else None  # noqa: PLR2004


def checked_folder(tenant_id: str, media_id: str, fingerprint: str) -> str:
    return f"{CHECKED}{tenant_id}/{media_id}/{fingerprint}/"


_CONFIGURATION = {
    "signature_version": "s3v4",
    "connect_timeout": 1,
    "read_timeout": 20,
    "retries": {"mode": "standard", "total_max_attempts": 3},
    "s3": {"addressing_style": "auto", "us_east_1_regional_endpoint": "regional"},
    "request_checksum_calculation": "when_required",
    "response_checksum_validation": "when_required",
}


@cache
def client() -> Any:
    """The process's S3 client, with the function's own role."""
    return aws.client("s3", _CONFIGURATION)


class _UploadSigner:
    """Signs what clients upload, with credentials whose end is known.

    A URL dies with the session that signed it, whatever it says itself, and a function cannot see when its own session
    ends. So where `upload_role` is set, a session of that role is opened for an hour and used while half of it is left.
    """

    def __init__(self) -> None:
        self._client: Any = None
        self._ends = 0

    def client_until(self) -> tuple[Any, clock.Milliseconds]:
        """A client to sign with, and until when what it signs can be valid."""
        role = media_settings().upload_role
        if not role:
            return client(), clock.now_ms() + UPLOAD_URL_SECONDS * 1000
        if self._ends - clock.now_ms() < ROLE_SESSION_MARGIN_MS:
            opened = aws.client("sts").assume_role(
                RoleArn=role, RoleSessionName="parley-uploads", DurationSeconds=ROLE_SESSION_SECONDS
            )["Credentials"]
            self._client = aws.client(
                "s3",
                _CONFIGURATION,
                aws_access_key_id=opened["AccessKeyId"],
                aws_secret_access_key=opened["SecretAccessKey"],
                aws_session_token=opened["SessionToken"],
            )
            self._ends = clock.from_datetime(opened["Expiration"])
        return self._client, self._ends


upload_signer = _UploadSigner()


def own_session_ends() -> clock.Milliseconds | None:
    """When the credentials that `client` signs with end, where botocore knows."""
    from botocore.credentials import RefreshableCredentials  # noqa: PLC0415 - loaded with the client that it is about

    credentials = aws.session().get_credentials()
    if isinstance(credentials, RefreshableCredentials):
        credentials.get_frozen_credentials()
        return clock.from_datetime(cast("Any", credentials)._expiry_time)  # noqa: SLF001 - it has no public name
    return None


def sign_post(key: str, content_type: str, size: int, sha256: str | None) -> SignedPost:
    """A form for exactly this key, type and length, and this content where its SHA-256 is given."""
    signer, until = upload_signer.client_until()
    now = clock.now_ms()
    expires_at = min(until, now + UPLOAD_URL_SECONDS * 1000)
    fields = {"Content-Type": content_type, "success_action_status": "204"}
    if sha256 is not None:
        fields |= {"x-amz-checksum-algorithm": "SHA256", "x-amz-checksum-sha256": _base64(sha256)}
    conditions: list[Any] = [{name: value} for name, value in fields.items()]
    conditions.append(["content-length-range", size, size])
    form = signer.generate_presigned_post(
        media_settings().bucket, key, fields, conditions, ExpiresIn=(expires_at - now) // 1000
    )
    return SignedPost(form["url"], form["fields"], expires_at)


def start_multipart(key: str, content_type: str, *, checksums: bool) -> str:
    """Open a multipart upload; with `checksums` S3 demands each part's SHA-256."""
    algorithm = {"ChecksumAlgorithm": "SHA256", "ChecksumType": "COMPOSITE"} if checksums else {}
    answer = client().create_multipart_upload(
        Bucket=media_settings().bucket, Key=key, ContentType=content_type, **algorithm
    )
    return str(answer["UploadId"])


def sign_part(key: str, s3_upload_id: str, number: int, size: int, sha256: str | None) -> Signed:
    """A URL for one part: S3 refuses another length, and another content where its SHA-256 (hex) is given."""
    signer, until = upload_signer.client_until()
    now = clock.now_ms()
    expires_at = min(until, now + UPLOAD_URL_SECONDS * 1000)
    parameters: dict[str, Any] = {
        "Bucket": media_settings().bucket,
        "Key": key,
        "UploadId": s3_upload_id,
        "PartNumber": number,
        "ContentLength": size,
    }
    headers: dict[str, str] = {}
    if sha256 is not None:
        parameters["ChecksumSHA256"] = headers["x-amz-checksum-sha256"] = _base64(sha256)
    url = signer.generate_presigned_url("upload_part", parameters, ExpiresIn=(expires_at - now) // 1000)
    return Signed(url, expires_at, headers)


def list_parts(key: str, s3_upload_id: str) -> list[StoredPart] | None:
    """The parts that S3 has; None when it knows no such upload (any more)."""
    parts: list[StoredPart] = []
    marker: dict[str, Any] = {}
    while True:
        try:
            page = client().list_parts(Bucket=media_settings().bucket, Key=key, UploadId=s3_upload_id, **marker)
        except ClientError as error:
            if _code(error) in _GONE:
                return None
            raise
        parts += [
            StoredPart(part["PartNumber"], part["Size"], part["ETag"], _hexadecimal(part.get("ChecksumSHA256")))
            for part in page.get("Parts", [])
        ]
        if not page.get("IsTruncated"):
            return parts
        marker = {"PartNumberMarker": page["NextPartNumberMarker"]}


def complete_multipart(key: str, s3_upload_id: str, parts: list[StoredPart]) -> bool:
    """Put the object together from these parts; false when S3 knows no such upload (any more)."""
    listed = [
        {"PartNumber": part.number, "ETag": part.etag}
        | ({"ChecksumSHA256": _base64(part.sha256)} if part.sha256 is not None else {})
        for part in parts
    ]
    try:
        client().complete_multipart_upload(
            Bucket=media_settings().bucket, Key=key, UploadId=s3_upload_id, MultipartUpload={"Parts": listed}
        )
    except ClientError as error:
        if _code(error) in _GONE:
            return False
        raise
    return True


def abort_multipart(key: str, s3_upload_id: str) -> None:
    """Free the parts of an upload; fine when it is gone."""
    try:
        client().abort_multipart_upload(Bucket=media_settings().bucket, Key=key, UploadId=s3_upload_id)
    except ClientError as error:
        if _code(error) not in _GONE:
            raise


def head(key: str) -> StoredObject | None:
    """What lies at a key."""
    try:
        found = client().head_object(Bucket=media_settings().bucket, Key=key)
    except ClientError as error:
        if _code(error) in _GONE:
            return None
        raise
    return StoredObject(key, found["ContentLength"], found["ETag"])


def read_chunks(stored: StoredObject, chunk_size: int) -> Iterator[bytes]:
    """The bytes of exactly this object, chunk by chunk; raises `ObjectChanged` when another lies there now."""
    try:
        answer = client().get_object(Bucket=media_settings().bucket, Key=stored.key, IfMatch=stored.etag)
    except ClientError as error:
        if _code(error) in _CHANGED | _GONE:
            raise ObjectChanged from None
        raise
    yield from answer["Body"].iter_chunks(chunk_size)


def promote(stored: StoredObject, key: str, *, content_type: str, cache_control: str) -> None:
    """Copy exactly this object to `key`; raises `ObjectChanged` when another lies there now.

    Its owner's signed requests may still write to quarantine: what was checked must be what is delivered.
    """
    source = {"CopySource": {"Bucket": media_settings().bucket, "Key": stored.key}, "CopySourceIfMatch": stored.etag}
    target = {"Bucket": media_settings().bucket, "Key": key}
    described = {"ContentType": content_type, "CacheControl": cache_control}
    try:
        if stored.size > COPIED_PART_BYTES:
            _copy_in_parts(stored.size, source, target, described)
            return
        replaced = {"MetadataDirective": "REPLACE", "TaggingDirective": "REPLACE"}
        client().copy_object(**target, **source, **replaced, **described)
    except ClientError as error:
        if _code(error) in _CHANGED | _GONE:
            raise ObjectChanged from None
        raise


def _copy_in_parts(size: int, source: dict[str, Any], target: dict[str, str], described: dict[str, str]) -> None:
    """Each part is of exactly this object, and the copy is there with its last or not at all."""
    s3 = client()
    upload_id = s3.create_multipart_upload(**target, **described)["UploadId"]

    def copy(number: int) -> dict[str, Any]:
        start = (number - 1) * COPIED_PART_BYTES
        end = min(size, start + COPIED_PART_BYTES) - 1
        answer = s3.upload_part_copy(
            **target, **source, UploadId=upload_id, PartNumber=number, CopySourceRange=f"bytes={start}-{end}"
        )
        return {"PartNumber": number, "ETag": answer["CopyPartResult"]["ETag"]}

    try:
        pool = ThreadPoolExecutor(COPIES_AT_ONCE)
        try:
            parts = list(pool.map(copy, range(1, -(-size // COPIED_PART_BYTES) + 1)))
        finally:
            pool.shutdown(cancel_futures=True)
        s3.complete_multipart_upload(**target, UploadId=upload_id, MultipartUpload={"Parts": parts})
    except BaseException:
        abort_multipart(target["Key"], upload_id)
        raise


def write(key: str, chunks: Iterable[bytes], *, content_type: str, cache_control: str) -> None:
    """Write an object from a stream of any length, with about a part of it in memory.

    What a crash leaves of a multipart upload, the bucket's lifecycle rule ends.
    """
    bucket, described = media_settings().bucket, {"ContentType": content_type, "CacheControl": cache_control}
    parts = _parts(chunks)
    first, more = next(parts, b""), next(parts, None)
    if more is None:
        put(key, first, content_type=content_type, cache_control=cache_control)
        return
    upload_id = client().create_multipart_upload(Bucket=bucket, Key=key, **described)["UploadId"]
    try:
        written = []
        for number, part in enumerate(chain([first, more], parts), 1):
            answer = client().upload_part(Bucket=bucket, Key=key, UploadId=upload_id, PartNumber=number, Body=part)
            written.append({"PartNumber": number, "ETag": answer["ETag"]})
        client().complete_multipart_upload(
            Bucket=bucket, Key=key, UploadId=upload_id, MultipartUpload={"Parts": written}
        )
    except BaseException:
        abort_multipart(key, upload_id)
        raise


def _parts(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The stream in parts of one size, the last one smaller."""
    part = bytearray()
    for chunk in chunks:
        part += chunk
        if len(part) >= WRITTEN_PART_BYTES:
            yield bytes(part[:WRITTEN_PART_BYTES])
            del part[:WRITTEN_PART_BYTES]
    if part:
        yield bytes(part)


def put(key: str, body: bytes, *, content_type: str, cache_control: str) -> None:
    client().put_object(
        Bucket=media_settings().bucket, Key=key, Body=body, ContentType=content_type, CacheControl=cache_control
    )


def delete(*object_keys: str) -> None:
    """Remove objects; fine when they are gone."""
    for key in object_keys:
        client().delete_object(Bucket=media_settings().bucket, Key=key)


def tags(key: str) -> dict[str, str]:
    """The tags of an object; none when it is gone."""
    try:
        found = client().get_object_tagging(Bucket=media_settings().bucket, Key=key)
    except ClientError as error:
        if _code(error) in _GONE:
            return {}
        raise
    return {tag["Key"]: tag["Value"] for tag in found["TagSet"]}


def sign_get(key: str, seconds: int, **overrides: str) -> Signed:
    """A URL to fetch an object, signed by the function's own session: it may end before the URL does."""
    now = clock.now_ms()
    expires_at = now + seconds * 1000
    ends = own_session_ends()
    if ends is not None:
        expires_at = min(expires_at, ends)
    parameters = {"Bucket": media_settings().bucket, "Key": key, **overrides}
    url = client().generate_presigned_url("get_object", parameters, ExpiresIn=max(1, (expires_at - now) // 1000))
    return Signed(url, expires_at, {})


def _base64(hexadecimal: str) -> str:
    return base64.b64encode(bytes.fromhex(hexadecimal)).decode()


def _hexadecimal(checksum: str | None) -> str | None:
    return None if checksum is None else base64.b64decode(checksum).hex()


def _code(error: ClientError) -> str:
    return str(error.response["Error"].get("Code"))
