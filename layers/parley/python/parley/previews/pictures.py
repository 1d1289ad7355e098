"""Pictures of previews: files as those that users upload, checked by the same steps, and nobody's.

They count for no quota, since nobody has chosen to store them: each is bounded, and goes as soon as no message shows
it. They are in no list of anybody's files, so neither exports nor erasures of users meet them.
"""

from parley import clock, ids
from parley.errors import Unavailable
from parley.media import deadlines, lifecycle, references, storage
from parley.media.checking import check
from parley.media.items import MediaItem
from parley.media.media_types import canonical
from parley.outbound.documents import NotFetched
from parley.previews.cache import Kept
from parley.previews.fetching import fetch
from parley.settings import settings
from parley.tables import dynamodb, keys

MOST_BYTES = 2 * 1024 * 1024
TYPES = frozenset({"image/jpeg", "image/jpg", "image/png", "image/gif", "image/webp", "image/avif"})
FILENAME = "preview"


class PictureGone(Exception):
    """No message showed the picture for a while, and it was removed."""


def fetch_picture(tenant_id: str, message_id: str, url: str) -> str | None:
    """Store the picture at a URL for a message to show, and check it; None where there is none to be had. 7 WRU.

    The reference comes before the bytes: what a crash leaves is found by the sweeper, which no message tells of it.
    """
    try:
        document = fetch(url, TYPES, most_bytes=MOST_BYTES, whole=True)
    except NotFetched:
        return None
    if not document.body:
        return None
    now, media_id = clock.now_ms(), ids.new_id()
    item = MediaItem(
        pk=keys.media(tenant_id, media_id),
        sk=keys.META_SK,
        tenant_id=tenant_id,
        media_id=media_id,
        owner_id=ids.SYSTEM_USER,
        status="processing",
        filename=FILENAME,
        content_type=canonical(document.kind),
        size=len(document.body),
        accepted=sorted(TYPES),
        reserved={},
        created_at=now,
        upload_expires_at=now,
        completed_at=now,
    )
    deadlines.schedule(tenant_id, media_id, now + lifecycle.STUCK_AFTER_MS)
    dynamodb.put(settings().chat_table, item.serialize())
    references.add(tenant_id, media_id, message_id)
    key = storage.quarantine_key(tenant_id, media_id)
    storage.put(key, document.body, content_type=item.content_type, cache_control="no-store")
    return media_id


def shown(tenant_id: str, message_id: str, media_id: str) -> Kept | None:
    """A picture as a message shows it, once it is checked; None where it was refused. 2 RRU, 2 WRU.

    Raises `Unavailable` while it is being checked, `PictureGone`.
    """
    item = lifecycle.load(tenant_id, media_id)
    if item is not None and item.status == "processing":
        check.check(storage.quarantine_key(tenant_id, media_id))
        item = lifecycle.load(tenant_id, media_id)
    if item is not None and item.status == "rejected":
        return None
    if item is None or not references.add(tenant_id, media_id, message_id):
        raise PictureGone
    if item.status != "ready":
        raise Unavailable("The picture is being checked")
    if item.width is None or item.height is None:
        return None
    variants = sorted(name for name in item.variants or {} if name != storage.ORIGINAL)
    return {"media_id": media_id, "width": int(item.width), "height": int(item.height), "thumbnails": variants}
