"""A user's files: they are listed in the index by owner, and leave it when their owner is erased."""

from parley import ids
from parley.media import lifecycle, references
from parley.media.items import MediaItem
from parley.media.quota import user_counter
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, absent, equals
from parley.tables.items import COLLECTION_INDEX
from parley.tables.keys import Key
from parley.tables.shards import shard_of

ENDED = frozenset({"aborted", "expired", "rejected", "deleted"})
NAMELESS = "deleted"
"""What the file of an erased user is called."""
NAMING = ("gpk", "gsk", "conversation_id", "sha256", "served_sha256", "etag", "folder", "variants", "reason")
"""Attributes that say whose file it was and what was in it."""


def list_page(tenant_id: str, user_id: str, *, limit: int, after: RawItem | None) -> tuple[list[Key], RawItem | None]:
    """Some of a user's files, and where to go on (None at the end). The index follows writes within a second."""
    found, more = dynamodb.query(
        settings().chat_table,
        keys.files(tenant_id, shard_of(user_id)),
        index=COLLECTION_INDEX,
        begins_with=keys.files_gsk(user_id, ""),
        limit=limit,
        after=after,
    )
    return [dynamodb.key_of(entry) for entry in found], more


def erase(at: Key, user_id: str) -> bool:
    """Remove a file of a user who is erased, and what the table says of it but that there was one.

    The bytes go from S3 and from the quota first. What a check still under way writes is found and removed by it, as
    it is for every file that ends meanwhile. False where the file changed meanwhile: to be tried again.
    """
    item = MediaItem.at(at, consistent=True)
    if item is None or item.owner_id != user_id:
        return True
    if item.status not in ENDED:
        if not lifecycle.end(item, "aborted" if item.status == "uploading" else "deleted"):
            return False
        item.status = "deleted"
    lifecycle.purge(item)
    _forget_references(item)
    try:
        dynamodb.update(
            settings().chat_table,
            at,
            Update().set(owner_id=ids.DELETED_USER, filename=NAMELESS).add(version=1).remove(*NAMING),
            condition=equals("owner_id", user_id),
        )
    except ConditionFailed:
        return True
    return True


def _forget_references(item: MediaItem) -> None:
    for _, addresses in references.with_references(item.tenant_id, item.media_id):
        for address in addresses:
            references.remove(item.tenant_id, item.media_id, str(address))


def forget_counter(tenant_id: str, user_id: str) -> None:
    """Remove the counter of a user's bytes, once it is back at nothing."""
    try:
        dynamodb.delete(
            settings().control_table,
            user_counter(tenant_id, user_id),
            condition=absent() | equals("amount", 0),
        )
    except ConditionFailed:
        return
