"""Files as the tables know them, for tests of messages: no bytes are behind them."""

import uuid

from parley import clock
from parley.media.items import MediaItem, media_key
from parley.settings import settings
from parley.tables import dynamodb
from tests.support.people.people import Person


def ready_file(owner: Person) -> str:
    """The id of a file that may be sent."""
    media_id = uuid.uuid4().hex
    at, now = media_key(owner.tenant_id, media_id), clock.now_ms()
    item = MediaItem(
        pk=at.pk,
        sk=at.sk,
        tenant_id=owner.tenant_id,
        media_id=media_id,
        owner_id=owner.user_id,
        status="ready",
        filename="notes.txt",
        content_type="text/plain",
        size=5,
        reserved={},
        created_at=now,
        upload_expires_at=now,
    )
    dynamodb.put(settings().chat_table, item.serialize())
    return media_id


def remove_file(owner: Person, media_id: str) -> None:
    """The file goes, as when its owner deletes it."""
    dynamodb.delete(settings().chat_table, media_key(owner.tenant_id, media_id))
