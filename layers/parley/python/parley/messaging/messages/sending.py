"""Sending: the hot path. Four round trips, at most 5 WRU and 1 RRU, one message whatever crashes or repeats.

| step | call |
| --- | --- |
| 0 | in parallel: take from the sender's rate limit, read the membership (consistent) |
| | where the tenant moderates: its block list and its pre-send webhook (`parley.messaging.messages.moderating`) |
| 1 | give out the next number and show the preview, on condition that the conversation is not archived |
| 2 | claim the idempotency key with the number; a repetition takes the first one's number instead |
| 3 | in parallel: put the message where none is, move the sender's read pointer |

A crash between any two steps leaves at most a number that nobody uses. A repetition finds the number at step 2 and
repeats step 3; its own number of step 1 becomes a gap, and the preview that of the newest message again. A reply that
is shown in the conversation has two numbers and two places, each of which may have to be repeated. See docs/adr/0006.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parley import clock
from parley.errors import (
    Blocked,
    ConversationArchived,
    ConversationNotFound,
    IdempotencyKeyReused,
    MessageTooLong,
    ParentNotFound,
    Unavailable,
)
from parley.identity.caller import Caller
from parley.ids import MessageAddress
from parley.media import attachments
from parley.media.attachments import Files
from parley.messaging.access import access_membership, meta_key
from parley.messaging.conversations.previews import preview
from parley.messaging.items import MembershipItem, MessageItem
from parley.messaging.members.memberships import IS_OPEN
from parley.messaging.members.read_state import advance_read_pointer
from parley.messaging.messages import threads
from parley.messaging.messages.gaps import record_unused, settle
from parley.messaging.messages.limits import take_for_send
from parley.messaging.messages.moderating import STORED_AS, screen_send, verdict_in
from parley.messaging.messages.schemas import Message, SendMessage
from parley.messaging.messages.views import message_address, message_view
from parley.messaging.sequence import Allocation, allocate
from parley.settings import settings
from parley.tables import attributes, dynamodb, idempotency, keys
from parley.tables.attributes import RawItem
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, equals, stored
from parley.tables.keys import Key
from parley.tables.rate_limits import Decision

if TYPE_CHECKING:
    from parley.moderation.verdicts import Verdict

IDEMPOTENCY_SCOPE = "messages"


@dataclass(frozen=True, slots=True)
class Sent:
    """The message, whether an earlier request had sent it, and what is left of the sender's limit."""

    message: Message
    replayed: bool
    rate: Decision


@dataclass(frozen=True, slots=True)
class _Draft:
    """What is being sent, by whom, where to, under which key."""

    caller: Caller
    body: SendMessage
    parent: MessageAddress | None
    key: str | None
    files: Files
    verdict: "Verdict | None" = None

    @property
    def text(self) -> str:
        """What the message says once moderation has masked it."""
        return self.body.text if self.verdict is None else self.verdict.apply(self.body.text)

    @property
    def meta(self) -> Key:
        return meta_key(self.caller.tenant_id, self.body.conversation_id)


@dataclass(frozen=True, slots=True)
class _Numbers:
    """What step 1 gave out, and when: the message's number, and one in the conversation for a reply shown there too."""

    line: Key
    given_at: int
    own: Allocation
    shown: Allocation | None = None


@dataclass(frozen=True, slots=True)
class _Claim:
    """Which numbers a send holds, since when and under which verdict: its own, or those of the request it repeats."""

    seq: int
    shown_seq: int | None
    created_at: int
    replayed: bool = False
    verdict: "Verdict | None" = None


def do_send(caller: Caller, body: SendMessage, *, idempotency_key: str | None) -> Sent:
    """Send a message, or a thread reply when it names a parent; with a key, exactly once.

    Raises `ConversationNotFound`, `NotAMember`, `ConversationArchived`, `Blocked`, `MessageTooLong`, `ParentNotFound`,
    `AttachmentNotFound`, `AttachmentNotReady`, `AttachmentRejected`, `RateLimited`, `MessageRefused`,
    `ModerationUnavailable`, and `IdempotencyKeyReused` for a key that came with another body.
    """
    parent = check_sendable(caller, body)
    rate, membership = dynamodb.in_parallel(
        lambda: take_for_send(caller),
        lambda: access_membership(caller, body.conversation_id),
    )
    check_not_blocked(membership)
    if parent is not None:
        threads.access_root(caller, parent, visible_from=int(membership.visible_from))
    files = attachments.check_attachable(caller, body.attachments)
    draft = _Draft(caller, body, parent, idempotency_key, files)
    draft = replace(draft, verdict=screen_send(caller, body, earlier=lambda: _earlier_verdict(draft)))
    numbers = _give_out(draft, clock.now_ms())
    claim = _claim(draft, numbers)
    if claim.replayed:
        draft = replace(draft, verdict=claim.verdict)
    item = _repeat(draft, numbers, claim) if claim.replayed else _publish(draft, numbers, claim)
    return Sent(message_view(item), claim.replayed, rate)


