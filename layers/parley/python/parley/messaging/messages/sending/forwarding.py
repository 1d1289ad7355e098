"""Forwarding: what a message says, sent by somebody else to other conversations.

A copy is a message of its own: it stays when the first is edited or deleted. It carries the text, the files, the
location and the type, and says whose it was where that is a member of its conversation, and whoever forwards may see
that they are: of others nobody is told there, and an erasure finds every message that names a user in the conversations
that they were in.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from parley.errors import NothingToForward
from parley.identity.caller import Caller
from parley.media import attachments
from parley.messaging.access import membership_key
from parley.messaging.items import MessageItem
from parley.messaging.messages.kinds import REGULAR, SYSTEM, NewLocation
from parley.messaging.messages.reading import access_message, check_alive
from parley.messaging.messages.schemas import BatchResult, ForwardMessage, SendMessage, SentBatch
from parley.messaging.messages.sending.batches import result_of
from parley.messaging.messages.sending.claims import Forwarded
from parley.messaging.messages.views import message_address
from parley.settings import settings
from parley.tables import dynamodb
from parley.texts import says_something

LANES = 4


@dataclass(frozen=True, slots=True)
class _Source:
    """What is forwarded, and which conversations know its author."""

    item: MessageItem
    files: attachments.Files
    asked: ForwardMessage
    known_in: frozenset[str]


def do_forward(caller: Caller, message_id: str, body: ForwardMessage, *, idempotency_key: str | None) -> SentBatch:
    """Send what a message says to up to ten conversations, with a result for each, in order.

    2 RRU, 1 for each file and each conversation, and a send for each. With a key each copy is sent once, whatever has
    become of the message. Files that are gone are left out. Raises `MessageNotFound`, `NotAMember`, `MessageDeleted`,
    `NothingToForward`.
    """
    item = access_message(caller, message_id, consistent=True, shadowed=True).item
    check_alive(item)
    files = attachments.still_there(caller, [str(media_id) for media_id in item.attachments or ()])
    if not says_something(item.text) and not files and item.location is None:
        raise NothingToForward
    source = _Source(item, files, body, _known_in(caller, item, body.conversation_ids))
    lanes = [body.conversation_ids[each::LANES] for each in range(min(LANES, len(body.conversation_ids)))]

    def send_lane(lane: Sequence[str]) -> dict[str, BatchResult]:
        return {each: _send_copy(caller, source, each, idempotency_key) for each in lane}

    results = {place: each for sent in dynamodb.map_parallel(send_lane, lanes) for place, each in sent.items()}
    return SentBatch(data=[results[each] for each in body.conversation_ids])


def _author_of(item: MessageItem) -> str | None:
    """Who said first what a message says."""
    return str(item.author_id) if item.forwarded_at is None else item.forwarded_author


def _known_in(caller: Caller, item: MessageItem, conversation_ids: Sequence[str]) -> frozenset[str]:
    """The conversations that the message's first author is a member of. 1 RRU each."""
    author = _author_of(item)
    if author is None:
        return frozenset()
    places = {membership_key(caller.tenant_id, author, each): each for each in conversation_ids}
    found = dynamodb.batch_get(settings().chat_table, places, consistent=True)
    return frozenset(places[at] for at in found)


def _send_copy(caller: Caller, source: _Source, conversation_id: str, key: str | None) -> BatchResult:
    item = source.item
    copy = SendMessage(
        conversation_id=conversation_id,
        text=item.text or "",
        attachments=list(source.files),
        location=None if item.location is None else NewLocation(**item.location),
        type=REGULAR if item.type in {None, SYSTEM} else item.type,
        custom=(item.custom or {}) if source.asked.with_custom else {},
    )
    forwarded = Forwarded(
        author_id=_author_of(item) if conversation_id in source.known_in else None,
        created_at=int(item.forwarded_at or item.created_at),
        files=source.files,
        asked={"forward": str(message_address(item)), "with_custom": source.asked.with_custom},
    )
    return result_of(caller, copy, idempotency_key=_key_of(key, conversation_id), forwarded=forwarded)


def _key_of(key: str | None, conversation_id: str) -> str | None:
    return None if key is None else hashlib.sha256(f"forward/{conversation_id}/{key}".encode()).hexdigest()
