"""Deleting a message: a tombstone that keeps its place or, for the tenant's back end, nothing but the place.

A delete is a chain of writes, each harmless to repeat: the tombstone first, then the gap that keeps unread counts and
reply counts exact and clears the preview. A crash in between is repaired by repeating the request, and by readers.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Literal

from parley import clock
from parley.audit import audit_log
from parley.errors import MessageNotFound, ServerTokenRequired, Unavailable, VersionConflict
from parley.identity.caller import Caller
from parley.ids import MessageAddress
from parley.media import attachments
from parley.messaging.access import check_may, check_open, still_holds_role, still_may_write
from parley.messaging.conversations.gaps import record_deleted
from parley.messaging.conversations.previews import show_newest_before
from parley.messaging.items import SAID, SAID_BY_AUTHOR, ConversationItem, MembershipItem, MessageItem
from parley.messaging.members.memberships import ATTEMPTS
from parley.messaging.messages import pins, threads
from parley.messaging.messages.annotations import OVERFLOW_PREFIX, USERS_PREFIX, VOTES_PREFIX
from parley.messaging.messages.reading import IS_ALIVE, Place, access_message, locate
from parley.messaging.messages.schemas import MessageContent
from parley.messaging.messages.sending.claims import close_key
from parley.messaging.messages.views import content_view
from parley.messaging.sequence import gaps_between
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.attributes import RawItem
from parley.tables.dynamodb import ConditionFailed, TransactionRefused
from parley.tables.expressions import Condition, Update, differs, exists, matching
from parley.tables.keys import Key
from parley.tables.transactions import Action


def do_delete(caller: Caller, message_id: str, *, if_match: int | None) -> MessageContent:
    """Leave a tombstone in a message's place: the author, whose role allows it, or the tenant's back end.

    1.5 RRU and 2 WRU; a reply costs 2 WRU more for its thread's count, 3 where it is shown in the conversation.
    Another's costs 5 WRU more, since it goes on condition of the role. A block keeps nobody from taking away their own.
    A repetition is answered alike. Raises `InsufficientRole`, `VersionConflict` unless the message still has the
    version `if_match`, and what `access_message` and `check_open` raise.
    """
    if caller.is_server and not caller.user_id:
        by_server = _access_by_server(caller, message_id)
        return content_view(
            _bury(caller, *by_server, if_match=if_match, together=[_line_of_delete(caller, message_id)])
        )
    for _ in range(ATTEMPTS):
        found = access_message(caller, message_id, beside=lambda place: place.meta, shadowed=True)
        if found.item.void and found.item.deleted_at is None:
            raise MessageNotFound
        is_own = found.item.author_id == caller.user_id
        if not is_own:
            check_may(caller, found.membership, "delete_any")
        if not caller.is_server:
            check_open(found.beside or {})
        with suppress(TransactionRefused):  # the caller's role has changed, or the conversation has been archived
            together = () if is_own else _beside_anothers(caller, found.membership, message_id)
            return content_view(
                _bury(caller, found.place, found.item, found.beside, if_match=if_match, together=together)
            )
    raise Unavailable("The conversation is too busy")


def _beside_anothers(caller: Caller, membership: MembershipItem, message_id: str) -> Sequence[Action]:
    """What goes with the delete of another's message: that the role which allows it is held; of a server, its line."""
    if not caller.is_server:
        return still_may_write(caller, membership)
    return [still_holds_role(membership), _line_of_delete(caller, message_id)]


def _line_of_delete(caller: Caller, message_id: str) -> Action:
    return _line(caller, "message.deleted", message_id)


def _line(caller: Caller, action: Literal["message.deleted", "message.erased"], message_id: str) -> Action:
    address = MessageAddress.parse(message_id)
    conversation_id = None if address is None else address.conversation_id
    return audit_log.line(caller, action, ("message", message_id), conversation_id=conversation_id)


