"""Files that Parley itself brings, whole, under an id that follows from what they are of: each is made once."""

from parley import clock
from parley.identity.caller import Caller
from parley.media import deadlines, lifecycle, storage
from parley.media.items import MediaItem
from parley.media.schemas import StartUpload
from parley.media.uploads.uploading import EXPIRES_MS, check_startable, new_item, reserve


def store(caller: Caller, body: StartUpload, content: bytes, *, media_id: str) -> MediaItem:
    """Have a content checked as if the caller had uploaded it; one that is there already stays as it is.

    9 WRU, 1 RRU and a PutObject. Raises `MediaTypeNotAllowed`, `MediaTooLarge`, `QuotaExceeded`.
    """
    item = lifecycle.load(caller.tenant_id, media_id)
    if item is None:
        item = new_item(caller, body, check_startable(caller, body), media_id=media_id)
        item.part_size = item.part_count = None
        item.imported = True
        deadlines.schedule(caller.tenant_id, media_id, clock.now_ms() + EXPIRES_MS)
        reserve(caller, item)
    if item.status == "uploading":
        key = storage.quarantine_key(caller.tenant_id, media_id)
        storage.put(key, content, content_type=item.content_type, cache_control="private")
        if lifecycle.mark_processing(item):
            item.status = "processing"
    return item
