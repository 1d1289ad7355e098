"""A file's metadata, and its deletion."""

from parley import clock
from parley.errors import MediaNotFound, Unavailable
from parley.identity.caller import Caller
from parley.media import lifecycle, tombstones
from parley.media.access import access_media, access_own_media
from parley.media.items import MediaItem
from parley.media.schemas import Media, Thumbnail
from parley.media.storage import ORIGINAL
from parley.media.summaries import waveform_of

DELETE_ATTEMPTS = 5


def do_get(caller: Caller, media_id: str) -> Media:
    """A file as the caller may see it. Raises `MediaNotFound`."""
    return media_view(access_media(caller, media_id))


def do_delete(caller: Caller, media_id: str) -> None:
    """Remove a file: its uploader, or the tenant's back end. Messages that carry it then show it as deleted.

    Of messages the first hundred are changed at once, more of them by the sweeper, within minutes.
    Signed URLs that were handed out before may find it in CloudFront's caches until they expire.
    Raises `MediaNotFound`.
    """
    for _ in range(DELETE_ATTEMPTS):
        item = access_own_media(caller, media_id)
        if lifecycle.end(item, "aborted" if item.status == "uploading" else "deleted"):
            lifecycle.purge(item)
            if item.attach_token:
                tombstones.show(item, "deleted")
            return
    raise Unavailable("The file is changing")


def media_view(item: MediaItem) -> Media:
    """The file with its thumbnails."""
    if item.status in {"aborted", "expired", "deleted"}:
        raise MediaNotFound
    return Media(
        id=item.media_id,
        owner_id=item.owner_id,
        status=item.status,
        reason=item.reason,
        filename=item.filename,
        content_type=item.content_type,
        charset=item.charset,
        size=int(item.served_size or item.size),
        sha256=item.served_sha256 or item.sha256,
        uploaded_size=int(item.size),
        uploaded_sha256=item.sha256,
        width=_whole(item.width),
        height=_whole(item.height),
        duration_ms=_whole(item.duration_ms),
        waveform=waveform_of(item),
        pages=_whole(item.pages),
        preview=item.preview,
        metadata=item.metadata,
        thumbnails={name: Thumbnail(**variant) for name, variant in (item.variants or {}).items() if name != ORIGINAL},
        created_at=clock.to_datetime(int(item.created_at)),
        ready_at=clock.to_datetime(int(item.checked_at)) if item.checked_at is not None else None,
        version=int(item.version),
    )


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)
