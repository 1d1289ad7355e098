"""Sending: the hot path. Four round trips, at most 5 WRU and 1 RRU, one message whatever crashes or repeats.

| step | call |
| --- | --- |
| 0 | in parallel: take from the sender's rate limit, read the membership (consistent) |
| | where the tenant moderates: its block list and its pre-send webhook (`parley.messaging.messages.moderating`) |
| 1 | give out the next number and show the preview, on condition that the conversation takes the sender's messages |
| | in slow mode that is refused first, and tried again once the sender's turn is taken (`slow_mode`) |
| | a reply that is shown there gets its number in the thread first, since the preview names it |
| 2 | claim the idempotency key with the number; a repetition takes the first one's number instead |
| | in parallel, 1 WRU for the first message of a conversation within an hour: members' lists do not know of it yet |
| 3 | in parallel: put the message where none is, move the sender's read pointer, on condition that they may write |

A send that is refused or fails after step 1 closes its numbers; a crash between any two steps leaves at most a number
that nobody uses, which readers close. A repetition finds the number at step 2 and
repeats step 3; its own number of step 1 becomes a gap, and the preview that of the newest message again. A reply that
is shown in the conversation has two numbers and two places, each of which may have to be repeated. See docs/adr/0006.
A sender who is removed or blocked meanwhile is refused at step 3, and what was written then goes, with its number. Who
removes, bans, blocks or archives closes the numbers that are open at that moment (`sequence.close_unwritten`): what
comes later finds its place taken, and its sender is refused or, being another, gets a new number.
Step 2 is `claims`, step 3 `writing`; of who is shadow-banned `hiding`.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import cast

from botocore.exceptions import BotoCoreError, ClientError

from parley import clock
from parley.errors import (
    ConversationFrozen,
    ConversationNotFound,
    IdempotencyKeyReused,
    MessageDeleted,
    MessageTooLong,
    ParentNotFound,
    ParleyError,
    Unavailable,
)
from parley.identity.caller import Caller
from parley.ids import MessageAddress
from parley.limits import MESSAGES, give_back_to, take
from parley.media import attachments
from parley.messaging import activity
from parley.messaging.access import (
    access_membership_with,
    access_to_write,
    check_may,
    check_may_write,
    check_open,
    is_shadowed,
    is_unrestricted,
    may,
    speaker_of,
)
from parley.messaging.conversations.gaps import record_silent, settle
from parley.messaging.conversations.previews import preview, show_reply
from parley.messaging.items import MessageItem
from parley.messaging.members.memberships import ATTEMPTS, IS_OPEN
from parley.messaging.messages import quotes, thread_follows, threads
from parley.messaging.messages.kinds import check_type
from parley.messaging.messages.moderating import screen_send, waits
from parley.messaging.messages.polls.content import check_closes_later
from parley.messaging.messages.schemas import Message, SendMessage
from parley.messaging.messages.sending import slow_mode
from parley.messaging.messages.sending.claims import (
    Claim,
    Forwarded,
    Numbers,
    Outgoing,
    abandon,
    claim_numbers,
    earlier_claim,
    earlier_verdict,
    give_back,
    rebind,
)
from parley.messaging.messages.sending.hiding import hide
from parley.messaging.messages.sending.writing import withdraw, write, written_before
from parley.messaging.messages.views import message_address, message_view
from parley.messaging.sequence import Allocation, allocate
from parley.tables import attributes, dynamodb
from parley.tables.attributes import RawItem, flag, number
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, stored
from parley.tables.keys import Key
from parley.tables.rate_limits import Decision
from parley.user_groups.mentions import existing


@dataclass(frozen=True, slots=True)
class Sent:
    """The message, whether an earlier request had sent it, and what is left of the sender's limit."""

    message: Message
    replayed: bool
    rate: Decision | None


def do_send(
    caller: Caller, body: SendMessage, *, idempotency_key: str | None, forwarded: Forwarded | None = None
) -> Sent:
    """Send a message, or a thread reply when it names a parent; with a key, exactly once.

    A repetition has the first answer again, whatever would refuse the request by now, and is not charged. Whom the
    message mentions and who is no member is left out of `mentions`: 0.5 RRU for each, and 1 more for who is none.
    A user group that it mentions costs 0.5 RRU, and a group that is not there is left out as well.

    Raises `ServerTokenRequired`, `ActingUserRequired`, `ConversationNotFound`, `NotAMember`, `ConversationArchived`,
    `ConversationFrozen`, `SlowMode`, `Blocked`, `MessageTooLong`, `ParentNotFound`, `QuotedMessageNotFound`,
    `InvalidPoll`, `AttachmentNotFound`, `AttachmentNotReady`, `AttachmentRejected`, `RateLimited`, `MessageRefused`,
    `ModerationUnavailable`, `IdempotencyKeyReused` for a key that came with another body, and `MessageDeleted` for one
    whose message has been deleted for good.
    """
    check_type(caller, body.type)
    return send(caller, body, idempotency_key=idempotency_key, forwarded=forwarded)