def do_erase(caller: Caller, message_id: str, *, if_match: int | None) -> None:
    """Remove a message for good: what it said and said before, reactions and votes, its pin; its key sends it no more.

    Files that no other message has are removed too, by media's sweeper.

    Its place stays void, so that neither a late repetition of the send finds it free nor a reader waits for it. Its key
    is closed before the place is emptied, since until then the message says which it was, its annotations before
    they are removed, so that none comes later. The preview becomes another's in the same transaction: earlier, readers
    would miss a message that is there; later, an erasure that died would find nothing in the place to come back for.
    Only a server token may; a repetition changes nothing.

    Raises `ServerTokenRequired`, `MessageNotFound`, and `VersionConflict` unless the message, or the tombstone in its
    place, still has the version `if_match`.
    """
    if not caller.is_server:
        raise ServerTokenRequired
    deleted, erased = _line_of_delete(caller, message_id), _line(caller, "message.erased", message_id)
    erase(caller, message_id, if_match=if_match, deleted=[deleted], erased=[erased])


def erase(
    caller: Caller,
    message_id: str,
    *,
    if_match: int | None = None,
    deleted: Sequence[Action] = (),
    erased: Sequence[Action] = (),
) -> None:
    """Remove a message for good, as `do_erase` says; what it is `deleted` and `erased` with is the audit log's.

    Who erases a user has told the log so, and tells it nothing of each message.
    """
    place, item, meta = _access_by_server(caller, message_id)
    is_tombstone = item.deleted_at is not None and not item.void
    if is_tombstone and if_match is not None and if_match != item.version:
        raise VersionConflict
    item = _bury(caller, place, item, meta, if_match=if_match, together=deleted)
    if item.void:
        _show_another(place, item)
        return
    if item.idempotency_key is not None and item.author_id is not None:
        close_key(caller.tenant_id, item.author_id, item.idempotency_key)
    if item.media_ids:
        attachments.release(caller.tenant_id, [str(media_id) for media_id in item.media_ids], message_id)
    _close_annotations(place.annotations)
    seq = place.address.seq
    for prefix in (keys.edits_prefix(seq), keys.overflow_prefix(seq), keys.votes_prefix(seq)):
        _delete_all(place.pk, prefix)
    pins.forget(place)
    _void(place, item, erased)


def _void(place: Place, item: MessageItem, lines: Sequence[Action]) -> None:
    """Empty the places of a message that has been deleted; what may know one by `version` learns of it.

    1 RRU and 1 WRU a place, with a line 2 and 2 more; where the conversation shows this message, a transaction and
    some reads.
    """
    places = {place.message: exists() & differs("void", True)}
    if item.shown_seq is not None:
        places = {Key(place.meta.pk, keys.message_sk(int(item.shown_seq))): exists()} | places
    table = settings().chat_table
    actions = [transactions.update(table, at, _emptied(), condition=condition) for at, condition in places.items()]
    if _show_another(place, item, [*actions, *lines]):
        return
    if lines:
        with suppress(TransactionRefused):  # another has emptied it, and told the log
            dynamodb.transact([*actions, *lines])
        return
    for at, condition in places.items():
        with suppress(ConditionFailed):
            dynamodb.update(table, at, _emptied(), condition=condition)


def _emptied() -> Update:
    return Update().set(void=True).remove(*SAID).add(version=1)


def _show_another(place: Place, item: MessageItem, together: Sequence[Action] = ()) -> bool:
    """The conversation's preview is no longer of this message: what is deleted for good leaves nothing. 1 RRU.

    False where it was not; `together` are actions of the same transaction.
    """
    seq = item.shown_seq if place.address.root_seq is not None else item.seq
    meta = ConversationItem.at(place.meta, consistent=True)
    if seq is None or meta is None or int(meta.last_seq or 0) != int(seq):
        return False
    return show_newest_before(place.meta, int(seq), together=together)


def _access_by_server(caller: Caller, message_id: str) -> tuple[Place, MessageItem, RawItem | None]:
    """The place of a message, the message, and its conversation. Raises `MessageNotFound`."""
    place = locate(caller, message_id)
    found = dynamodb.batch_get(settings().chat_table, [place.message, place.meta], consistent=True)
    item = MessageItem.read(found.get(place.message))
    if item is None or item.reference is not None or (item.void and item.deleted_at is None):
        raise MessageNotFound
    return place, item, found.get(place.meta)


