"""Writing a sent message: into its place, shown in the conversation too where it is a reply that is to be, and read.

The sender's read pointer moves on condition that they may write, so a send learns here of a ban, a removal or a block
that came after it was accepted. A reply that moves no pointer reads instead: membership and conversation, 2 RRU. It is
checked after its put. Another message is put beside its check: its number is closed by whoever comes in between.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal

from parley import clock
from parley.errors import ParleyError
from parley.ids import SYSTEM_USER
from parley.media import attachments
from parley.messaging.access import access_to_write, check_may, check_may_write, check_membership, is_unrestricted
from parley.messaging.items import SAID, MembershipItem, MessageItem
from parley.messaging.members.conversation_settings import show_to_author
from parley.messaging.members.read_state import move_read_pointer
from parley.messaging.messages import quotes, threads
from parley.messaging.messages.kinds import REGULAR
from parley.messaging.messages.sending.claims import Claim, Numbers, Outgoing
from parley.messaging.messages.views import message_address
from parley.observability import tracer
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, absent, exists
from parley.tables.keys import Key


def item_of(outgoing: Outgoing, line: Key, claim: Claim) -> MessageItem:
    """The message as it is written in its place."""
    body, copied, traces = outgoing.body, outgoing.forwarded, tracer()
    return MessageItem(
        pk=line.pk,
        sk=keys.message_sk(claim.seq),
        conversation_id=body.conversation_id,
        seq=claim.seq,
        root_seq=None if outgoing.parent is None else outgoing.parent.seq,
        author_id=outgoing.caller.user_id,
        type=None if body.type == REGULAR else body.type,
        silent=body.silent or None,
        text=outgoing.text or None,
        location=None if body.location is None else body.location.model_dump(exclude_none=True),
        attachments=list(outgoing.files) or None,
        files=outgoing.files or None,
        media_ids=list(outgoing.files) or None,
        quoted=quotes.place_of(body),
        forwarded_at=None if copied is None else copied.created_at,
        forwarded_author=None if copied is None else copied.author_id,
        mentions=list(outgoing.mentions) or None,
        mentioned_groups=list(outgoing.groups) or None,
        custom=body.custom or None,
        poll=outgoing.poll,
        shown_seq=claim.shown_seq,
        idempotency_key=outgoing.key,
        created_at=claim.created_at,
        trace=traces.carried if traces else None,
    )


Put = Literal["put", "there", "closed"]
"""What a message's place had: nothing, an earlier attempt's message, or a mark that it will have none."""


@dataclass(frozen=True, slots=True)
class Written:
    """What step 3 came to: whether the message has its place, and also the one in the conversation, if it has one."""

    item: MessageItem
    placed: bool
    complete: bool


def write(outgoing: Outgoing, numbers: Numbers, claim: Claim) -> Written:
    """Step 3: the message where none is, and the sender's read pointer. A number that was closed gives no place.

    Files are shared with the conversation first, so that no message shows what its readers cannot open. A message of
    somebody who may not write any more is void again; raises as `access_to_write` does.
    """
    caller, item = outgoing.caller, item_of(outgoing, numbers.line, claim)
    if not outgoing.files:
        return _write_item(outgoing, item)
    media_ids, message_id = list(outgoing.files), str(message_address(item))
    attachments.attach(caller, media_ids, message_id)
    try:
        written = _write_item(outgoing, item)
    except ParleyError:
        attachments.release(caller.tenant_id, media_ids, message_id)
        raise
    if not written.placed:
        attachments.release(caller.tenant_id, media_ids, message_id)
    return written


def _write_item(outgoing: Outgoing, item: MessageItem) -> Written:
    """The message, then the check of its sender; of a message that is no reply both at once.

    Such a message has its number in the conversation, which whoever takes the sender's right away closes.
    """
    if outgoing.parent is None:
        put, refusal = dynamodb.in_parallel(lambda: _put(item, outgoing), lambda: refusal_of(outgoing, int(item.seq)))
        complete = put != "closed"
    else:
        put = _put(item, outgoing)
        complete, refusal = dynamodb.in_parallel(
            lambda: put != "closed" and _show(outgoing, item),
            lambda: refusal_of(outgoing, None if item.shown_seq is None else int(item.shown_seq)),
        )
    if refusal is not None and put != "there":
        if put == "put":
            _withdraw(outgoing, item)
        raise refusal
    return Written(item, put != "closed", complete)


def _show(outgoing: Outgoing, reply: MessageItem) -> bool:
    """Show a reply in the conversation too, where it is to be; whether it is in all its places."""
    if reply.shown_seq is None:
        return True
    return _put(threads.reference_item(outgoing.caller.tenant_id, reply, int(reply.shown_seq))) != "closed"


def refusal_of(outgoing: Outgoing, seq: int | None) -> ParleyError | None:
    """Why the sender may not write at this moment; where they may, everything up to `seq` is read by them."""
    caller, conversation_id = outgoing.caller, outgoing.body.conversation_id
    try:
        if seq is None or caller.user_id == SYSTEM_USER:
            access_to_write(caller, conversation_id, *outgoing.asks)
        else:
            raw = move_read_pointer(caller, conversation_id, seq)
            membership = check_membership(caller, conversation_id, MembershipItem.read(raw))
            check_may_write(caller, membership, None)
            check_may(caller, membership, *outgoing.asks)
            if outgoing.unrestricted and not is_unrestricted(caller, membership):
                access_to_write(caller, conversation_id, *outgoing.asks)
            if not outgoing.body.silent:
                show_to_author(membership, seq)
    except ParleyError as refusal:
        return refusal
    return None


def _withdraw(outgoing: Outgoing, item: MessageItem) -> None:
    """Void a message that was put a moment ago, in all its places: who was told of it is told that it is gone.

    Nothing of it is left. One that moderators have deleted meanwhile is void as well.
    """
    change = Update().set(void=True, deleted_at=clock.now_ms()).remove(*SAID).add(version=1)
    shown = [] if item.shown_seq is None else [Key(outgoing.meta.pk, keys.message_sk(int(item.shown_seq)))]
    for at in (item.key, *shown):
        with suppress(ConditionFailed):
            dynamodb.update(settings().chat_table, at, change, condition=exists() & absent("void"))


def withdraw(outgoing: Outgoing, numbers: Numbers, claim: Claim) -> None:
    """Void what has its place of a message that will not get all of its places, and let go of its files."""
    item = item_of(outgoing, numbers.line, claim)
    _withdraw(outgoing, item)
    if outgoing.files:
        attachments.release(outgoing.caller.tenant_id, list(outgoing.files), str(message_address(item)))


def _put(item: MessageItem, outgoing: Outgoing | None = None) -> Put:
    """Put the message; what is there already is an earlier attempt's, unless the number was closed.

    An earlier attempt may have named another place in the conversation, which was closed then. What moderators are to
    see of it is written with it or not at all.
    """
    try:
        if outgoing is not None and outgoing.verdict is not None and outgoing.verdict.findings:
            from parley.messaging.messages.automatic_flags import put_flagged  # noqa: PLC0415 - where something was found

            put_flagged(outgoing.caller.tenant_id, item, outgoing.verdict.findings)
        else:
            dynamodb.put_if_absent(settings().chat_table, item.serialize())
    except ConditionFailed as failed:
        there = MessageItem.read(failed.item)
        if there is None or there.void:
            return "closed"
        if item.shown_seq is not None and there.shown_seq != item.shown_seq:
            threads.move_shown(item.key, int(there.shown_seq or 0), int(item.shown_seq))
        return "there"
    return "put"


def written_before(outgoing: Outgoing, claim: Claim) -> MessageItem | None:
    """The message that an earlier request with this claim wrote, as it was then; None where it is not there. 1 RRU.

    What was edited or deleted since is answered as it was sent: whoever repeats the request has said it again.
    """
    line = outgoing.meta if outgoing.parent is None else threads.meta_key(outgoing.caller.tenant_id, outgoing.parent)
    at = Key(line.pk, keys.message_sk(claim.seq))
    if claim.shadow is not None:
        at = keys.shadowed(outgoing.caller.tenant_id, keys.address_of(at), claim.shadow)
    there = MessageItem.at(at, consistent=True)
    if there is None or there.void:
        return None
    files = {media_id: (there.files or {}).get(media_id, {}) for media_id in dict.fromkeys(outgoing.body.attachments)}
    mentions = [user_id for user_id in dict.fromkeys(outgoing.body.mentions) if user_id in (there.mentions or ())]
    groups = [
        group_id
        for group_id in dict.fromkeys(outgoing.body.mentioned_groups)
        if group_id in (there.mentioned_groups or ())
    ]
    return item_of(replace(outgoing, files=files, mentions=mentions, groups=groups, verdict=claim.verdict), line, claim)
