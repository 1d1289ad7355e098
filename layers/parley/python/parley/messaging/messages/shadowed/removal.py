"""Removing a shadowed message for good: nobody else has it, so it leaves nothing but the void place of its number."""

from parley.messaging.items import MessageItem
from parley.messaging.messages.deleting import delete_edits
from parley.messaging.messages.reading import Place
from parley.messaging.messages.sending.claims import close_key
from parley.messaging.messages.views import message_address
from parley.settings import settings
from parley.tables import dynamodb


def let_go(tenant_id: str, item: MessageItem) -> None:
    """The key that it was sent with sends it no more. 1 WRU."""
    if item.idempotency_key is not None and item.author_id is not None and item.reference is None:
        close_key(tenant_id, str(item.author_id), item.idempotency_key)


def remove(tenant_id: str, item: MessageItem) -> None:
    """Remove a message, what it said before, and what its key tells of it. Repeating it is fine."""
    let_go(tenant_id, item)
    if item.reference is None:
        delete_edits(Place(tenant_id, message_address(item)))
    dynamodb.delete(settings().chat_table, item.key)
