"""Quoted messages: what a message answers, shown with it as it is at this moment.

A message stores which one it quotes and no copy of what that says, so an edit or a delete shows wherever it is quoted.
Whoever may not see the quoted message, or no more, learns that there is one and nothing of it.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from parley.errors import QuotedMessageNotFound
from parley.identity.caller import Caller
from parley.ids import MessageAddress
from parley.messaging.access import membership_key, meta_key, seen_after
from parley.messaging.items import MessageItem
from parley.messaging.messages.schemas import MessageContent, SendMessage
from parley.messaging.messages.shadowed import reading
from parley.messaging.messages.views import quoted_view
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, number
from parley.tables.keys import Key

Shown = TypeVar("Shown", bound=MessageContent)


def check_quotable(caller: Caller, body: SendMessage, *, visible_from: int) -> None:
    """Refuse a quote of what the sender may not see or what is deleted: 2 RRU, nothing without a quote.

    Raises `QuotedMessageNotFound`.
    """
    if body.quoted_message_id is None:
        return
    address = MessageAddress.parse(body.quoted_message_id)
    if address is None or address.conversation_id != body.conversation_id:
        raise QuotedMessageNotFound
    item, truncated = read_with_bound(caller.tenant_id, address)
    item = reading.read_one(caller, item)
    if item is None or item.deleted_at is not None or not is_seen(item, max(visible_from, truncated)):
        raise QuotedMessageNotFound


def read_with_bound(tenant_id: str, address: MessageAddress) -> tuple[MessageItem | None, int]:
    """A message as it is at this moment, and the number up to which its conversation is truncated. 2 RRU."""
    at, meta = message_key(tenant_id, address), meta_key(tenant_id, address.conversation_id)
    found = dynamodb.batch_get(settings().chat_table, [at, meta], consistent=True)
    return MessageItem.read(found.get(at)), number(found.get(meta, {}), "truncated_seq")


def place_of(body: SendMessage) -> str | None:
    """What is stored of the quote of a message that is being sent: the id without the conversation's."""
    quoted = MessageAddress.parse(body.quoted_message_id or "")
    return None if quoted is None else quoted.place


def is_seen(item: MessageItem, visible_from: int) -> bool:
    """Whether a message is there for a member who sees nothing up to a number; a tombstone is."""
    return not item.void and item.reference is None and item.position > visible_from


def show(caller: Caller, messages: Sequence[Shown]) -> list[Shown]:
    """The messages, each with what it quotes as the caller sees it. Nothing is read where none quotes another.

    One consistent call: 1 RRU for each quoted message, and 2 for each conversation: the caller's membership too.
    """
    quoting = [message for message in messages if message.quoted_message_id is not None]
    if not quoting:
        return list(messages)
    addresses = [MessageAddress.parse(str(message.quoted_message_id)) for message in quoting]
    wanted = [message_key(caller.tenant_id, address) for address in addresses if address is not None]
    wanted += [membership_key(caller.tenant_id, caller.user_id, message.conversation_id) for message in quoting]
    wanted += [meta_key(caller.tenant_id, message.conversation_id) for message in quoting]
    found = dynamodb.batch_get(settings().chat_table, wanted, consistent=True)
    quoted = [MessageItem.from_raw_data(raw) for raw in found.values() if "shadow" in raw]
    found |= {at: item.serialize() for at, item in reading.read(caller, quoted).items()}
    return [
        _with_quote(caller.tenant_id, message, found, _visible_from(caller, message, found)) for message in messages
    ]


def show_one(caller: Caller, message: Shown) -> Shown:
    """One message with what it quotes, as `show`."""
    return show(caller, [message])[0]


def show_to_moderators(tenant_id: str, messages: Sequence[Shown]) -> list[Shown]:
    """The same for who sees all that a tenant has: 0.5 RRU for each quoted message."""
    addresses = [MessageAddress.parse(message.quoted_message_id or "") for message in messages]
    wanted = [message_key(tenant_id, address) for address in addresses if address is not None]
    found = dynamodb.batch_get(settings().chat_table, wanted) if wanted else {}
    return [_with_quote(tenant_id, message, found, 0) for message in messages]


def message_key(tenant_id: str, address: MessageAddress) -> Key:
    """Where a message stands."""
    pk = keys.conversation(tenant_id, address.conversation_id)
    return Key(
        pk if address.root_seq is None else keys.thread_under(pk, address.root_seq), keys.message_sk(address.seq)
    )


def _visible_from(caller: Caller, message: MessageContent, found: Mapping[Key, RawItem]) -> int | None:
    """The number up to which the caller sees nothing of the message's conversation; None where they see nothing."""
    own = membership_key(caller.tenant_id, caller.user_id, message.conversation_id)
    meta = found.get(meta_key(caller.tenant_id, message.conversation_id))
    return seen_after(found[own], meta) if own in found else None


def _with_quote(tenant_id: str, message: Shown, found: Mapping[Key, RawItem], visible_from: int | None) -> Shown:
    address = MessageAddress.parse(message.quoted_message_id or "")
    if address is None:
        return message
    item = MessageItem.read(found.get(message_key(tenant_id, address)))
    if item is None or visible_from is None or not is_seen(item, visible_from):
        return message
    return message.model_copy(update={"quoted_message": quoted_view(item)})
