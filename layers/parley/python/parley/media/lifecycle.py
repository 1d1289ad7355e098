"""The steps of a file's life. Each is one conditional write, with the quota in the same transaction where it counts."""

import json
from collections.abc import Sequence
from typing import Any

from parley import clock
from parley.media import deadlines, quota, storage
from parley.media.items import MediaItem
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem
from parley.tables.dynamodb import ConditionFailed, TransactionRefused
from parley.tables.keys import Key

STUCK_AFTER_MS = 10 * 60 * 1000
"""When the sweeper looks at a check that has not ended: beyond the longest run of the function, with its retries."""


def meta_key(tenant_id: str, media_id: str) -> Key:
    return Key(keys.media(tenant_id, media_id), keys.META_SK)


def load(tenant_id: str, media_id: str) -> MediaItem | None:
    """The file as it is at this moment. 1 RRU."""
    return MediaItem.at(meta_key(tenant_id, media_id), consistent=True)


def mark_processing(item: MediaItem) -> bool:
    """`uploading` → `processing`: all bytes are in S3. False when the upload has left `uploading` otherwise."""
    now = clock.now_ms()
    deadlines.schedule(item.tenant_id, item.media_id, now + STUCK_AFTER_MS)
    return _step(
        item,
        "SET #status = :to, completed_at = :now ADD version :one",
        {":to": {"S": "processing"}, ":now": {"N": str(now)}, ":one": {"N": "1"}},
        from_status=("uploading",),
    )


def mark_ready(item: MediaItem, facts: RawItem, size: int) -> bool:
    """`processing` → `ready` with what the check found, and the quota settled to the `size` that is kept.

    False when another run was first. A file that is kept as it came costs 1 WRU, a smaller one 6.
    """
    reserved, released = quota.shrink(item.reserved, size)
    if released:
        facts = facts | {"reserved": {"S": json.dumps(reserved)}}
    sets = ", ".join(f"{name} = :{name}" for name in facts)
    values = {f":{name}": value for name, value in facts.items()} | {
        ":to": {"S": "ready"},
        ":now": {"N": str(clock.now_ms())},
        ":one": {"N": "1"},
    }
    expression = f"SET #status = :to, checked_at = :now, {sets} ADD version :one"
    if not released:
        return _step(item, expression, values, from_status=("processing",))
    update = {
        "Update": {
            "TableName": settings().chat_table,
            "Key": dynamodb.key(item.key),
            "UpdateExpression": expression,
            "ConditionExpression": "#status = :from",
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": values | {":from": {"S": "processing"}},
        }
    }
    try:
        dynamodb.transact([update, *quota.release_actions(item.tenant_id, item.owner_id, released)])
    except TransactionRefused:
        return False
    return True


def count_attempt(item: MediaItem) -> int | None:
    """Note that the check is started again; how often that was, None when it has ended meanwhile."""
    try:
        updated = dynamodb.update(
            settings().chat_table,
            item.key,
            "ADD attempts :one, version :one",
            {":one": {"N": "1"}, ":processing": {"S": "processing"}},
            names={"#status": "status"},
            condition="#status = :processing",
            returning="UPDATED_NEW",
        )
    except ConditionFailed:
        return None
    return int(updated["attempts"]["N"])


def end(item: MediaItem, to: str, *, reason: str | None = None, unattached: bool = False) -> bool:
    """End the life of a file as it was read, and give its bytes back to the quota in the same transaction.

    False when it has left that status meanwhile or, with `unattached`, when a message has taken it since.
    """
    values: RawItem = {
        ":was": {"S": item.status},
        ":to": {"S": to},
        ":one": {"N": "1"},
        ":now": {"N": str(clock.now_ms())},
        ":none": {"S": "{}"},
    }
    expression = "SET #status = :to, ended_at = :now, reserved = :none"
    condition = "#status = :was"
    if reason is not None:
        expression += ", reason = :reason"
        values[":reason"] = {"S": reason}
    if unattached:
        condition += " AND attach_token = :token"
        values[":token"] = {"N": str(int(item.attach_token))}
    update = {
        "Update": {
            "TableName": settings().chat_table,
            "Key": dynamodb.key(item.key),
            "UpdateExpression": f"{expression} ADD version :one",
            "ConditionExpression": condition,
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": values,
        }
    }
    deadlines.schedule(item.tenant_id, item.media_id, clock.now_ms())
    try:
        dynamodb.transact([update, *quota.release_actions(item.tenant_id, item.owner_id, item.reserved)])
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


def _step(item: MediaItem, expression: str, values: dict[str, Any], *, from_status: Sequence[str]) -> bool:
    """One conditional update of the file; ALL it may collide with is another step of the same file."""
    admitted = {f":from{number}": {"S": status} for number, status in enumerate(from_status)}
    try:
        dynamodb.update(
            settings().chat_table,
            item.key,
            expression,
            values | admitted,
            names={"#status": "status"},
            condition=f"#status IN ({', '.join(admitted)})",
        )
    except ConditionFailed:
        return False
    return True
