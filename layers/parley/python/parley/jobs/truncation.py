"""Truncating a conversation: the request lets nobody see its beginning, the job removes that.

| step | what happens |
| --- | --- |
| (the request) | the bound goes up, and the job is stored, in one transaction |
| `settling` | a minute passes: by then no request that saw the messages is under way |
| `messages` | threads and messages, a page at a time, the oldest first |
| `rest` | what hung on them: earlier texts, votes, reports |

Each step is a page of work that may be done twice. Nothing is removed while a hold covers the conversation. See
docs/adr/0088, docs/adr/0089.
"""

from collections.abc import Sequence
from dataclasses import replace

from parley import clock, ids
from parley.audit import audit_log
from parley.errors import ConversationNotFound, MessageNotFound, Unavailable
from parley.holds import coverage
from parley.identity.caller import Caller
from parley.ids import SYSTEM_USER
from parley.jobs import job_queue, store
from parley.jobs.schemas import TruncateConversation, TruncatedConversation
from parley.jobs.store import StoredJob
from parley.messaging import truncating
from parley.messaging.access import access_with_conversation, check_may, check_open, speaker_of, still_holds_role
from parley.messaging.items import ConversationItem, MembershipItem
from parley.messaging.members.memberships import ATTEMPTS
from parley.messaging.members.receipts import number_of
from parley.messaging.messages.kinds import SYSTEM
from parley.messaging.messages.schemas import Message, SendMessage
from parley.messaging.messages.sending import sending
from parley.tables.dynamodb import TransactionRefused
from parley.tables.transactions import Action

SETTLE_MS = 60_000
"""A request takes 29 s at most."""


def do_truncate(
    caller: Caller, conversation_id: str, body: TruncateConversation, *, idempotency_key: str | None
) -> TruncatedConversation:
    """Take a conversation's messages away up to one of them, or all of them: an admin, or the tenant's back end.

    2 RRU and 16 WRU, and those of a send where a system message tells of it. That is sent first, so that a request that
    died in between is repeated: with its key the message is the same, and what came before it goes. Who has truncated
    it as far already changes nothing.

    Raises as `access_membership` does, `InsufficientRole`, `ConversationArchived` except for a back end,
    `MessageNotFound` for what is no message of this conversation, and, with a system message, as a send does.
    """
    speaker = speaker_of(caller)
    membership, seq = _access(speaker, conversation_id, body)
    said = _say(caller, conversation_id, body, idempotency_key)
    if said is not None and body.message_id is None:
        seq = said.seq - 1
    for _ in range(ATTEMPTS):
        held = [] if speaker.user_id == SYSTEM_USER else [still_holds_role(membership)]
        line = audit_log.line(
            caller,
            "conversation.truncated",
            ("conversation", conversation_id),
            conversation_id=conversation_id,
            details={"truncated_seq": seq},
        )
        try:
            job = start(caller.tenant_id, conversation_id, seq, beside=[line, *held], archived=caller.is_server)
        except TransactionRefused:  # the caller's role has changed
            membership, _ = _access(speaker, conversation_id, body)
            continue
        return TruncatedConversation(
            conversation_id=conversation_id,
            truncated_seq=truncating.bound_of(caller.tenant_id, conversation_id) if job is None else seq,
            job_id=None if job is None else job.id,
            message=said,
        )
    raise Unavailable("The conversation is too busy")


def _access(caller: Caller, conversation_id: str, body: TruncateConversation) -> tuple[MembershipItem, int]:
    """The caller's membership, and the number up to which they may truncate. Raises as `do_truncate`."""
    membership, meta = access_with_conversation(caller, conversation_id)
    check_may(caller, membership, "truncate")
    conversation = ConversationItem.read(meta)
    if conversation is None:
        raise ConversationNotFound
    if not caller.is_server:
        check_open(meta or {})
    seq = number_of(caller, conversation, body.message_id)
    if seq is None:
        raise MessageNotFound
    return membership, seq


def _say(
    caller: Caller, conversation_id: str, body: TruncateConversation, idempotency_key: str | None
) -> Message | None:
    if body.message is None:
        return None
    message = SendMessage(
        conversation_id=conversation_id, text=body.message.text, custom=body.message.custom, type=SYSTEM
    )
    key = None if idempotency_key is None else ids.derived_id("truncation", conversation_id, idempotency_key)
    return sending.send(caller, message, idempotency_key=key).message


def start(
    tenant_id: str, conversation_id: str, seq: int, *, beside: Sequence[Action] = (), archived: bool = True
) -> StoredJob | None:
    """Let nobody see a conversation up to `seq`, and have that removed; None where it has been truncated as far.

    Raises as `truncating.hide` does.
    """
    job_id = ids.derived_id("truncation", tenant_id, conversation_id, str(seq))
    job = store.new(tenant_id, "truncation", None, job_id=job_id, step="settling", conversation_id=conversation_id)
    job = replace(job, not_before=clock.now_ms() + SETTLE_MS)
    together = [store.put_action(job), store.list_action(job), *beside]
    if seq == 0 or not truncating.hide(tenant_id, conversation_id, seq, beside=together, archived=archived):
        return None
    stored = store.load(tenant_id, job.id)
    job_queue.send(stored)
    return stored


def advance(job: StoredJob) -> StoredJob:
    """Do one page of work and save where the job stands then."""
    tenant_id, conversation_id = job.tenant_id, str(job.state["conversation_id"])
    through = truncating.bound_of(tenant_id, conversation_id)
    if job.step == "settling":
        return store.save(job.at("messages"))
    if coverage.of(tenant_id).covers(conversation_id):
        return store.wait_for_holds(job)
    job = store.go_on(job)
    if job.step == "messages":
        removed = truncating.remove_messages(tenant_id, conversation_id, through)
    else:
        removed = truncating.remove_rest(tenant_id, conversation_id, through)
    job = job.counting(messages=removed.messages, items=removed.items)
    if removed.more:
        return store.save(job)
    if job.step == "messages":
        return store.save(replace(job.at("rest"), percent=90))
    return store.end(job, "completed")