def _bury(
    caller: Caller,
    place: Place,
    item: MessageItem,
    meta: RawItem | None,
    *,
    if_match: int | None,
    together: Sequence[Action] = (),
) -> MessageItem:
    """Write the tombstone unless it is there, then whatever follows from it and has not been written yet.

    `together` are actions of the tombstone's transaction. Raises `TransactionRefused` where one of them is refused,
    and `VersionConflict`.
    """
    is_new = item.deleted_at is None
    if is_new:
        item, is_new = _write_tombstone(caller, place, if_match, together)
    if place.shadow is not None:
        return item
    conversation = ConversationItem.read(meta)
    if conversation is not None:
        _record_in_conversation(place, item, conversation)
    if place.address.root is not None:
        recorded = record_deleted(place.line, place.address.seq)
        if recorded is not None:
            threads.set_reply_count(place.tenant_id, place.address.root, recorded, None)
        elif not is_new:
            threads.show_reply_count(place.tenant_id, place.address.root)
    if item.pinned_at is not None:
        pins.forget(place)
    return item


def _write_tombstone(
    caller: Caller, place: Place, if_match: int | None, together: Sequence[Action]
) -> tuple[MessageItem, bool]:
    change = (
        Update()
        .set(deleted_at=clock.now_ms(), deleted_by=caller.user_id or "server")
        .remove(*SAID_BY_AUTHOR)
        .add(version=1)
    )
    try:
        raw = _update(place, change, matching(IS_ALIVE, if_match), together)
    except ConditionFailed as failed:
        item = MessageItem.read(failed.item)
        if item is None or (item.void and item.deleted_at is None):
            raise MessageNotFound from None
        if item.deleted_at is None:
            raise VersionConflict from None
        return item, False
    return MessageItem.from_raw_data(raw), True


def _update(place: Place, change: Update, condition: Condition, together: Sequence[Action]) -> RawItem:
    """Change a message on a condition, with other actions in one transaction; as it is then.

    Raises `ConditionFailed`, `TransactionRefused`.
    """
    table = settings().chat_table
    if not together:
        return dynamodb.update(table, place.message, change, condition=condition, returning="ALL_NEW")
    write = transactions.update(table, place.message, change, condition=condition, tell=True)
    try:
        dynamodb.transact([write, *together])
    except TransactionRefused as refused:
        if refused.failed(0):
            raise ConditionFailed(refused.item(0)) from None
        raise
    return dynamodb.get(table, place.message, consistent=True) or {}


def _record_in_conversation(place: Place, item: MessageItem, conversation: ConversationItem) -> None:
    """The message's number in the conversation, if it has one, counts for nobody from now on."""
    seq = item.shown_seq if place.address.root_seq is not None else item.seq
    if seq is None or int(seq) in gaps_between(conversation, int(seq) - 1, int(seq)):
        return
    newest = conversation.last_seq is not None and int(conversation.last_seq) == int(seq)
    record_deleted(place.meta, int(seq), newest=newest)


def delete_edits(place: Place) -> None:
    """Remove what a message said before its edits. Repeating it is fine."""
    _delete_all(place.pk, keys.edits_prefix(place.address.seq))


def _delete_all(pk: str, prefix: str) -> None:
    start: RawItem | None = None
    while True:
        items, start = dynamodb.query(settings().chat_table, pk, begins_with=prefix, consistent=True, after=start)
        dynamodb.map_parallel(lambda item: dynamodb.delete(settings().chat_table, dynamodb.key_of(item)), items)
        if start is None:
            return


def _close_annotations(at: Key) -> None:
    """Take no reaction or vote from now on, and remove all; the count of replies stays, as replies do. 1 RRU, 2 WRU."""
    raw = dynamodb.update(
        settings().chat_table, at, Update().set(entity="annotations", closed=True).add(version=1), returning="ALL_NEW"
    )
    names = [name for name in raw if name.startswith((USERS_PREFIX, OVERFLOW_PREFIX, VOTES_PREFIX))]
    if names or "poll_closed_at" in raw:
        change = Update().remove("kinds", "voters", "anonymous", "poll_closed_at", *names).add(version=1)
        dynamodb.update(settings().chat_table, at, change, condition=exists())