def send(
    caller: Caller,
    body: SendMessage,
    *,
    idempotency_key: str | None,
    forwarded: Forwarded | None = None,
    shadow: str | None = None,
) -> Sent:
    """The same, whatever type the message has: who may send that has been looked at.

    What a back end says for somebody who is shadow-banned is shown to them alone: `shadow`.
    """
    outgoing = Outgoing(
        speaker_of(caller), body, parent_of(body), idempotency_key, {}, forwarded=forwarded, shadow=shadow
    )
    charged: list[Decision] = []
    try:
        return _send(caller, outgoing, charged)
    except ParleyError as refusal:
        sent = _sent_before(caller, outgoing, refusal, charged)
        if sent is None:
            raise
        return sent


def _send(payer: Caller, outgoing: Outgoing, charged: list[Decision]) -> Sent:
    """Carry a send out; `charged` is told what has been taken from the payer's limit as soon as it is."""
    caller, body = outgoing.caller, outgoing.body
    check_length(caller, body.text)
    check_closes_later(body.poll)
    _, (membership, mentions) = dynamodb.in_parallel(
        lambda: charged.append(take(MESSAGES, payer)),
        lambda: access_membership_with(caller, body.conversation_id, body.mentions),
    )
    check_may_write(caller, membership, None)
    check_may(caller, membership, *outgoing.asks)
    if outgoing.shadow is None and is_shadowed(caller, membership):
        outgoing = replace(outgoing, shadow=caller.user_id)
    outgoing = replace(outgoing, unrestricted=is_unrestricted(caller, membership))
    slow_seconds = 0
    if outgoing.parent is not None:
        root = threads.access_root(caller, outgoing.parent, membership)
        slow_seconds = number(root.conversation, "slow_mode_seconds")
        if root.is_shadowed:
            outgoing = replace(outgoing, shadow=caller.user_id)
    quotes.check_quotable(caller, body, visible_from=int(membership.visible_from))
    copied = outgoing.forwarded
    if copied is not None and copied.author_id != caller.user_id and not may(caller, membership, "see_members"):
        copied = replace(copied, author_id=None)  # whether they are a member would show
    files = attachments.check_attachable(caller, body.attachments) if copied is None else copied.files
    groups = existing(caller.tenant_id, body.mentioned_groups)
    outgoing = replace(outgoing, files=files, mentions=mentions, groups=groups, forwarded=copied)
    outgoing = replace(
        outgoing, verdict=screen_send(caller, body, mentions, groups, earlier=lambda: earlier_verdict(outgoing))
    )
    if waits(caller):
        access_to_write(caller, body.conversation_id, *outgoing.asks)
    slow_mode.take_turn(outgoing, slow_seconds)
    given: list[tuple[Key, int]] = []
    try:
        item, replayed = _write_once(outgoing, given)
    except BaseException:
        with suppress(ClientError, BotoCoreError, ParleyError):  # readers close what stays open
            abandon(outgoing, given)
        raise
    if body.silent and outgoing.shadow is None:
        record_silent(outgoing.meta, int(item.seq))
    rate = give_back_to(MESSAGES, payer) if replayed else charged[0]
    return Sent(quotes.show_one(caller, message_view(item)), replayed, rate)


def _write_once(outgoing: Outgoing, given: list[tuple[Key, int]]) -> tuple[MessageItem, bool]:
    """Steps 1 to 3: the message, and whether it is an earlier request's; `given` is told the numbers given out."""
    numbers = _give_out(outgoing, clock.now_ms(), given)
    claim, _ = dynamodb.in_parallel(lambda: claim_numbers(outgoing, numbers), lambda: _note_activity(outgoing, numbers))
    if claim.replayed:
        outgoing = replace(outgoing, verdict=claim.verdict)
    if outgoing.shadow is not None or claim.shadow is not None:
        return _hide(outgoing, numbers, claim, given), claim.replayed
    if not claim.replayed:
        return _publish(outgoing, numbers, claim) or _publish_anew(outgoing, numbers, claim, given), False
    return _repeat(outgoing, numbers, claim), True


