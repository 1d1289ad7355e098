"""Sending: the hot path. Four round trips, at most 5 WRU and 1 RRU, one message whatever crashes or repeats.

| step | call |
| --- | --- |
| 0 | in parallel: take from the sender's rate limit, read the membership (consistent) |
| | where the tenant moderates: its block list and its pre-send webhook (`parley.messaging.messages.moderating`) |
| 1 | give out the next number and show the preview, on condition that the conversation is not archived |
| | a reply that is shown there gets its number in the thread first, since the preview names it |
| 2 | claim the idempotency key with the number; a repetition takes the first one's number instead |
| 3 | in parallel: put the message where none is, move the sender's read pointer, on condition that they may write |

A crash between any two steps leaves at most a number that nobody uses. A repetition finds the number at step 2 and
repeats step 3; its own number of step 1 becomes a gap, and the preview that of the newest message again. A reply that
is shown in the conversation has two numbers and two places, each of which may have to be repeated. See docs/adr/0006.
A sender who is removed or blocked meanwhile is refused at step 3, and what was written then goes, with its number.
Step 2 is `claims`, step 3 `writing`.
"""

from dataclasses import dataclass, replace

from parley import clock
from parley.errors import (
    Blocked,
    ConversationArchived,
    ConversationNotFound,
    MessageTooLong,
    NotAMember,
    ParentNotFound,
    ParleyError,
    Unavailable,
)
from parley.identity.caller import Caller
from parley.ids import MessageAddress
from parley.limits import MESSAGES, take
from parley.media import attachments
from parley.messaging.access import access_membership_with, access_to_write, check_may_write
from parley.messaging.conversations.previews import preview, show_reply
from parley.messaging.items import MessageItem
from parley.messaging.members.memberships import IS_OPEN
from parley.messaging.messages import threads
from parley.messaging.messages.claims import Claim, Draft, Numbers, claim_numbers, earlier_verdict, give_back, rebind
from parley.messaging.messages.gaps import settle
from parley.messaging.messages.moderating import screen_send, waits
from parley.messaging.messages.schemas import Message, SendMessage
from parley.messaging.messages.views import message_address, message_view
from parley.messaging.messages.writing import write
from parley.messaging.sequence import Allocation, allocate
from parley.tables import dynamodb
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, stored
from parley.tables.rate_limits import Decision


@dataclass(frozen=True, slots=True)
class Sent:
    """The message, whether an earlier request had sent it, and what is left of the sender's limit."""

    message: Message
    replayed: bool
    rate: Decision


def do_send(caller: Caller, body: SendMessage, *, idempotency_key: str | None) -> Sent:
    """Send a message, or a thread reply when it names a parent; with a key, exactly once.

    Whom it mentions and who is no member is left out of `mentions`: 0.5 RRU for each, and 1 more for who is none.

    Raises `ConversationNotFound`, `NotAMember`, `ConversationArchived`, `Blocked`, `MessageTooLong`, `ParentNotFound`,
    `AttachmentNotFound`, `AttachmentNotReady`, `AttachmentRejected`, `RateLimited`, `MessageRefused`,
    `ModerationUnavailable`, and `IdempotencyKeyReused` for a key that came with another body.
    """
    parent = check_sendable(caller, body)
    rate, (membership, mentions) = dynamodb.in_parallel(
        lambda: take(MESSAGES, caller),
        lambda: access_membership_with(caller, body.conversation_id, body.mentions),
    )
    check_may_write(membership, None)
    if parent is not None:
        threads.access_root(caller, parent, visible_from=int(membership.visible_from))
    files = attachments.check_attachable(caller, body.attachments)
    draft = Draft(caller, body, parent, idempotency_key, files, mentions)
    draft = replace(draft, verdict=screen_send(caller, body, mentions, earlier=lambda: earlier_verdict(draft)))
    if waits(caller):
        access_to_write(caller, body.conversation_id)
    numbers = _give_out(draft, clock.now_ms())
    claim = claim_numbers(draft, numbers)
    if claim.replayed:
        draft = replace(draft, verdict=claim.verdict)
    try:
        item = _repeat(draft, numbers, claim) if claim.replayed else _publish(draft, numbers, claim)
    except (ConversationNotFound, NotAMember, Blocked, ConversationArchived):
        give_back(draft, numbers)
        raise
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


def _give_out(draft: Draft, now: int) -> Numbers:
    """Step 1: a number in the conversation, in the thread, or in both at once."""
    parent = draft.parent
    if parent is None:
        return Numbers(draft.meta, now, _give_out_in_conversation(draft, now))
    line = threads.meta_key(draft.caller.tenant_id, parent)
    if not draft.body.show_in_conversation:
        return Numbers(line, now, threads.allocate_reply(line, parent, now))
    own = threads.allocate_reply(line, parent, now)
    reply = MessageAddress(parent.conversation_id, own.seq, parent.seq)
    try:
        shown = _give_out_in_conversation(draft, now, reply)
    except ParleyError:
        give_back(draft, Numbers(line, now, own))
        raise
    return Numbers(line, now, own, shown)


def _give_out_in_conversation(draft: Draft, now: int, reply: MessageAddress | None = None) -> Allocation:
    shows = preview(draft.caller.user_id, draft.text, now, reply=reply)
    try:
        return allocate(
            draft.meta,
            Update().set_or_remove(shows).set(last_seq=stored("seq", plus=1)),
            now=now,
            condition=IS_OPEN,
        )
    except ConditionFailed as failed:
        raise (ConversationNotFound if failed.item is None else ConversationArchived) from None


def _repeat(draft: Draft, numbers: Numbers, claim: Claim) -> MessageItem:
    """Repeat step 3 for an earlier request, in case it died before; then give the numbers of this one back.

    Where a reader has closed one of the earlier numbers meanwhile (its writer had been silent for 5 s), this request's
    own takes its place, and the key is bound to it.
    """
    written = write(draft, numbers, claim)
    if written.complete:
        give_back(draft, numbers, repeated=claim)
        return written.item
    rebound = rebind(draft, numbers, claim, both=not written.placed)
    if rebound.seq == numbers.own.seq:
        if claim.shown_seq is not None:
            settle(draft.meta, draft.body.conversation_id, [claim.shown_seq])
        return _publish(draft, numbers, rebound)
    if numbers.shown is None or rebound.shown_seq != numbers.shown.seq:
        return _repeat(draft, numbers, rebound)
    written = write(draft, numbers, rebound)
    show_reply(draft.meta, numbers.shown.seq, message_address(written.item))
    give_back(draft, replace(numbers, shown=None), repeated=claim)
    if not written.complete:
        raise Unavailable("The message took too long to write")
    return written.item


def _publish(draft: Draft, numbers: Numbers, claim: Claim) -> MessageItem:
    """Step 3 with numbers of one's own."""
    written = write(draft, numbers, claim)
    if not written.complete:
        raise Unavailable("The message took too long to write")
    if draft.parent is not None:
        state = threads.state_after(numbers.own)
        threads.set_reply_count(draft.caller.tenant_id, draft.parent, state, claim.created_at)
    return written.item
