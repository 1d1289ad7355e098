"""What crosses the wire about uploads, media and downloads."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from parley.ids import ConversationId
from parley.texts import check_name, what_is_seen
from parley.wire import Answer, Body, Timestamp

MAX_PARTS_PER_CALL = 100
UploadMethod = Literal["post", "multipart"]
Status = Literal["uploading", "processing", "ready", "rejected", "aborted", "expired", "deleted"]
Variant = Literal["original", "thumb_128", "thumb_256", "thumb_1024", "poster"]
Disposition = Literal["attachment", "inline"]
MAX_URLS_PER_CALL = 100
DISPOSITION = (
    "`inline` shows a file in place where its type is safe to show; unless it is said, originals are attachments and "
    "smaller pictures inline"
)


def _check_filename(name: str) -> str:
    if "/" in name or "\\" in name:
        raise ValueError("a file name has no slashes")
    if not what_is_seen(name).strip("."):
        raise ValueError("a file name is not dots alone: those name folders")
    return check_name(name)


Filename = Annotated[
    str, StringConstraints(min_length=1, max_length=255, strip_whitespace=True), AfterValidator(_check_filename)
]
ContentType = Annotated[
    str, StringConstraints(max_length=127, pattern=r"^$|^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+( *; *[ -~]*)?$")
]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
MediaId = Annotated[str, StringConstraints(min_length=1, max_length=80)]
PartNumber = Annotated[int, Field(ge=1, le=10_000)]


class StartUpload(Body):
    """A file to upload. With `sha256`, content that differs is refused or rejected."""

    filename: Filename
    content_type: ContentType = Field(
        description="As the client knows it; empty or `application/octet-stream` where it does not: content decides"
    )
    size: int = Field(ge=1, description="Its exact length in bytes; over the tenant's `max_upload_bytes` it is 413")
    sha256: Sha256 | None = None
    conversation_id: ConversationId | None = Field(None, description="Where it is meant for; the caller is a member")
    part_checksums: bool = Field(
        default=False, description="Sign each part with its own SHA-256; such parts cannot be signed without it"
    )


class PostForm(Answer):
    """A form to post to S3 as `multipart/form-data`: these fields, then `file`."""

    url: str
    fields: dict[str, str]
    expires_at: Timestamp


class Upload(Answer):
    """An upload that has started. Its id is that of the media that it becomes."""

    upload_id: str
    media_id: str
    status: Status
    method: UploadMethod
    post: PostForm | None = None
    part_size: int | None = None
    part_count: int | None = None
    expires_at: Timestamp


class SignParts(Body):
    """The parts to sign. `checksums` (part number → SHA-256 in hex) is for uploads with `part_checksums`."""

    upload_id: MediaId
    part_numbers: list[PartNumber] = Field(min_length=1, max_length=MAX_PARTS_PER_CALL)
    checksums: dict[str, Sha256] = Field(default_factory=dict, max_length=MAX_PARTS_PER_CALL)


class SignedPart(Answer):
    """PUT these `size` bytes to `url` with these headers, beside the length that any client sends, by `expires_at`."""

    part_number: int
    url: str
    size: int
    headers: dict[str, str]
    expires_at: Timestamp


class SignedParts(Answer):
    """Signed requests: one a part, or the form of an upload that is a single post."""

    upload_id: str
    parts: list[SignedPart] = Field(default_factory=list)
    post: PostForm | None = None


class Progress(Answer):
    """What S3 has received."""

    upload_id: str
    status: Status
    method: UploadMethod
    bytes_received: int
    bytes_total: int
    percent: float
    part_size: int | None = None
    part_count: int
    parts_received: list[int]
    parts_missing: list[int]
    checksums: dict[str, str] = Field(
        default_factory=dict, description="Of uploads with `part_checksums`: the SHA-256 (hex) of each part received"
    )
    expires_at: Timestamp


class CompleteUpload(Body):
    upload_id: MediaId


class Redriven(Answer):
    """How many checks that had failed are being tried again."""

    redriven: int


class Thumbnail(Answer):
    """A smaller picture of the media: WebP, without metadata."""

    width: int
    height: int
    size: int


class Media(Answer):
    """A file. `content_type`, size and hash are the real ones once it is `ready`.

    One that is `ready` may have no preview, since it is broken or too large to be made small.
    """

    id: str
    owner_id: str
    status: Status
    reason: str | None = Field(None, description="Why it was rejected or, of a ready file, why it has no preview")
    filename: str
    content_type: str
    charset: str | None = Field(None, description="The encoding of a text, where it was verified")
    size: int
    sha256: str | None
    uploaded_size: int = Field(description="Before metadata, as places and cameras, was removed from it")
    uploaded_sha256: str | None = Field(description="Of the bytes as they were uploaded, or the one that was announced")
    width: int | None = None
    height: int | None = None
    duration_ms: int | None = None
    waveform: list[int] | None = Field(
        None,
        description="Of a recording of up to 15 minutes: how loud each of 64 parts is, from 0 to 100, against the "
        "loudest",
    )
    pages: int | None = None
    preview: Literal["made", "none", "failed"] | None = Field(
        None, description="Whether pictures of it were made; `none` for a type that has none"
    )
    metadata: Literal["kept", "removed", "unreadable"] | None = Field(
        None,
        description="`removed`: nothing is left of place, time, people and devices. `kept`: the tenant's setting, or a "
        "type that is delivered as it came. `unreadable`: signed, encrypted, of older Office or not built as its "
        "format says, so some or all of it is still there",
    )
    thumbnails: dict[str, Thumbnail] = Field(default_factory=dict)
    created_at: Timestamp
    ready_at: Timestamp | None = None
    version: int


class SignedUrl(Answer):
    """Where to fetch a variant until `expires_at`, with no header but what a page's own elements send.

    It honours `Range`. `disposition` is `attachment` for what a browser could run as a page, whatever was asked for.
    """

    url: str
    expires_at: Timestamp = Field(description="Ask again before that; it may be sooner than asked for")
    media_id: str
    variant: str
    disposition: Disposition
    content_type: str
    size: int


class WantedUrl(Body):
    """A file, or a smaller picture of it, to have a URL for."""

    media_id: MediaId
    variant: Variant = "original"
    disposition: Disposition | None = Field(None, description=DISPOSITION)


class SignDownloads(Body):
    """What a page shows: a URL for each, in one call."""

    items: list[WantedUrl] = Field(min_length=1, max_length=MAX_URLS_PER_CALL)
    ttl: int = Field(3600, ge=60, le=86_400, description="How long the URLs work, in seconds")


class SigningResult(Answer):
    """A URL, or the code of the problem that `GET /v1/download/{id}/signed` would have answered."""

    media_id: str
    variant: str
    signed: SignedUrl | None = None
    code: str | None = None
    retryable: bool = False


class SignedUrls(Answer):
    """A result for each of what was asked for, in that order."""

    data: list[SigningResult]


class Download(Answer):
    """A signed URL that was handed out; asking again within ten minutes gives it again.

    `bytes_sent` is what the access log has counted for it so far.
    """

    id: str
    user_id: str
    variant: str
    bytes_expected: int
    bytes_sent: int
    requests: int
    created_at: Timestamp
    valid_until: Timestamp
