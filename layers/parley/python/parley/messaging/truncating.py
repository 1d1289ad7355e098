"""Truncating a conversation: nobody sees its beginning any more, at once; then it is removed, page by page.

`truncated_seq` of the conversation is a bound for everybody, as `visible_from` is for one member: whoever reads
messages reads it too (`access.within`, `access.seen_after`). It only goes up. What lies at or below it is taken away
later, when no request that saw it can be under way: each page is found by its keys alone, so a page that was half
removed is removed again, and the message goes after all that hangs on it. A reply that is shown in the conversation
has its place there, so it may outlive the message that it hangs on. See docs/adr/0088.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from parley.errors import ConversationArchived, ConversationNotFound, Unavailable
from parley.ids import MAX_SEQ, MessageAddress
from parley.media import attachments
from parley.messaging import activity, sequence
from parley.messaging.access import member_summary_key, meta_key
from parley.messaging.items import ConversationItem, MessageItem
from parley.messaging.members.memberships import ATTEMPTS
from parley.messaging.messages import pins
from parley.messaging.messages.reading import Place
from parley.messaging.messages.sending.claims import close_key
from parley.messaging.messages.shadowed import removal as shadowed
from parley.messaging.messages.views import message_address
from parley.messaging.sequence import close_unwritten
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.attributes import RawItem, number, text
from parley.tables.dynamodb import TransactionRefused, key_of
from parley.tables.expressions import Update, absent, at_most, exists, greater, less
from parley.tables.items import COLLECTION_INDEX
from parley.tables.keys import Key
from parley.tables.transactions import Action

PAGE = 100
PREVIEW = ("last_seq", "last_author_id", "last_text", "last_kinds", "last_version", "last_reply")


# setting the bound


def hide(
    tenant_id: str, conversation_id: str, seq: int, *, beside: Sequence[Action] = (), archived: bool = True
) -> bool:
    """Let nobody see anything up to `seq` from now on; false where nobody does already. 8 WRU and 1 to 34 RRU.

    `beside` are actions of the same transaction: where one is refused, `TransactionRefused` is raised. Where the newest
    message goes the conversation shows none, and keeps its place in lists. What is being written at this moment gets
    another number. Raises `ConversationNotFound`, `ConversationArchived` unless `archived` ones are truncated too.
    """
    at = meta_key(tenant_id, conversation_id)
    for _ in range(ATTEMPTS):
        conversation = ConversationItem.at(at, consistent=True)
        if conversation is None:
            raise ConversationNotFound
        if conversation.archived_at is not None and not archived:
            raise ConversationArchived
        if int(conversation.truncated_seq or 0) >= seq:
            return False
        try:
            dynamodb.transact([*_bound(tenant_id, conversation, seq, archived=archived), *beside])
        except TransactionRefused as refused:
            if not refused.failed(0):
                raise
        else:
            activity.note_as_stored(at)
            close_unwritten(at, conversation_id)
            return True
    raise Unavailable("The conversation is too busy")


def _bound(tenant_id: str, conversation: ConversationItem, seq: int, *, archived: bool) -> list[Action]:
    shown, table = conversation.last_seq, settings().chat_table
    change, condition = (
        Update().set(truncated_seq=seq),
        exists() & (absent("truncated_seq") | less("truncated_seq", seq)),
    )
    if not archived:
        condition &= absent("archived_at")
    if shown is None:
        condition &= absent("last_seq")
    elif int(shown) <= seq:
        change.remove(*PREVIEW)
        condition &= at_most("last_seq", seq)
    else:
        condition &= greater("last_seq", seq)
    summary = member_summary_key(tenant_id, conversation.conversation_id)
    return [
        transactions.update(table, conversation.key, change.add(version=1), condition=condition),
        transactions.update(table, summary, Update().set(truncated_seq=seq).add(version=1), condition=exists()),
    ]


# removing what is below it


@dataclass(frozen=True, slots=True)
class Removed:
    """How many messages and other items a page had, and whether there may be more."""

    messages: int = 0
    items: int = 0
    more: bool = True


def bound_of(tenant_id: str, conversation_id: str) -> int:
    """Up to which number a conversation is truncated. 1 RRU."""
    meta = dynamodb.get(settings().chat_table, meta_key(tenant_id, conversation_id), consistent=True)
    return number(meta or {}, "truncated_seq")


def remove_messages(tenant_id: str, conversation_id: str, through: int) -> Removed:
    """Remove a page of what was said up to a number: threads first, one at a time, then the messages themselves.

    1 RRU for some ten messages and 0.5 for each; 1 WRU for each message, 1 for its key, and 1 for what hangs on it.
    """
    pk = keys.conversation(tenant_id, conversation_id)
    found = _page(pk, (keys.message_sk(0), keys.annotations_sk(through)))
    roots = [keys.seq_of(raw["sk"]["S"]) for raw in found if text(raw, "entity") == "message" or "shadow" in raw]
    lines = {Key(keys.thread_under(pk, seq), keys.META_SK): seq for seq in roots}
    threads = dynamodb.batch_get(settings().chat_table, lines) if lines else {}
    for at in sorted(threads):
        return _remove_thread(tenant_id, at, MessageAddress(conversation_id, lines[at]), through)
    for raw in found:
        if (reply := _shown_reply(tenant_id, raw)) is not None:
            _remove_reply(tenant_id, reply)
    messages = _remove(tenant_id, found)
    return Removed(messages, len(found) - messages, more=bool(found))


def remove_rest(tenant_id: str, conversation_id: str, through: int) -> Removed:
    """Remove a page of what hung on them: earlier texts, reactions past the first fifty, votes, reports, old gaps."""
    pk = keys.conversation(tenant_id, conversation_id)
    spans = (through + 1) // sequence.OVERFLOW_SPAN
    gaps = [(keys.gaps_sk(0), keys.gaps_sk(spans - 1))] if spans else []
    for between in (*keys.belonging_through(through), *gaps):
        found = _page(pk, between)
        if found:
            for raw in found:
                if text(raw, "entity") == "shadowed_message":
                    shadowed.let_go(tenant_id, MessageItem.from_raw_data(raw))
            _delete(map(key_of, found))
            return Removed(items=len(found))
    return Removed(more=False)


def _remove_thread(tenant_id: str, line: Key, root: MessageAddress, through: int) -> Removed:
    """Remove a page of a thread: replies, but for those whose place in the conversation stays, then all else.

    Its sequence goes last, so that whoever comes back to a thread that is half removed finds it.
    """
    found = _all(line.pk, (keys.message_sk(0), keys.annotations_sk(MAX_SEQ)))
    staying = {keys.seq_of(raw["sk"]["S"]) for raw in found if number(raw, "shown_seq") > through}
    if going := [raw for raw in found if keys.seq_of(raw["sk"]["S"]) not in staying][:PAGE]:
        messages = _remove(tenant_id, going)
        return Removed(messages, len(going) - messages)
    for between in keys.belonging_through(MAX_SEQ):
        hung = _all(line.pk, between)
        if gone := [key_of(raw) for raw in hung if keys.seq_of(raw["sk"]["S"]) not in staying]:
            _delete(gone)
            return Removed(items=len(gone))
    follows, _ = dynamodb.query(
        settings().chat_table,
        keys.thread_followers(tenant_id, root.conversation_id, root.seq),
        index=COLLECTION_INDEX,
        limit=PAGE,
    )
    gaps, _ = dynamodb.query(settings().chat_table, line.pk, begins_with=keys.GAPS_PREFIX, limit=PAGE, consistent=True)
    _delete([*map(key_of, follows), *map(key_of, gaps)])
    if len(follows) < PAGE and len(gaps) < PAGE:
        _delete([line])
    return Removed(items=len(follows) + len(gaps))


def _shown_reply(tenant_id: str, raw: RawItem) -> MessageItem | None:
    """The reply that has this place in the conversation, where it has outlived its thread."""
    address = MessageAddress.parse(text(raw, "reference") or "")
    return None if address is None else MessageItem.at(Place(tenant_id, address).message, consistent=True)


def _remove_reply(tenant_id: str, reply: MessageItem) -> None:
    seq, at = int(reply.seq), reply.key
    for prefix in keys.belonging_to(seq):
        hung, _ = dynamodb.query(settings().chat_table, at.pk, begins_with=prefix, consistent=True)
        _delete(map(key_of, hung))
    _delete([keys.annotations_under(at)])
    _let_go(tenant_id, reply)
    _delete([at])


def _remove(tenant_id: str, found: Sequence[RawItem]) -> int:
    """Remove messages, and what stands beside them; how many messages there were."""
    messages = [MessageItem.from_raw_data(raw) for raw in found if text(raw, "entity") == "message"]
    dynamodb.map_parallel(lambda item: _let_go(tenant_id, item), messages)
    _delete(at for at in map(key_of, found) if keys.is_annotations(at.sk))
    _delete(at for at in map(key_of, found) if not keys.is_annotations(at.sk))
    return len(messages)


def _let_go(tenant_id: str, item: MessageItem) -> None:
    """What a message holds elsewhere: the key that it was sent with, its files, its pin."""
    if item.idempotency_key is not None and item.author_id is not None:
        close_key(tenant_id, item.author_id, item.idempotency_key)
    address = message_address(item)
    if item.media_ids:
        attachments.release(tenant_id, [str(media_id) for media_id in item.media_ids], str(address))
    if item.pinned_at is not None:
        pins.forget(Place(tenant_id, address))


def _page(pk: str, between: tuple[str, str]) -> list[RawItem]:
    found, _ = dynamodb.query(settings().chat_table, pk, between=between, limit=PAGE, consistent=True)
    return found


def _all(pk: str, between: tuple[str, str]) -> list[RawItem]:
    """A megabyte of it at least, and as much more as there is."""
    return list(dynamodb.every(settings().chat_table, pk, between=between, consistent=True))


def _delete(places: Iterable[Key]) -> None:
    dynamodb.map_parallel(lambda at: dynamodb.delete(settings().chat_table, at), list(places))
