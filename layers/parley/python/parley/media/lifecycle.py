"""The steps of a file's life. Each is one conditional write, with the quota in the same transaction where it counts."""

import json
from collections.abc import Mapping

from parley import clock
from parley.media import deadlines, quota, storage
from parley.media.items import MediaItem, media_key
from parley.settings import settings
from parley.tables import attributes, dynamodb, transactions
from parley.tables.dynamodb import ConditionFailed, TransactionRefused
from parley.tables.expressions import Update, equals

STUCK_AFTER_MS = 10 * 60 * 1000
"""When the sweeper looks at a check that has not ended: beyond the longest run of the function, with its retries."""


def load(tenant_id: str, media_id: str) -> MediaItem | None:
    """The file as it is at this moment. 1 RRU."""
    return MediaItem.at(media_key(tenant_id, media_id), consistent=True)


def mark_processing(item: MediaItem) -> bool:
    """`uploading` → `processing`: all bytes are in S3. False when the upload has left `uploading` otherwise."""
    now = clock.now_ms()
    deadlines.schedule(item.tenant_id, item.media_id, now + STUCK_AFTER_MS)
    return _step(
        item,
        Update().set(status="processing", completed_at=now).add(version=1),
        from_status="uploading",
    )


def mark_ready(item: MediaItem, facts: Mapping[str, object], size: int) -> MediaItem | None:
    """`processing` → `ready` with what the check found, and the quota settled to the `size` that is kept.

    The file as it is then; None when another run was first. One that is kept as it came costs 1 WRU, a smaller one 6
    and 1 RRU.
    """
    reserved, released = quota.shrink(item.reserved, size)
    change = Update().set(facts, status="ready", checked_at=clock.now_ms()).add(version=1)
    is_processing = equals("status", "processing")
    if not released:
        try:
            raw = dynamodb.update(settings().chat_table, item.key, change, condition=is_processing, returning="ALL_NEW")
        except ConditionFailed:
            return None
        return MediaItem.read(raw)
    change.set(reserved=json.dumps(reserved))
    step = transactions.update(settings().chat_table, item.key, change, condition=is_processing)
    try:
        dynamodb.transact([step, *quota.release_actions(item.tenant_id, item.owner_id, released)])
    except TransactionRefused:
        return None
    return load(item.tenant_id, item.media_id)


def count_attempt(item: MediaItem) -> int | None:
    """Note that the check is started again; how often that was, None when it has ended meanwhile."""
    try:
        updated = dynamodb.update(
            settings().chat_table,
            item.key,
            Update().add(attempts=1, version=1),
            condition=equals("status", "processing"),
            returning="UPDATED_NEW",
        )
    except ConditionFailed:
        return None
    return attributes.number(updated, "attempts")


def end(item: MediaItem, to: str, *, reason: str | None = None, unattached: bool = False) -> bool:
    """End the life of a file as it was read, and give its bytes back to the quota in the same transaction.

    False when it has left that status meanwhile or, with `unattached`, when a message has taken it since.
    """
    now = clock.now_ms()
    change = Update().set(status=to, ended_at=now, reserved=json.dumps({})).add(version=1)
    if reason is not None:
        change.set(reason=reason)
    condition = equals("status", item.status)
    if unattached:
        condition &= equals("attach_token", int(item.attach_token))
    step = transactions.update(settings().chat_table, item.key, change, condition=condition)
    deadlines.schedule(item.tenant_id, item.media_id, now)
    try:
        dynamodb.transact([step, *quota.release_actions(item.tenant_id, item.owner_id, item.reserved)])
    except TransactionRefused:
        return False
    return True


def purge(item: MediaItem) -> None:
    """Remove from S3 what a file that has ended left there. A part in flight may still arrive: lifecycle ends it."""
    key = storage.quarantine_key(item.tenant_id, item.media_id)
    if item.s3_upload_id is not None:
        storage.abort_multipart(key, item.s3_upload_id)
    folder = [] if item.folder is None else [item.folder + name for name in item.variants or {}]
    storage.delete(key, *folder)


def _step(item: MediaItem, change: Update, *, from_status: str) -> bool:
    """One conditional update of the file; ALL it may collide with is another step of the same file."""
    try:
        dynamodb.update(settings().chat_table, item.key, change, condition=equals("status", from_status))
    except ConditionFailed:
        return False
    return True
