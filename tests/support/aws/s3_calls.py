"""Every S3 call that a function makes, held against its grants on buckets."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote

from infrastructure.access import BucketGrant
from parley.media import storage

_ACTIONS = {
    "CreateMultipartUpload": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "PutObject": "PutObject",
    "UploadPart": "PutObject",
    "UploadPartCopy": "PutObject",
    "HeadObject": "GetObject",
    "GetObject": "GetObject",
    "GetObjectTagging": "GetObjectTagging",
    "ListParts": "ListMultipartUploadParts",
    "AbortMultipartUpload": "AbortMultipartUpload",
    "DeleteObject": "DeleteObject",
}

Use = tuple[str, str]
"""An IAM action, without `s3:`, and the key that it was used on."""


@contextmanager
def s3_uses() -> Iterator[list[Use]]:
    """The uses of S3 inside; signing a URL for somebody else is none."""
    seen: list[Use] = []

    def record(model: Any, params: dict[str, Any], **_: Any) -> None:
        key = unquote(params["url_path"]).lstrip("/").partition("?")[0]
        seen.append((_ACTIONS[model.name], key))
        source = params["headers"].get("x-amz-copy-source")
        if source is not None:
            seen.append(("GetObject", unquote(str(source)).partition("/")[2]))

    events = storage.client().meta.events
    events.register("before-call.s3", record)
    try:
        yield seen
    finally:
        events.unregister("before-call.s3", record)


def denied(uses: Sequence[Use], grants: Sequence[BucketGrant]) -> list[Use]:
    """What no grant allows."""
    return [
        (action, key)
        for action, key in uses
        if not any(action in grant.actions and key.startswith(grant.prefixes) for grant in grants if grant.prefixes)
    ]