def _hide(outgoing: Outgoing, numbers: Numbers, claim: Claim, given: list[tuple[Key, int]]) -> MessageItem:
    """Step 3 in a shadow ban; what was shown to all before it is completed, with numbers that count."""
    item = hide(outgoing, numbers, claim)
    if item is not None:
        return item
    give_back(outgoing, numbers, repeated=claim)
    outgoing = replace(outgoing, shadow=None)
    return _repeat(outgoing, _give_out(outgoing, clock.now_ms(), given), claim)


def _note_activity(outgoing: Outgoing, numbers: Numbers) -> None:
    """Say that members' lists do not know of this message yet, where it is the first of an hour. 1 WRU then.

    No list has to know of one that is shadowed.
    """
    if outgoing.shadow is not None:
        return
    given = numbers.own if numbers.line == outgoing.meta else numbers.shown
    if given is not None and not activity.is_covered(
        attributes.number_or_none(given.previous, "given_at"), numbers.given_at
    ):
        activity.put_unlisted(outgoing.caller.tenant_id, outgoing.body.conversation_id, given.count("version") + 1)


def _publish_anew(outgoing: Outgoing, numbers: Numbers, claim: Claim, given: list[tuple[Key, int]]) -> MessageItem:
    """Step 3 with new numbers, for those that were closed while the message was being written.

    By a reader, since it took too long, or by whoever took somebody's right to write away at this moment. So the
    sender's is looked at again, 2 RRU.
    """
    caller = outgoing.caller
    try:
        membership = access_to_write(caller, outgoing.body.conversation_id, *outgoing.asks)
    except ParleyError:
        withdraw(outgoing, numbers, claim)
        raise
    outgoing = replace(outgoing, shadow=caller.user_id if is_shadowed(caller, membership) else None)
    parent, conversation_id = outgoing.parent, outgoing.body.conversation_id
    anew = _give_out(outgoing, clock.now_ms(), given)
    _note_activity(outgoing, anew)
    item = _repeat(outgoing, anew, claim) if outgoing.shadow is None else _hide(outgoing, anew, claim, given)
    settle(numbers.line, conversation_id, [numbers.own.seq], root_seq=None if parent is None else parent.seq)
    if numbers.shown is not None:
        settle(outgoing.meta, conversation_id, [numbers.shown.seq])
    return item


def _sent_before(payer: Caller, outgoing: Outgoing, refusal: ParleyError, charged: list[Decision]) -> Sent | None:
    """What an earlier request with the same key and body has sent, where this one is refused; None where nothing was.

    Only what is there counts: a request that died before its message was written is not completed past a refusal.
    """
    if refusal.status >= HTTPStatus.INTERNAL_SERVER_ERROR or isinstance(refusal, IdempotencyKeyReused | MessageDeleted):
        return None
    claim = earlier_claim(outgoing)
    item = None if claim is None else written_before(outgoing, claim)
    if item is None:
        return None
    rate = give_back_to(MESSAGES, payer) if charged else cast("Decision | None", refusal.fields.get("decision"))
    return Sent(quotes.show_one(outgoing.caller, message_view(item)), replayed=True, rate=rate)


def parent_of(body: SendMessage) -> MessageAddress | None:
    """The address of the message that this one replies to, where it is a reply; raises `ParentNotFound`."""
    if body.parent_id is None:
        return None
    parent = MessageAddress.parse(body.parent_id)
    if parent is None or parent.conversation_id != body.conversation_id or parent.root_seq is not None:
        raise ParentNotFound
    return parent


def check_length(caller: Caller, text: str) -> None:
    """Refuse a text that is longer than the tenant wants."""
    limit = caller.tenant.settings.text_limit
    if len(text) > limit:
        raise MessageTooLong(f"A text is at most {limit} characters")


