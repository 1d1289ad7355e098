"""Stored items of media."""

from pynamodb.attributes import BooleanAttribute, JSONAttribute, ListAttribute, NumberAttribute, UnicodeAttribute

from parley.tables import keys
from parley.tables.items import ChatItem, ControlItem
from parley.tables.keys import Key


def media_key(tenant_id: str, media_id: str) -> Key:
    """Where a file's item is."""
    return Key(keys.media(tenant_id, media_id), keys.META_SK)


class MediaItem(ChatItem):
    """`T#<tenant>#F#<media>` / `META`: a file from the start of its upload until it is gone.

    `status` goes `uploading` → `processing` → `ready` or `rejected`; an upload may end `aborted` or `expired`, and a
    file that was there `deleted`. Every step is conditional on the one before, so that each happens once.
    `reserved` is where its bytes are counted: `{"<shard>": bytes}` of the tenant's quota.
    `size` and `sha256` are of the upload, the `served_…` ones of what is delivered once its metadata is removed.
    `content_type` is what was declared, and once it is ready what it is. `accepted` are the types that the tenant took
    when the upload began, where it takes not all; `reject_unreadable` and `keep_metadata` its settings at that time.
    `folder` is the S3 prefix of the checked file and its variants; two runs of the check use two folders.
    `attach_token` grows with each attachment, so that a release which overlaps one is refused.
    `imported`: Parley has brought it itself, and nobody is told of its check.
    `gpk` and `gsk` list it among its owner's files.
    """

    entity = UnicodeAttribute(default="media")
    gpk = UnicodeAttribute(null=True)
    gsk = UnicodeAttribute(null=True)
    tenant_id = UnicodeAttribute()
    media_id = UnicodeAttribute()
    owner_id = UnicodeAttribute()
    conversation_id = UnicodeAttribute(null=True)
    status = UnicodeAttribute()
    filename = UnicodeAttribute()
    content_type = UnicodeAttribute()
    size = NumberAttribute()
    sha256 = UnicodeAttribute(null=True)
    served_size = NumberAttribute(null=True)
    served_sha256 = UnicodeAttribute(null=True)
    keep_metadata = BooleanAttribute(null=True)
    accepted = JSONAttribute(null=True)
    reject_unreadable = BooleanAttribute(null=True)
    reserved = JSONAttribute()
    s3_upload_id = UnicodeAttribute(null=True)
    part_size = NumberAttribute(null=True)
    part_count = NumberAttribute(null=True)
    part_checksums = BooleanAttribute(null=True)
    created_at = NumberAttribute()
    upload_expires_at = NumberAttribute()
    completed_at = NumberAttribute(null=True)
    checked_at = NumberAttribute(null=True)
    ended_at = NumberAttribute(null=True)
    attempts = NumberAttribute(default=0)
    folder = UnicodeAttribute(null=True)
    etag = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    charset = UnicodeAttribute(null=True)
    metadata = UnicodeAttribute(null=True)
    preview = UnicodeAttribute(null=True)
    width = NumberAttribute(null=True)
    height = NumberAttribute(null=True)
    duration_ms = NumberAttribute(null=True)
    waveform = ListAttribute(of=NumberAttribute, null=True)
    pages = NumberAttribute(null=True)
    variants = JSONAttribute(null=True)
    attach_token = NumberAttribute(default=0)
    imported = BooleanAttribute(null=True)


class DownloadItem(ControlItem):
    """`T#<tenant>#F#<media>` / `D#<download>` in `control`: a signed URL that was handed out.

    `bytes_sent` and `requests` come from the access log, later.
    """

    entity = UnicodeAttribute(default="download")
    download_id = UnicodeAttribute()
    media_id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    variant = UnicodeAttribute()
    bytes_expected = NumberAttribute()
    created_at = NumberAttribute()
    valid_until = NumberAttribute()
    bytes_sent = NumberAttribute(default=0)
    requests = NumberAttribute(default=0)
