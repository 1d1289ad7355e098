"""Downloads: access, byte budgets, the record of who was given what, and the signed URL.

A browser that plays a video asks for its address again and again. So a download is one record, and is charged once, for
each user, variant and ten minutes; what was really sent comes from the access log (`access_logs`).
"""

import hashlib
from typing import Any

from parley import clock
from parley.errors import RateLimited, VariantNotFound
from parley.identity.caller import Caller
from parley.limits import EGRESS, take
from parley.media.access import access_media, access_own_media, check_ready
from parley.media.delivery import signed_urls
from parley.media.delivery.signed_urls import Disposition
from parley.media.items import DownloadItem, MediaItem
from parley.media.schemas import Download, SignedUrl
from parley.media.storage import ORIGINAL
from parley.settings import settings
from parley.tables import cursors, dynamodb, keys
from parley.tables.dynamodb import ConditionFailed
from parley.wire import Page

DOWNLOAD_SECONDS = 300
STREAM_SECONDS = 3600
WINDOW_MS = 600_000
KEPT_SECONDS = 90 * 24 * 3600
THUMBNAIL_TYPE = "image/webp"


def do_issue(
    caller: Caller, media_id: str, variant: str = ORIGINAL, *, seconds: int, disposition: Disposition
) -> SignedUrl:
    """A signed URL: a Query, two BatchGets where the file is not the caller's, and 2 WRU.

    Raises `MediaNotFound`, `MediaNotReady`, `MediaRejected`, `VariantNotFound`, `RateLimited`.
    """
    item = access_media(caller, media_id)
    check_ready(item)
    found = (item.variants or {}).get(variant)
    if found is None:
        raise VariantNotFound
    size = int(found["size"])
    record = _record(caller, item, variant, size, seconds, disposition)
    signed = signed_urls.sign(
        item, variant, seconds=seconds, disposition=disposition, download_id=str(record.download_id)
    )
    return SignedUrl(
        url=signed.url,
        expires_at=clock.to_datetime(signed.expires_at),
        media_id=item.media_id,
        variant=variant,
        content_type=item.content_type if variant == ORIGINAL else THUMBNAIL_TYPE,
        size=size,
    )


def do_stream(caller: Caller, media_id: str) -> SignedUrl:
    """As `do_issue`, for playing in place; what must not be shown in place stays an attachment."""
    return do_issue(caller, media_id, seconds=STREAM_SECONDS, disposition="inline")


def _record(
    caller: Caller, item: MediaItem, variant: str, size: int, seconds: int, disposition: Disposition
) -> DownloadItem:
    """Note the download and charge it, unless the same was noted within these ten minutes."""
    now = clock.now_ms()
    window = now - now % WINDOW_MS
    digest = hashlib.sha256(f"{caller.user_id}\n{variant}\n{seconds}\n{disposition}".encode()).hexdigest()[:12]
    record = DownloadItem(
        pk=keys.media(caller.tenant_id, item.media_id),
        sk=keys.download_sk(f"{window:015d}-{digest}"),
        download_id=f"{window:015d}-{digest}",
        media_id=item.media_id,
        user_id=caller.user_id,
        variant=variant,
        bytes_expected=size,
        created_at=now,
        valid_until=now + seconds * 1000,
        expires_at=now // 1000 + KEPT_SECONDS,
    )
    try:
        dynamodb.put_if_absent(settings().control_table, record.serialize())
    except ConditionFailed:
        return record
    try:
        charge(caller, size)
    except RateLimited:
        dynamodb.delete(settings().control_table, record.key)
        raise
    return record


def charge(caller: Caller, size: int) -> None:
    """Take these bytes from the tenant's and the user's budget of a day, by GCRA.

    The user's is exact; the tenant's is leased in hundredths. A file larger than a whole budget takes all of it.
    Raises `RateLimited`.
    """
    take(EGRESS, caller, cost=size)


def do_list(caller: Caller, media_id: str, *, limit: int, cursor: str | None) -> Page[Download]:
    """Who was given a file, newest first: for its uploader and the tenant's back end. Raises `MediaNotFound`."""
    item = access_own_media(caller, media_id)
    after: Any = None
    if cursor is not None:
        after = dynamodb.key((item.pk, keys.download_sk(cursors.decode_text(cursor))))
    raw, start = dynamodb.query(
        settings().control_table, item.pk, begins_with=keys.download_sk(""), limit=limit, forward=False, after=after
    )
    found = [DownloadItem.from_raw_data(each) for each in raw]
    return Page(
        data=[download_view(each) for each in found],
        next_cursor=cursors.encode(found[-1].download_id) if start is not None and found else None,
    )


def download_view(item: DownloadItem) -> Download:
    return Download(
        id=item.download_id,
        user_id=item.user_id,
        variant=item.variant,
        bytes_expected=int(item.bytes_expected),
        bytes_sent=int(item.bytes_sent),
        requests=int(item.requests),
        created_at=clock.to_datetime(int(item.created_at)),
        valid_until=clock.to_datetime(int(item.valid_until)),
    )