def _give_out(outgoing: Outgoing, now: int, given: list[tuple[Key, int]]) -> Numbers:
    """Step 1: a number in the conversation, in the thread, or in both at once."""
    parent = outgoing.parent
    if parent is None:
        return Numbers(outgoing.meta, now, _give_out_in_conversation(outgoing, now, given))
    line = threads.meta_key(outgoing.caller.tenant_id, parent)

    def give_out_in_thread() -> Allocation:
        own = threads.allocate_reply(line, parent, now, is_gap=outgoing.shadow is not None)
        given.append((line, own.seq))
        return own

    if not outgoing.body.show_in_conversation:
        return Numbers(line, now, give_out_in_thread())
    own = give_out_in_thread()
    reply = MessageAddress(parent.conversation_id, own.seq, parent.seq)
    return Numbers(line, now, own, _give_out_in_conversation(outgoing, now, given, reply))


def _give_out_in_conversation(
    outgoing: Outgoing, now: int, given: list[tuple[Key, int]], reply: MessageAddress | None = None
) -> Allocation:
    slow_seconds = 0
    for _ in range(ATTEMPTS):
        try:
            allocation = allocate(
                outgoing.meta,
                _showing(outgoing, now, reply),
                now=now,
                condition=IS_OPEN if outgoing.unrestricted else slow_mode.takes_after(slow_seconds),
                is_gap=outgoing.shadow is not None,
            )
        except ConditionFailed as failed:
            slow_seconds = _slow_seconds(failed.item)
            slow_mode.take_turn(outgoing, slow_seconds)
        else:
            given.append((outgoing.meta, allocation.seq))
            return allocation
    raise Unavailable("The conversation is being changed")


def _showing(outgoing: Outgoing, now: int, reply: MessageAddress | None) -> Update:
    """What the number's own write makes the conversation show: the message, unless it is silent or shadowed."""
    if outgoing.body.silent or outgoing.shadow is not None:
        return Update()
    shows = preview(outgoing.caller.user_id, outgoing.heading, now, kinds=outgoing.kinds, reply=reply)
    return Update().set_or_remove(shows).set(last_seq=stored("seq", plus=1))


def _slow_seconds(meta: RawItem | None) -> int:
    """What slow mode asks for in a conversation that refused a number; raises what else it was refused for."""
    if meta is None:
        raise ConversationNotFound
    check_open(meta)
    if flag(meta, "frozen"):
        raise ConversationFrozen
    return number(meta, "slow_mode_seconds")


def _repeat(outgoing: Outgoing, numbers: Numbers, claim: Claim) -> MessageItem:
    """Repeat step 3 for an earlier request, in case it died before; then give the numbers of this one back.

    Where a reader has closed one of the earlier numbers meanwhile (its writer had been silent for 5 s), this request's
    own takes its place, and the key is bound to it.
    """
    if claim.shadow is not None and (hidden := hide(outgoing, numbers, claim)) is not None:
        return hidden
    written = write(outgoing, numbers, claim)
    if written.complete:
        give_back(outgoing, numbers, repeated=claim)
        return written.item
    rebound = rebind(outgoing, numbers, claim, both=not written.placed)
    if rebound.seq == numbers.own.seq:
        if claim.shown_seq is not None:
            settle(outgoing.meta, outgoing.body.conversation_id, [claim.shown_seq])
        item = _publish(outgoing, numbers, rebound)
        if item is None:
            raise Unavailable("The message took too long to write")
        return item
    if numbers.shown is None or rebound.shown_seq != numbers.shown.seq:
        return _repeat(outgoing, numbers, rebound)
    written = write(outgoing, numbers, rebound)
    show_reply(outgoing.meta, numbers.shown.seq, message_address(written.item))
    give_back(outgoing, replace(numbers, shown=None), repeated=claim)
    if not written.complete:
        raise Unavailable("The message took too long to write")
    return written.item


def _publish(outgoing: Outgoing, numbers: Numbers, claim: Claim) -> MessageItem | None:
    """Step 3 with numbers of one's own; None where one of them was closed meanwhile."""
    written = write(outgoing, numbers, claim)
    if not written.complete:
        return None
    if outgoing.parent is not None:
        _tell_thread(outgoing, outgoing.parent, numbers, claim)
    return written.item


def _tell_thread(outgoing: Outgoing, root: MessageAddress, numbers: Numbers, claim: Claim) -> None:
    """The root shows one more reply, and whoever replied follows the thread. 2 WRU, 3 for their first reply."""
    caller, state = outgoing.caller, threads.state_after(numbers.own)
    dynamodb.in_parallel(
        lambda: threads.set_reply_count(caller.tenant_id, root, state, claim.created_at),
        lambda: thread_follows.follow_by_reply(caller.tenant_id, caller.user_id, root, numbers.own.seq),
    )
