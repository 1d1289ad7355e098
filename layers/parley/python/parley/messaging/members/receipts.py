"""Read receipts: a member's own pointer moves with what they have read, and the others see how far that is."""

from contextlib import suppress

from parley.errors import ConversationNotFound, MessageNotFound, MessageTooOld, ReceiptsHidden, Unavailable
from parley.identity.caller import Caller
from parley.ids import MessageAddress
from parley.messaging.access import (
    access_membership,
    check_may_write,
    check_membership,
    check_well_formed,
    membership_key,
    meta_key,
    within,
)
from parley.messaging.items import ConversationItem, MembershipItem, MessageItem
from parley.messaging.members.delivery import delivered_seq
from parley.messaging.members.members import read_members, user_of
from parley.messaging.members.memberships import ATTEMPTS
from parley.messaging.members.read_state import clear_history, move_read_pointer, move_read_pointer_back
from parley.messaging.members.schemas import (
    ClearedHistory,
    ClearHistory,
    MarkRead,
    MarkUnread,
    ReadState,
    Receipt,
)
from parley.messaging.sequence import count_unread
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import number, text
from parley.tables.dynamodb import TransactionRefused
from parley.tables.keys import Key
from parley.wire import Page, moment

MOST_MARKED_UNREAD = 100
"""How many numbers back a message may be marked as unread."""


def do_mark_read(caller: Caller, conversation_id: str, body: MarkRead) -> ReadState:
    """Move the caller's read pointer to a message, or to the end; never backwards. 1 RRU and 1 WRU.

    A thread reply that is shown in the conversation is read in its place there, 1 RRU more. Raises as
    `access_membership` does, `Blocked`, and `MessageNotFound` for what is no message of this conversation.
    """
    conversation, seq = _up_to(caller, conversation_id, body.message_id)
    raw = move_read_pointer(caller, conversation_id, seq)
    membership = check_membership(caller, conversation_id, MembershipItem.read(raw))
    check_may_write(caller, membership, None)
    return _state(conversation, membership)


def _up_to(caller: Caller, conversation_id: str, message_id: str | None) -> tuple[ConversationItem, int]:
    """The conversation, and the number in it of a message or of its end. Raises as `do_mark_read` does."""
    check_well_formed(conversation_id)
    conversation = ConversationItem.at(meta_key(caller.tenant_id, conversation_id), consistent=True)
    if conversation is None:
        raise ConversationNotFound
    seq = number_of(caller, conversation, message_id)
    if seq is None:
        access_membership(caller, conversation_id)
        raise MessageNotFound
    return conversation, seq


def _state(conversation: ConversationItem, membership: MembershipItem) -> ReadState:
    return ReadState(
        conversation_id=conversation.conversation_id,
        read_seq=int(membership.read_seq),
        unread_count=count_unread(conversation, membership),
    )


def do_clear_history(caller: Caller, conversation_id: str, body: ClearHistory) -> ClearedHistory:
    """Show the caller nothing up to a message, or to the end, wherever they look. 1 RRU and 1 WRU.

    Nobody is told but their other devices, and it is no reading: receipts stay. Raises as `do_mark_read` does, but to
    one who is blocked it is allowed.
    """
    conversation, seq = _up_to(caller, conversation_id, body.message_id)
    raw = clear_history(caller, conversation_id, seq)
    membership = check_membership(caller, conversation_id, MembershipItem.read(raw))
    return ClearedHistory(
        conversation_id=conversation.conversation_id,
        visible_from=max(int(membership.visible_from), int(conversation.truncated_seq or 0)),
        unread_count=count_unread(conversation, membership),
    )


def do_mark_unread(caller: Caller, conversation_id: str, body: MarkUnread) -> ReadState:
    """Mark a message and what came after it as unread: the pointer goes to just before it. 2 to 27 RRU, 4 WRU.

    One of the last hundred numbers, since the caller's own messages among them are looked for: they count for nobody
    but the others. Raises as `do_mark_read` does, and `MessageTooOld`.
    """
    check_well_formed(conversation_id)
    mine, meta = (
        membership_key(caller.tenant_id, caller.user_id, conversation_id),
        meta_key(caller.tenant_id, conversation_id),
    )
    for _ in range(ATTEMPTS):
        found = dynamodb.batch_get(settings().chat_table, [mine, meta], consistent=True)
        membership = check_membership(caller, conversation_id, MembershipItem.read(found.get(mine)))
        check_may_write(caller, membership, None)
        conversation = ConversationItem.read(found.get(meta))
        if conversation is None:
            raise ConversationNotFound
        seq = number_of(caller, conversation, body.message_id)
        if seq is None or seq <= int(within(membership, found.get(meta)).visible_from):
            raise MessageNotFound
        if seq <= int(conversation.seq) - MOST_MARKED_UNREAD:
            raise MessageTooOld(f"One of the last {MOST_MARKED_UNREAD} messages can be marked as unread")
        own = _own_after(caller, meta, seq, int(conversation.seq))
        with suppress(TransactionRefused):  # the membership has changed meanwhile
            move_read_pointer_back(membership, seq - 1, own)
            membership.read_seq, membership.own_after = seq - 1, set(own) or None
            return _state(conversation, membership)
    raise Unavailable("The conversation is too busy")


def _own_after(caller: Caller, meta: Key, seq: int, until: int) -> set[int]:
    """The numbers of the caller's own messages from `seq` on, tombstones among them."""
    between = (keys.message_sk(seq), keys.message_sk(until))
    found = dynamodb.every(settings().chat_table, meta.pk, between=between, consistent=True)
    return {number(raw, "seq") for raw in found if text(raw, "author_id") == caller.user_id and "seq" in raw}


def number_of(caller: Caller, conversation: ConversationItem, message_id: str | None) -> int | None:
    """The number that a message has in the conversation, its last one where none is named; None where it has none."""
    end = int(conversation.seq)
    if message_id is None:
        return end
    address = MessageAddress.parse(message_id)
    if address is None or address.conversation_id != conversation.conversation_id:
        return None
    seq: int | None = address.seq
    if address.root_seq is not None:
        pk = keys.thread(caller.tenant_id, address.conversation_id, address.root_seq)
        reply = MessageItem.at(Key(pk, keys.message_sk(address.seq)), consistent=True)
        seq = None if reply is None or reply.shown_seq is None else int(reply.shown_seq)
    return seq if seq is not None and seq <= end else None


def do_list_receipts(caller: Caller, conversation_id: str, *, limit: int, cursor: str | None) -> Page[Receipt]:
    """How far each member has read, in the order of their ids. Raises `ReceiptsHidden` where the tenant hides it."""
    access_membership(caller, conversation_id, "see_members")
    if caller.tenant.settings.hide_receipts:
        raise ReceiptsHidden
    found = read_members(caller.tenant_id, conversation_id, ("receipts",), limit=limit, cursor=cursor)
    places = [membership_key(caller.tenant_id, user_of(indexed), conversation_id) for indexed in found.entries]
    memberships = dynamodb.batch_get(settings().chat_table, places) if places else {}
    return Page(
        data=[_receipt(MembershipItem.from_raw_data(memberships[at])) for at in places if at in memberships],
        next_cursor=found.next_cursor,
        prev_cursor=found.prev_cursor,
    )


def _receipt(membership: MembershipItem) -> Receipt:
    return Receipt(
        user_id=membership.user_id,
        read_seq=int(membership.read_seq),
        read_at=moment(membership.read_at),
        delivered_seq=delivered_seq(membership),
        delivered_at=moment(membership.delivered_at),
    )
