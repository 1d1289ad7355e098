"""References from files to messages: an item for each, `REF#<message>`, in the file's own partition.

A reference says where to look. Whether the message carries the file (so its readers may fetch it), or did before an
edit or its deletion (so the file is kept), the message itself says: nothing is counted, so nothing is counted twice,
and what crashed half-way, or failed, has given nobody access.

An attachment is written in this order: the reference, then `attach_token` of the file on condition that it is still
there, then the message. A release reads the token, finds no message that has the file, and deletes on condition that
the token is the same. So of an attachment and a release at the same time one sees the other, whoever is first. A
reference whose message does not have the file is one that is being written, until it is older than any request.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

from parley import clock
from parley.ids import MessageAddress
from parley.media.items import MediaItem, media_key
from parley.settings import settings
from parley.tables import attributes, dynamodb, keys
from parley.tables.attributes import RawItem
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, absent, equals, one_of
from parley.tables.keys import Key

SETTLED_AFTER_MS = 2 * 60 * 1000
"""When what a request attached is in its message, or never will be: no request that attaches runs longer than 29 s."""
MESSAGES_AT_ONCE = 10
IS_THERE = one_of("status", ("ready", "processing"))


def add(tenant_id: str, media_id: str, message_id: str) -> bool:
    """Note that a message has the file; false when the file is not there (any more). Repeating it is fine. 2 WRU."""
    at = Key(keys.media(tenant_id, media_id), keys.reference_sk(message_id))
    reference = {**at._asdict(), "entity": "media_reference", "added_at": clock.now_ms(), "version": 1}
    dynamodb.put(settings().chat_table, attributes.item(reference))
    try:
        dynamodb.update(
            settings().chat_table,
            media_key(tenant_id, media_id),
            Update().add(attach_token=1, version=1),
            condition=IS_THERE,
        )
    except ConditionFailed:
        dynamodb.delete(settings().chat_table, at)
        return False
    return True


def _waits(tenant_id: str, name: str) -> bool:
    """Whether what has the file is a message that waits to be sent. 1 RRU for such a reference."""
    if not keys.is_scheduled_reference(name):
        return False
    user_id, scheduled_id = keys.scheduled_reference_of(name)
    at = Key(keys.user(tenant_id, user_id), keys.scheduled_sk(scheduled_id))
    return dynamodb.get(settings().chat_table, at, consistent=True) is not None


def remove(tenant_id: str, media_id: str, message_id: str) -> None:
    """Note that a message has the file no longer. 1 WRU."""
    dynamodb.delete(settings().chat_table, Key(keys.media(tenant_id, media_id), keys.reference_sk(message_id)))


def use_of(item: MediaItem) -> Literal["attached", "pending", "none"]:
    """Whether a message has the file, or may be about to; references that came to nothing are removed."""
    pending = False
    start: RawItem | None = None
    while True:
        page, start = dynamodb.query(
            settings().chat_table, item.pk, begins_with=keys.REFERENCE_PREFIX, limit=100, consistent=True, after=start
        )
        addresses = {raw["sk"]["S"]: MessageAddress.parse(keys.reference_of(raw["sk"]["S"])) for raw in page}
        found = messages(item.tenant_id, [address for address in addresses.values() if address is not None])
        for raw in page:
            address = addresses[raw["sk"]["S"]]
            if _waits(item.tenant_id, keys.reference_of(raw["sk"]["S"])):
                return "attached"
            message = None if address is None else found.get(address)
            if message is not None and (
                _names(message, "media_ids", item.media_id) or _names(message, "preview_images", item.media_id)
            ):
                return "attached"
            pending = not forget_settled(raw) or pending
        if start is None:
            return "pending" if pending else "none"


def shows(tenant_id: str, media_id: str, addresses: Sequence[MessageAddress]) -> bool:
    """Whether one of these messages carries the file at this moment: not deleted, not edited out. 1 RRU for each."""
    for first in range(0, len(addresses), MESSAGES_AT_ONCE):
        found = messages(tenant_id, addresses[first : first + MESSAGES_AT_ONCE])
        if any(is_shown(message, media_id) for message in found.values()):
            return True
    return False


def is_shown(message: RawItem, media_id: str) -> bool:
    """Whether who reads a message sees the file in it: as an attachment, or as the picture of a link's preview."""
    return carries(message, media_id) or _names(message, "preview_images", media_id)


def carries(message: RawItem, media_id: str) -> bool:
    """Whether a message has the file attached: it is not deleted, and the file is not edited out."""
    return _names(message, "attachments", media_id)


def messages(tenant_id: str, addresses: Sequence[MessageAddress]) -> dict[MessageAddress, RawItem]:
    """Those of these messages that there are, in one BatchGet for each hundred."""
    places = {}
    for address in addresses:
        pk = keys.conversation(tenant_id, address.conversation_id)
        pk = pk if address.root_seq is None else keys.thread_under(pk, address.root_seq)
        places[address] = Key(pk, keys.message_sk(address.seq))
    found = dynamodb.batch_get(settings().chat_table, places.values(), consistent=True) if places else {}
    return {address: found[at] for address, at in places.items() if at in found}


def _names(message: RawItem, attribute: str, media_id: str) -> bool:
    return media_id in attributes.listed_texts(message, attribute)


def forget_settled(reference: RawItem) -> bool:
    """Remove a reference that came to nothing; false where its request may still be under way, or came again."""
    added_at = attributes.number(reference, "added_at")
    if clock.now_ms() - added_at < SETTLED_AFTER_MS:
        return False
    try:
        dynamodb.delete(
            settings().chat_table,
            dynamodb.key_of(reference),
            condition=absent("added_at") | equals("added_at", added_at),
        )
    except ConditionFailed:
        return False
    return True


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
            elif (address := MessageAddress.parse(keys.reference_of(raw["sk"]["S"]))) is not None:
                addresses.append(address)
        yield item, addresses
        if start is None:
            return
