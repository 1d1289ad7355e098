"""What messages show of a file that is gone: that there was one, and what became of it.

Each message that carries the file is changed by a write of its own, so that whoever has the message learns of it as of
any change. A reference goes once its message is done, so whoever continues begins where the last one stopped, and
repeating is fine. A message that is being written at the same moment may not be there yet: it is looked at again.
"""

import json
from typing import Any, Literal

from parley.errors import Unavailable
from parley.ids import MessageAddress
from parley.media import references
from parley.media.items import MediaItem
from parley.settings import settings
from parley.tables import attributes, dynamodb, keys
from parley.tables.attributes import RawItem
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, contains, equals

Outcome = Literal["deleted", "rejected"]
AT_ONCE = 100
"""How many messages a request changes itself; the sweeper does the rest."""
MARK_ATTEMPTS = 8


def show(item: MediaItem, outcome: Outcome) -> bool:
    """Show a file as gone in up to `AT_ONCE` messages that carry it; whether all are done.

    A Query and a BatchGet; 1 WRU for each reference, and 1 for each KiB of a message.
    """
    page, start = dynamodb.query(
        settings().chat_table, item.pk, begins_with=keys.REFERENCE_PREFIX, limit=AT_ONCE, consistent=True
    )
    addresses = {raw["sk"]["S"]: MessageAddress.parse(keys.reference_of(raw["sk"]["S"])) for raw in page}
    messages = references.messages(item.tenant_id, [each for each in addresses.values() if each is not None])

    def look_at(reference: RawItem) -> bool:
        address = addresses[reference["sk"]["S"]]
        message = None if address is None else messages.get(address)
        if message is None or not references.carries(message, item.media_id):
            return references.forget_settled(reference)
        mark(message, item.media_id, {"status": outcome})
        dynamodb.delete(settings().chat_table, dynamodb.key_of(reference))
        return True

    return all(dynamodb.map_parallel(look_at, page)) and start is None


def mark(message: RawItem, media_id: str, shown: dict[str, Any]) -> None:
    """Replace what a message shows of the file, unless the message itself is gone or carries it no longer.

    A file that is shown as gone is shown as it was no more, whoever read it before.
    """
    at = dynamodb.key_of(message)
    for _ in range(MARK_ATTEMPTS):
        files = json.loads(attributes.text(message, "files") or "{}")
        before = files.get(media_id, {})
        if before == shown or ("status" in before and "status" not in shown):
            return
        files[media_id] = shown
        try:
            dynamodb.update(
                settings().chat_table,
                at,
                Update().set(files=json.dumps(files)).add(version=1),
                condition=equals("version", attributes.number(message, "version")) & contains("attachments", media_id),
            )
        except ConditionFailed as failed:
            if failed.item is None or not references.carries(failed.item, media_id):
                return
            message = failed.item
        else:
            return
    raise Unavailable("The message is being changed by others")
