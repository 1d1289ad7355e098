"""Downloads: access, byte budgets, the record of who was given what, and the signed URL.

A browser that plays a video asks for its address again and again. So a download is one record, and is charged once, for
each user, variant and ten minutes; what was really sent comes from the access log (`access_logs`).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from parley import clock, ids
from parley.errors import (
    InvalidCursor,
    MediaNotFound,
    MediaNotReady,
    MediaRejected,
    ParleyError,
    RateLimited,
    VariantNotFound,
)
from parley.identity.caller import Caller
from parley.limits import EGRESS, READS, take
from parley.media.access import access_many, access_media, access_own_media, check_ready
from parley.media.delivery import signed_urls
from parley.media.items import DownloadItem, MediaItem
from parley.media.schemas import (
    Disposition,
    Download,
    SignDownloads,
    SignedUrl,
    SignedUrls,
    SigningResult,
    WantedUrl,
)
from parley.media.storage import ORIGINAL
from parley.settings import settings
from parley.tables import cursors, dynamodb, keys
from parley.tables.attributes import required_text
from parley.tables.dynamodb import ConditionFailed
from parley.tables.rate_limits import Decision
from parley.wire import Page

DOWNLOAD_SECONDS = 300
STREAM_SECONDS = 3600
WINDOW_MS = 600_000
KEPT_SECONDS = 90 * 24 * 3600
THUMBNAIL_TYPE = "image/webp"
_LISTING = ("downloads",)


def do_issue(
    caller: Caller, media_id: str, variant: str = ORIGINAL, *, seconds: int, disposition: Disposition | None = None
) -> SignedUrl:
    """A signed URL: a Query, two BatchGets where the file is not the caller's, and 3 WRU.

    Raises `MediaNotFound`, `MediaNotReady`, `MediaRejected`, `VariantNotFound`, `RateLimited`.
    """
    asked = _download(access_media(caller, media_id), variant, seconds, disposition)
    _record(caller, [asked])
    return asked.signed(caller)


@dataclass(frozen=True, slots=True)
class Issued:
    """The URLs, and what is left of the caller's reads."""

    urls: SignedUrls
    rate: Decision


def do_issue_many(caller: Caller, body: SignDownloads) -> Issued:
    """A signed URL for each of up to a hundred files, or why there is none. What is asked for twice is one.

    `access_many`, and 1 WRU for each file and 2 for the budgets, to which all are charged at once: where they do
    not suffice, nothing is signed. Each file is a read of the caller's limit. Raises `RateLimited`.
    """
    rate = take(READS, caller, cost=len(body.items))
    items = access_many(caller, [each.media_id for each in body.items])
    asked = [_download_or_refusal(items.get(each.media_id), each, body.ttl) for each in body.items]
    _record(caller, [each for each in asked if isinstance(each, _Download)])
    results = [_result(caller, *each) for each in zip(body.items, asked, strict=True)]
    return Issued(SignedUrls(data=results), rate)


def _result(caller: Caller, wanted: WantedUrl, asked: "_Download | ParleyError") -> SigningResult:
    about = {"media_id": wanted.media_id, "variant": wanted.variant}
    if isinstance(asked, ParleyError):
        return SigningResult(**about, code=asked.code, retryable=asked.retryable)
    return SigningResult(**about, signed=asked.signed(caller))


@dataclass(frozen=True, slots=True)
class _Download:
    """A variant that the caller may have, and how; asked for again in the same `window`, it is the same download."""

    item: MediaItem
    variant: str
    seconds: int
    disposition: Disposition
    window: int

    @property
    def size(self) -> int:
        return int((self.item.variants or {})[self.variant]["size"])

    def download_id(self, caller: Caller) -> str:
        about = f"{caller.user_id}\n{self.variant}\n{self.seconds}\n{self.disposition}"
        return f"{self.window:015d}-{hashlib.sha256(about.encode()).hexdigest()[:12]}"

    def signed(self, caller: Caller) -> SignedUrl:
        signed = signed_urls.sign(
            self.item,
            self.variant,
            seconds=self.seconds,
            disposition=self.disposition,
            download_id=self.download_id(caller),
        )
        return SignedUrl(
            url=signed.url,
            expires_at=clock.to_datetime(signed.expires_at),
            media_id=self.item.media_id,
            variant=self.variant,
            disposition=self.disposition,
            content_type=self.item.content_type if self.variant == ORIGINAL else THUMBNAIL_TYPE,
            size=self.size,
        )


