"""Sending an announcement: page after page of conversations, a few at a time, each once.

| step | what happens |
| --- | --- |
| `finding` | a page of the tenant's conversations is read, and those that the audience is are noted |
| `sending` | the next of those that are noted get the message |

Each gets it by the use case of any send, under a key of the announcement and the conversation, which is kept as long as
the message is: a run that died, a message of the queue that came twice and two workers at once send it once. What
refuses a message of the back end refuses it here, and is counted by its code. A tenant's announcements share one pace.
See docs/adr/0099.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from botocore.exceptions import BotoCoreError, ClientError

from parley import clock, ids, limits
from parley.announcements.announcements import end
from parley.errors import MessageDeleted, ParleyError, RateLimited, TenantSuspended, Unavailable
from parley.identity import stored_settings
from parley.identity.caller import SERVER_SCOPE, Caller
from parley.jobs import store
from parley.jobs.store import LeaseLost, StoredJob
from parley.messaging.access import meta_key
from parley.messaging.messages.kinds import SYSTEM
from parley.messaging.messages.schemas import SendMessage
from parley.messaging.messages.sending import sending
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, text
from parley.tables.items import COLLECTION_INDEX
from parley.tables.keys import Key
from parley.tables.shards import SHARDS

CONVERSATIONS = 100
"""A page of them."""
AT_ONCE = 25
"""Conversations of one step: some seconds' work, however slow the tenant's server is that is asked of each message."""
LANES = 4
"""Each send makes calls in the pool that the lanes run in, which has eight threads."""
MOST_TRIES = 8
"""Of one conversation, twice as long apart each time: some eight minutes."""
MOST_FAILURES = 10
REFUSED_FOR_NOW = 500


def advance(job: StoredJob) -> StoredJob:
    """Find a page or send to a few, and save where the job stands then."""
    try:
        caller = _back_end(job.tenant_id)
    except TenantSuspended:
        return end(job, "failed")
    following = _find(job) if job.step == "finding" else _send(job, caller)
    try:
        return end(following, "completed") if _is_done(following) else store.save(following)
    except LeaseLost:
        _count(following)
        raise


def _back_end(tenant_id: str) -> Caller:
    """The tenant's back end, with the settings of this moment. 1 RRU. Raises `TenantSuspended`."""
    at = Key(keys.tenant(tenant_id), keys.TENANT_SK)
    raw = dynamodb.get(settings().chat_table, at, consistent=True)
    if raw is None or "suspended_at" in raw:
        raise TenantSuspended
    return Caller(stored_settings.tenant(tenant_id, raw), "", frozenset({SERVER_SCOPE}))


def _is_done(job: StoredJob) -> bool:
    return not job.state["found"] and job.state["shard"] == len(SHARDS)


def _count(sent: StoredJob) -> None:
    """What was sent when the announcement was cancelled counts too."""
    job = store.load(sent.tenant_id, sent.id)
    if job.status == "cancelled":
        with suppress(LeaseLost):  # another worker counts what it sent
            store.save(replace(job, done=sent.done))


def _find(job: StoredJob) -> StoredJob:
    """Note those of a page of conversations that are meant. 0.5 RRU for the page, and for each where some are not."""
    shard = int(job.state["shard"])
    listed, after = dynamodb.query(
        settings().chat_table,
        keys.conversations(job.tenant_id, SHARDS[shard]),
        index=COLLECTION_INDEX,
        limit=CONVERSATIONS,
        after=job.state["after"],
    )
    found = [keys.conversation_of(raw["pk"]["S"]) for raw in listed]
    if job.state["audience"] and found:
        metas = dynamodb.batch_get(settings().chat_table, [meta_key(job.tenant_id, each) for each in found])
        found = [each for each in found if _is_meant(job, metas.get(meta_key(job.tenant_id, each)))]
    if job.state["only_count"]:
        job, found = job.counting(counted=len(found)), []
    shard = shard if after is not None else shard + 1
    step = "sending" if found else "finding"
    return replace(job.at(step, shard=shard, after=after, found=found), percent=99 * shard // len(SHARDS))


def _is_meant(job: StoredJob, meta: RawItem | None) -> bool:
    return meta is not None and all(text(meta, name) == value for name, value in job.state["audience"].items())


def _send(job: StoredJob, caller: Caller) -> StoredJob:
    """Send to the next few, as far as the pace allows; who can take it later is tried again after all others.

    A send each, and 1 WRU.
    """
    found, tries, now = job.state["found"], job.state["tries"], clock.now_ms()
    size = min(AT_ONCE, limits.ANNOUNCED.user(caller.tenant.settings))
    few, others = found[:size], found[size:]
    try:
        limits.take(limits.ANNOUNCED, caller, cost=len(few), subject="")
    except RateLimited as refusal:
        return replace(job, not_before=now + _milliseconds(refusal))
    refusals = dict(zip(few, _send_all(job, caller, few), strict=True))
    paused = {each: _milliseconds(refusal) for each, refusal in refusals.items() if isinstance(refusal, RateLimited)}
    failed = [each for each, refusal in refusals.items() if _passes(refusal) and each not in paused]
    tries = {**tries, **{each: tries.get(each, 0) + 1 for each in failed}}
    again = [each for each in failed if tries[each] <= MOST_TRIES]
    job = job.counting(sent=sum(each is None for each in refusals.values()), failed=len(failed) - len(again))
    for each in refusals.values():
        if each is not None and not _passes(each):
            job = job.counting(**{each.code: 1})
    left = [*paused, *others, *again]
    tries = {each: tries[each] for each in left if each in tries}
    least = min((tries.get(each, 0) for each in left[:size]), default=0)
    wait = max([1000 * 2**least if least else 0, *paused.values()])
    following = job.at("sending" if left else "finding", found=left, tries=tries)
    return replace(following, percent=_percent(following), not_before=now + wait)


def _send_all(job: StoredJob, caller: Caller, few: Sequence[str]) -> list[ParleyError | None]:
    lanes = [few[each::LANES] for each in range(min(LANES, len(few)))]
    sent = dynamodb.map_parallel(lambda lane: [_send_one(job, caller, each) for each in lane], lanes)
    return [sent[place % LANES][place // LANES] for place in range(len(few))]


def _send_one(job: StoredJob, caller: Caller, conversation_id: str) -> ParleyError | None:
    """What refused the message; None where the conversation has it, or had it before."""
    body = SendMessage(conversation_id=conversation_id, type=SYSTEM, **job.state["message"])
    try:
        sending.send(caller, body, idempotency_key=ids.derived_id("announcement", job.id, conversation_id))
    except MessageDeleted:
        return None  # an earlier run has sent it, and somebody has deleted it for good
    except ParleyError as refusal:
        return refusal
    except (ClientError, BotoCoreError) as error:
        if not dynamodb.is_transient(error):
            raise
        return Unavailable()
    return None


def _passes(refusal: ParleyError | None) -> bool:
    """Whether the same may succeed later."""
    return refusal is not None and (refusal.retryable or refusal.status >= REFUSED_FOR_NOW)


def _milliseconds(refusal: RateLimited) -> int:
    return 1000 * max(1, refusal.retry_after or 0)


def _percent(job: StoredJob) -> int:
    named = job.state["audience"].get("conversations")
    return job.percent if named is None else 99 * (named - len(job.state["found"])) // named
