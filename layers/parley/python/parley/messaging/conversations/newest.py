"""The newest messages of conversations, held against what `META` says of them.

A send shows its preview before its message is there, and an edit or a delete reaches the message before the preview. So
what a list is about to show is compared with the message itself: nobody reads the text of a message that does not exist
or has been deleted, and what a request left half done when it died is set right here.
"""

from collections.abc import Sequence

from parley import clock
from parley.messaging.conversations.gaps import record_deleted, record_silent, settle
from parley.messaging.conversations.previews import (
    SETTLING_MS,
    Newest,
    kinds_stored,
    preview_text,
    show_edit,
    show_newest_before,
    tail_before,
    text_place,
)
from parley.messaging.items import ConversationItem, MessageItem
from parley.messaging.sequence import gaps_between
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.keys import Key

MAX_SETTLED = 25
"""Numbers of one conversation that one read closes at most; the next read goes on."""


def checked(conversations: Sequence[ConversationItem]) -> list[ConversationItem]:
    """The conversations as their newest messages are: one call, 0.5 RRU for each.

    One more call where a newest message is a reply, and a few for each conversation whose preview is not true.
    """
    newest = _newest_of(conversations)
    return [_checked(each, newest.get(each.key)) for each in conversations]


def _newest_of(conversations: Sequence[ConversationItem]) -> dict[Key, MessageItem]:
    """What stands in the places that the previews are of, by the key of `META`; with a reply's text."""
    places = {
        Key(each.pk, keys.message_sk(int(each.last_seq))): each.key
        for each in conversations
        if each.last_seq is not None
    }
    found = dynamodb.batch_get(settings().chat_table, places) if places else {}
    newest = {places[at]: MessageItem.from_raw_data(raw) for at, raw in found.items()}
    shown = {text_place(meta, item): meta for meta, item in newest.items() if item.reference is not None}
    texts = dynamodb.batch_get(settings().chat_table, shown) if shown else {}
    return newest | {shown[at]: MessageItem.from_raw_data(raw) for at, raw in texts.items()}


def _checked(conversation: ConversationItem, item: MessageItem | None) -> ConversationItem:
    seq, last, truncated = int(conversation.seq), int(conversation.last_seq or 0), int(conversation.truncated_seq or 0)
    if seq <= truncated:
        return conversation
    is_unused = last > truncated and (item is None or item.void)
    shown = max(last, truncated)
    if is_unused or len(gaps_between(conversation, shown, seq)) < seq - shown:
        return _without_unused(conversation)
    if item is None:
        return conversation
    if item.deleted_at is not None and conversation.last_text is not None:
        record_deleted(conversation.key, last, newest=True)
        return ConversationItem.at(conversation.key, consistent=True) or conversation
    if was_edited(conversation, last, item):
        show_edit(conversation.key, last, item)
        return _showing(conversation, Newest(last, item))
    return conversation


def was_edited(conversation: ConversationItem, seq: int, item: MessageItem) -> bool:
    """Whether the message in this place says something later than the preview of it. Pinning it changes no text."""
    if item.deleted_at is not None or conversation.last_text is None or int(conversation.last_seq or 0) != seq:
        return False
    is_later = int(item.version) > int(conversation.last_version or 0)
    says = (preview_text(item.heading), kinds_stored(item.kinds))
    return is_later and says != (conversation.last_text, conversation.last_kinds)


def _without_unused(conversation: ConversationItem) -> ConversationItem:
    """The conversation with the newest message that exists; numbers whose writers died are closed, the newest first."""
    at, seq = conversation.key, int(conversation.seq)
    tail = tail_before(at, seq + 1, after=int(conversation.truncated_seq or 0))
    unused = set(tail.void)
    if clock.now_ms() - int(conversation.given_at or 0) >= SETTLING_MS:
        unused |= tail.absent
    looked_at = unused | tail.silent
    recorded = gaps_between(conversation, min(looked_at) - 1, seq) if looked_at else set()
    unrecorded = sorted(tail.silent - recorded, reverse=True)[:MAX_SETTLED]
    for each in unrecorded:
        record_silent(at, each)
    settled = settle(at, conversation.conversation_id, sorted(unused - recorded, reverse=True)[:MAX_SETTLED])
    if unrecorded or settled:
        conversation = ConversationItem.at(at, consistent=True) or conversation
    elif (
        int(conversation.last_seq or 0) in tail.void
    ):  # deleted for good by a request that died before it showed another
        show_newest_before(at, int(conversation.last_seq))
    return _showing(conversation, tail.newest)


def _showing(conversation: ConversationItem, newest: Newest | None) -> ConversationItem:
    """The conversation with the preview of this message, as an answer shows it: nothing is written."""
    if newest is None:
        conversation.last_seq = None
        if not conversation.truncated_seq:
            conversation.last_at = conversation.created_at
        return conversation
    item = newest.item
    conversation.last_seq, conversation.last_author_id = newest.seq, item.author_id
    deleted = item.deleted_at is not None
    conversation.last_text = None if deleted else preview_text(item.heading)
    conversation.last_kinds = None if deleted else kinds_stored(item.kinds)
    conversation.last_at, conversation.last_version = item.created_at, item.version
    return conversation
