"""Which messages a file is attached to: an item for each, `REF#<message>`, in the file's own partition.

Counting these items is the reference count: nothing is added or subtracted, so nothing can be counted twice.

An attachment is written in this order: the reference, then `attach_token` of the file on condition that it is still
there. A release reads the token, finds no reference, and deletes on condition that the token is the same. So of an
attachment and a release at the same time one sees the other, whoever is first.
"""

from collections.abc import Iterator

from parley.ids import MessageAddress
from parley.media import lifecycle
from parley.media.items import MediaItem
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.dynamodb import ConditionFailed, RawItem
from parley.tables.keys import Key

_PREFIX = keys.reference_sk("")


def add(tenant_id: str, media_id: str, message_id: str) -> bool:
    """Note that a message has the file; false when the file is not there (any more). Repeating it is fine. 2 WRU."""
    at = Key(keys.media(tenant_id, media_id), keys.reference_sk(message_id))
    item: RawItem = {**dynamodb.key(at), "entity": {"S": "media_reference"}, "version": {"N": "1"}}
    dynamodb.put(settings().chat_table, item)
    try:
        dynamodb.update(
            settings().chat_table,
            lifecycle.meta_key(tenant_id, media_id),
            "ADD attach_token :one, version :one",
            {":one": {"N": "1"}, ":ready": {"S": "ready"}, ":processing": {"S": "processing"}},
            names={"#status": "status"},
            condition="#status IN (:ready, :processing)",
        )
    except ConditionFailed:
        dynamodb.delete(settings().chat_table, at)
        return False
    return True


def remove(tenant_id: str, media_id: str, message_id: str) -> None:
    """Note that a message has the file no longer. 1 WRU."""
    dynamodb.delete(settings().chat_table, Key(keys.media(tenant_id, media_id), keys.reference_sk(message_id)))


def any_of(item: MediaItem) -> bool:
    """Whether any message has the file."""
    found, _ = dynamodb.query(settings().chat_table, item.pk, begins_with=_PREFIX, limit=1, consistent=True)
    return bool(found)


def with_references(tenant_id: str, media_id: str) -> Iterator[tuple[MediaItem | None, list[MessageAddress]]]:
    """The file and the messages that have it, page by page: one Query for all but the most shared files."""
    start: RawItem | None = None
    item: MediaItem | None = None
    while True:
        page, start = dynamodb.query(
            settings().chat_table,
            keys.media(tenant_id, media_id),
            between=(keys.META_SK, keys.reference_sk("~")),
            limit=100,
            consistent=True,
            after=start,
        )
        addresses = []
        for raw in page:
            if raw["sk"]["S"] == keys.META_SK:
                item = MediaItem.read(raw)
            elif (address := MessageAddress.parse(raw["sk"]["S"].removeprefix(_PREFIX))) is not None:
                addresses.append(address)
        yield item, addresses
        if start is None:
            return