def _download(item: MediaItem, variant: str, seconds: int, disposition: Disposition | None) -> _Download:
    """Raises `MediaNotReady`, `MediaRejected`, `VariantNotFound`."""
    check_ready(item)
    if variant not in (item.variants or {}):
        raise VariantNotFound
    now = clock.now_ms()
    chosen = signed_urls.disposition_for(item, variant, disposition)
    return _Download(item, variant, seconds, chosen, now - now % WINDOW_MS)


def _download_or_refusal(item: MediaItem | None, wanted: WantedUrl, seconds: int) -> _Download | ParleyError:
    if item is None:
        return MediaNotFound()
    try:
        return _download(item, wanted.variant, seconds, wanted.disposition)
    except (MediaNotReady, MediaRejected, VariantNotFound) as refusal:
        return refusal


def do_stream(caller: Caller, media_id: str) -> SignedUrl:
    """As `do_issue`, for playing in place; what must not be shown in place stays an attachment."""
    return do_issue(caller, media_id, seconds=STREAM_SECONDS, disposition="inline")


def _record(caller: Caller, asked: Sequence[_Download]) -> None:
    """Note these downloads and charge them, apart from those that were noted within these ten minutes."""
    now = clock.now_ms()
    records = {(each.item.media_id, each.download_id(caller)): each for each in asked}

    def note(download: tuple[tuple[str, str], _Download]) -> DownloadItem | None:
        (media_id, download_id), each = download
        record = DownloadItem(
            pk=keys.media(caller.tenant_id, media_id),
            sk=keys.download_sk(download_id),
            download_id=download_id,
            media_id=media_id,
            user_id=caller.user_id,
            variant=each.variant,
            bytes_expected=each.size,
            created_at=now,
            valid_until=now + each.seconds * 1000,
            expires_at=now // 1000 + KEPT_SECONDS,
        )
        try:
            dynamodb.put_if_absent(settings().control_table, record.serialize())
        except ConditionFailed:
            return None
        return record

    noted = [record for record in dynamodb.map_parallel(note, list(records.items())) if record is not None]
    if not noted:
        return
    try:
        charge(caller, sum(int(record.bytes_expected) for record in noted))
    except RateLimited:
        dynamodb.map_parallel(lambda record: dynamodb.delete(settings().control_table, record.key), noted)
        raise


def charge(caller: Caller, size: int) -> None:
    """Take these bytes from the tenant's and the user's budget of a day, by GCRA.

    The user's is exact; the tenant's is leased in hundredths. A file larger than a whole budget takes all of it.
    Raises `RateLimited`.
    """
    take(EGRESS, caller, cost=size)


def do_list(caller: Caller, media_id: str, *, limit: int, cursor: str | None) -> Page[Download]:
    """Who was given a file, newest first: for its uploader and the tenant's back end.

    Raises `MediaNotFound`, `InvalidCursor`.
    """
    item = access_own_media(caller, media_id)
    after: Any = None
    if cursor is not None:
        position = cursors.decode_text(cursor, _LISTING)
        if not ids.is_well_formed(position):
            raise InvalidCursor
        after = dynamodb.key((item.pk, keys.download_sk(position)))
    raw, start = dynamodb.query(
        settings().control_table, item.pk, begins_with=keys.DOWNLOAD_PREFIX, limit=limit, forward=False, after=after
    )
    return Page(
        data=[download_view(DownloadItem.from_raw_data(each)) for each in raw],
        next_cursor=None if start is None else cursors.encode(keys.download_of(required_text(start, "sk")), _LISTING),
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