def check_sendable(caller: Caller, body: SendMessage) -> MessageAddress | None:
    """Check what needs no table; the address of the parent, where there is one."""
    limit = caller.tenant.settings.text_limit
    if len(body.text) > limit:
        raise MessageTooLong(f"A text is at most {limit} characters")
    if body.parent_id is None:
        return None
    parent = MessageAddress.parse(body.parent_id)
    if parent is None or parent.conversation_id != body.conversation_id or parent.root_seq is not None:
        raise ParentNotFound
    return parent


def check_not_blocked(membership: MembershipItem) -> None:
    """Refuse a direct message to a user who has blocked the sender."""
    if membership.blocked:
        raise Blocked


def _give_out(draft: _Draft, now: int) -> _Numbers:
    """Step 1: a number in the conversation, in the thread, or in both at once."""
    parent = draft.parent
    if parent is None:
        return _Numbers(draft.meta, now, _give_out_in_conversation(draft, now))
    line = threads.meta_key(draft.caller.tenant_id, parent)
    if not draft.body.show_in_conversation:
        return _Numbers(line, now, threads.allocate_reply(line, parent, now))
    shown, own = dynamodb.in_parallel(
        lambda: _give_out_in_conversation(draft, now),
        lambda: threads.allocate_reply(line, parent, now),
    )
    return _Numbers(line, now, own, shown)


def _give_out_in_conversation(draft: _Draft, now: int) -> Allocation:
    try:
        return allocate(
            draft.meta,
            Update().set(preview(draft.caller.user_id, draft.text, now), last_seq=stored("seq", plus=1)),
            now=now,
            condition=IS_OPEN,
        )
    except ConditionFailed as failed:
        raise (ConversationNotFound if failed.item is None else ConversationArchived) from None


def _claim(draft: _Draft, numbers: _Numbers) -> _Claim:
    """Step 2: bind the key to these numbers, or learn those that a first request bound to it."""
    mine = _Claim(numbers.own.seq, None if numbers.shown is None else numbers.shown.seq, numbers.given_at)
    if draft.key is None:
        return mine
    body_hash = _body_hash(draft)
    verdict = draft.verdict
    record = {
        **_claim_key(draft)._asdict(),
        "entity": "send",
        "body_hash": body_hash,
        "seq": mine.seq,
        "shown_seq": mine.shown_seq,
        "created_at": mine.created_at,
        STORED_AS: verdict.stored() if verdict is not None and verdict.says_something else None,
    }
    try:
        dynamodb.put_if_absent(settings().control_table, attributes.item(record))
    except ConditionFailed as failed:
        first = failed.item or {}
        if attributes.text(first, "body_hash") != body_hash:
            _give_back(draft, numbers)
            raise IdempotencyKeyReused from None
        return _claimed(first)
    return mine


def _claimed(record: RawItem) -> _Claim:
    return _Claim(
        attributes.required_number(record, "seq"),
        attributes.number_or_none(record, "shown_seq"),
        attributes.required_number(record, "created_at"),
        replayed=True,
        verdict=verdict_in(record) if STORED_AS in record else None,
    )


def _body_hash(draft: _Draft) -> str:
    """Of what was asked, not of what moderation makes of it."""
    return idempotency.body_hash(draft.body.model_dump(mode="json"))


def _earlier_verdict(draft: _Draft) -> "Verdict | None":
    """The verdict under which an earlier request with the same key was carried out. 1 RRU."""
    if draft.key is None:
        return None
    record = dynamodb.get(settings().control_table, _claim_key(draft), consistent=True)
    if record is None:
        return None
    if attributes.required_text(record, "body_hash") != _body_hash(draft):
        raise IdempotencyKeyReused
    return verdict_in(record)


def claim_key(tenant_id: str, user_id: str, key: str) -> Key:
    """Where a send keeps its key: as long as the message lives, so it has no expiry."""
    return keys.idempotency(tenant_id, IDEMPOTENCY_SCOPE, user_id, key)


def _claim_key(draft: _Draft) -> Key:
    return claim_key(draft.caller.tenant_id, draft.caller.user_id, draft.key or "")


def _repeat(draft: _Draft, numbers: _Numbers, claim: _Claim) -> MessageItem:
    """Repeat step 3 for an earlier request, in case it died before; then give the numbers of this one back.

    Where a reader has closed one of the earlier numbers meanwhile (its writer had been silent for 5 s), this request's
    own takes its place, and the key is bound to it.
    """
    written = _write(draft, numbers, claim)
    if written.complete:
        _give_back(draft, numbers, repeated=claim)
        return written.item
    rebound = _rebind(draft, numbers, claim, both=not written.placed)
    if rebound.seq == numbers.own.seq:
        if claim.shown_seq is not None:
            settle(draft.meta, draft.body.conversation_id, [claim.shown_seq])
        return _publish(draft, numbers, rebound)
    if numbers.shown is None or rebound.shown_seq != numbers.shown.seq:
        return _repeat(draft, numbers, rebound)
    written = _write(draft, numbers, rebound)
    _give_back(draft, replace(numbers, shown=None), repeated=claim)
    if not written.complete:
        raise Unavailable("The message took too long to write")
    return written.item


