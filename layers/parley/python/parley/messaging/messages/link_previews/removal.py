"""Removing a preview from one's own message."""

from parley.errors import MessageNotFound, Unavailable
from parley.identity.caller import Caller
from parley.messaging.items import MessageItem
from parley.messaging.messages.link_previews.shown import entries_of, keep, links_of
from parley.messaging.messages.reading import IS_ALIVE, access_message_to_take_back, check_alive, check_author
from parley.settings import settings
from parley.tables import dynamodb
from parley.tables.attributes import Typed
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, equals

KEPT = ("link_previews", "preview_images")
ATTEMPTS = 8


def do_remove(caller: Caller, message_id: str, url: str) -> None:
    """Let the caller's own message show no preview of a link, now and later: 1.5 RRU, 1 WRU for each KiB of it.

    The link itself stays. It may be removed before it is there; a link that the text has not, or that is removed
    already, changes nothing. Raises `NotTheAuthor`, `MessageDeleted`, `Unavailable`, and what
    `access_message_to_take_back` raises.
    """
    found = access_message_to_take_back(caller, message_id, shadowed=True)
    item = found.item
    for _ in range(ATTEMPTS):
        check_alive(item)
        check_author(caller, item)
        links, entries = links_of(item.text), entries_of(item)
        if url not in links or entries.get(url, {}).get("removed"):
            return
        entries[url] = {"url": url, "removed": True}
        try:
            write(item, [entries[link] for link in links if link in entries])
        except ConditionFailed as failed:
            if failed.item is None:
                raise MessageNotFound from None
            item = MessageItem.from_raw_data(failed.item)
        else:
            return
    raise Unavailable("The message is being changed by others")


def write(item: MessageItem, entries: list[dict[str, object]]) -> None:
    """Let a message keep these entries, on condition that it is as it was read. Raises `ConditionFailed`."""
    keep(item, entries)
    raw = item.serialize()
    said = {name: Typed(raw[name]) for name in KEPT if name in raw}
    change = Update().set(said).remove(*(name for name in KEPT if name not in raw)).add(version=1)
    is_as_read = IS_ALIVE & equals("version", int(item.version))
    dynamodb.update(settings().chat_table, item.key, change, condition=is_as_read)