def _publish(draft: _Draft, numbers: _Numbers, claim: _Claim) -> MessageItem:
    """Step 3 with numbers of one's own."""
    written = _write(draft, numbers, claim)
    if not written.complete:
        raise Unavailable("The message took too long to write")
    if draft.parent is not None:
        state = threads.state_after(numbers.own)
        threads.set_reply_count(draft.caller.tenant_id, draft.parent, state, claim.created_at)
    return written.item


def _rebind(draft: _Draft, numbers: _Numbers, claim: _Claim, *, both: bool) -> _Claim:
    """Bind the key to this request's numbers, `both` or the one in the conversation; the claim that holds.

    Another repetition may have bound it anew before.
    """
    change, is_as_claimed = Update(), equals("seq", claim.seq)
    if both:
        change.set(seq=numbers.own.seq, created_at=numbers.given_at)
    if numbers.shown is not None:
        change.set(shown_seq=numbers.shown.seq)
        is_as_claimed &= equals("shown_seq", claim.shown_seq)
    try:
        bound = dynamodb.update(
            settings().control_table,
            _claim_key(draft),
            change,
            condition=is_as_claimed,
            returning="ALL_NEW",
        )
    except ConditionFailed as failed:
        if failed.item is None:
            _give_back(draft, numbers)
            raise Unavailable("The message has been removed for good") from None
        return _claimed(failed.item)
    return _claimed(bound)


def _give_back(draft: _Draft, numbers: _Numbers, *, repeated: _Claim | None = None) -> None:
    """A repetition needs no number: its own become gaps, and the preview is again of the newest message."""
    meta = draft.meta
    if numbers.line == meta:
        record_unused(meta, numbers.own.seq)
        return
    thread = record_unused(numbers.line, numbers.own.seq)
    if thread is not None and draft.parent is not None:
        newest = repeated is not None and repeated.seq == numbers.own.seq - 1
        replied_at = repeated.created_at if repeated is not None and newest else None
        threads.set_reply_count(draft.caller.tenant_id, draft.parent, thread, replied_at)
    if numbers.shown is not None:
        record_unused(meta, numbers.shown.seq)


def _item(draft: _Draft, line: Key, claim: _Claim) -> MessageItem:
    body = draft.body
    return MessageItem(
        pk=line.pk,
        sk=keys.message_sk(claim.seq),
        conversation_id=body.conversation_id,
        seq=claim.seq,
        root_seq=None if draft.parent is None else draft.parent.seq,
        author_id=draft.caller.user_id,
        text=draft.text or None,
        attachments=list(draft.files) or None,
        files=draft.files or None,
        media_ids=list(draft.files) or None,
        mentions=list(dict.fromkeys(body.mentions)) or None,
        custom=body.custom or None,
        shown_seq=claim.shown_seq,
        idempotency_key=draft.key,
        created_at=claim.created_at,
    )


@dataclass(frozen=True, slots=True)
class _Written:
    """What step 3 came to: whether the message has its place, and also the one in the conversation, if it has one."""

    item: MessageItem
    placed: bool
    complete: bool


def _write(draft: _Draft, numbers: _Numbers, claim: _Claim) -> _Written:
    """Step 3: the message where none is, and the sender's read pointer. A number that was closed gives no place.

    Files are shared with the conversation first, so that no message shows what its readers cannot open.
    """
    caller, item = draft.caller, _item(draft, numbers.line, claim)
    if not draft.files:
        return _write_item(draft, item)
    media_ids, message_id = list(draft.files), str(message_address(item))
    attachments.attach(caller, media_ids, message_id)
    written = _write_item(draft, item)
    if not written.placed:
        attachments.release(caller.tenant_id, media_ids, message_id)
    return written


def _write_item(draft: _Draft, item: MessageItem) -> _Written:
    pointer = item.seq if draft.parent is None else item.shown_seq
    if pointer is None:
        placed = _put(item, draft)
        return _Written(item, placed, placed)
    placed, _ = dynamodb.in_parallel(
        lambda: _put(item, draft),
        lambda: advance_read_pointer(draft.caller, draft.body.conversation_id, int(pointer)),
    )
    if not placed or draft.parent is None:
        return _Written(item, placed, placed)
    return _Written(item, placed, _put(threads.reference_item(draft.caller.tenant_id, item, int(pointer))))


def _put(item: MessageItem, draft: _Draft | None = None) -> bool:
    """Put the message; what is there already is an earlier attempt's, unless the number was closed.

    An earlier attempt may have named another place in the conversation, which was closed then. What moderators are to
    see of it is written with it or not at all.
    """
    try:
        if draft is not None and draft.verdict is not None and draft.verdict.findings:
            from parley.messaging.messages.automatic_flags import put_flagged  # noqa: PLC0415 - where something was found

            put_flagged(draft.caller.tenant_id, item, draft.verdict.findings)
        else:
            dynamodb.put_if_absent(settings().chat_table, item.serialize())
    except ConditionFailed as failed:
        there = MessageItem.read(failed.item)
        if there is None or there.void:
            return False
        if item.shown_seq is not None and there.shown_seq != item.shown_seq:
            threads.move_shown(item.key, int(there.shown_seq or 0), int(item.shown_seq))
    return True
