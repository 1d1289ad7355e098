"""Retention: messages go once they are as old as their tenant keeps them.

| step | what happens |
| --- | --- |
| (each day) | a job is stored for each tenant that is listed as letting messages go |
| `finding` | a page of the tenant's conversations is read: those whose first message is too old are noted |
| `bounding` | each of them is read to its last message that is too old, and truncated up to there |

A type that the tenant has declared may say how long its messages are kept, which wins over the tenant's settings.
Whatever is truncated is removed by a job of its own (`truncation.py`), so a page of conversations is followed by a
pause that keeps the number of those small. Each step may be done twice. See docs/adr/0089.
"""

from dataclasses import dataclass, replace

from parley import clock, ids
from parley.errors import ConversationNotFound
from parley.holds import coverage
from parley.identity.tenant_settings import TenantSettings
from parley.ids import MAX_SEQ
from parley.jobs import job_queue, store, truncation
from parley.jobs.store import StoredJob
from parley.messaging.access import meta_key
from parley.permissions import declared
from parley.permissions.declared import DeclaredTypes
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, flag, number, required_text, text
from parley.tables.dynamodb import TransactionRefused
from parley.tables.items import COLLECTION_INDEX
from parley.tables.shards import SHARDS
from parley.tenants import administration
from parley.tenants.items import TenantItem

CONVERSATIONS = 100
"""A page of them; so many truncations are begun before a pause."""
MESSAGES = 500
DAY_MS = 86_400_000
PAUSE_MS = truncation.SETTLE_MS


@dataclass(frozen=True, slots=True)
class Kept:
    """How long a tenant keeps messages: as the type says that it has declared, else as its settings say."""

    settings: TenantSettings
    types: DeclaredTypes

    def days(self, conversation_type: str, declared_type: str | None) -> int | None:
        """After how many days the messages of a conversation go; None, never."""
        days = self.types.days_kept(declared_type)
        return self.settings.days_kept(conversation_type) if days is None else days or None

    @property
    def lets_messages_go(self) -> bool:
        return self.settings.lets_messages_go or self.types.lets_messages_go


def start_all() -> int:
    """Begin the retention of each tenant that lets messages go, once a day; how many were begun.

    A tenant is listed for its settings, for its types or for both. 0.5 RRU for some hundred, and 4 WRU for each.
    """
    started, after = 0, None
    while True:
        listed, after = dynamodb.query(
            settings().chat_table, keys.retaining(), index=COLLECTION_INDEX, limit=CONVERSATIONS, after=after
        )
        started += sum(dynamodb.map_parallel(_start, sorted({required_text(raw, "gsk") for raw in listed})))
        if after is None:
            return started


def _start(tenant_id: str) -> bool:
    """Begin the retention of a tenant; false where that of the day has been begun."""
    job_id = ids.derived_id("retention", tenant_id, str(clock.now_ms() // DAY_MS))
    job = store.new(
        tenant_id, "retention", None, job_id=job_id, step="finding", shard=0, after=None, found=[], through=0, begun=0
    )
    try:
        dynamodb.transact([store.put_action(job), store.list_action(job)])
    except TransactionRefused:
        return False
    job_queue.send(job)
    return True


def advance(job: StoredJob) -> StoredJob:
    """Do one page of work and save where the job stands then."""
    tenant = TenantItem.at(administration.tenant_key(job.tenant_id), consistent=True)
    if tenant is None:
        return store.end(job, "completed")
    types = declared.of_tenant(job.tenant_id, int(tenant.conversation_types or 0))
    kept = Kept(administration.settings_of(tenant), types)
    if not kept.lets_messages_go:
        return store.end(job, "completed")
    return _find(job, kept) if job.step == "finding" else _bound(job, kept)


def _find(job: StoredJob, kept: Kept) -> StoredJob:
    """Note the conversations of a page whose first message is too old.

    0.5 RRU for each of them, and 0.5 more for each that has messages.
    """
    shard = int(job.state["shard"])
    if shard == len(SHARDS):
        return store.end(job, "completed")
    listed, after = dynamodb.query(
        settings().chat_table,
        keys.conversations(job.tenant_id, SHARDS[shard]),
        index=COLLECTION_INDEX,
        limit=CONVERSATIONS,
        after=job.state["after"],
    )
    places = [meta_key(job.tenant_id, keys.conversation_of(raw["pk"]["S"])) for raw in listed]
    found = dynamodb.batch_get(settings().chat_table, places) if places else {}
    old = dynamodb.map_parallel(lambda raw: _begins_old(job, kept, raw), list(found.values()))
    noted = [keys.conversation_of(raw["pk"]["S"]) for raw, is_old in zip(found.values(), old, strict=True) if is_old]
    following = job.at(
        "bounding" if noted else "finding",
        shard=shard if after is not None else shard + 1,
        after=after,
        found=noted,
        through=0,
        begun=0,
    )
    percent = 99 * following.state["shard"] // len(SHARDS)
    return store.save(replace(following, percent=percent).counting(conversations=len(listed)))


def _limit(job: StoredJob, kept: Kept, meta: RawItem) -> int | None:
    """The moment before which messages go, the same however often a job is gone on with; None, none go."""
    days = kept.days(text(meta, "type") or "", text(meta, "declared_type"))
    return None if days is None else job.created_at - days * DAY_MS


def _begins_old(job: StoredJob, kept: Kept, meta: RawItem) -> bool:
    limit = _limit(job, kept, meta)
    bound = number(meta, "truncated_seq")
    if limit is None or number(meta, "seq") <= bound:
        return False
    first, _ = _messages(meta["pk"]["S"], bound, limit=1)
    return bool(first) and _is_old(first[0], limit)


def _messages(pk: str, after: int, *, limit: int) -> tuple[list[RawItem], RawItem | None]:
    between = (keys.message_sk(after + 1), keys.annotations_sk(MAX_SEQ))
    return dynamodb.query(settings().chat_table, pk, between=between, limit=limit)


def _is_old(raw: RawItem, limit: int) -> bool:
    """Whether it goes: a message that is older than the limit, or what hangs on one.

    So does a place without a message, however late it was closed: it says nothing, and what comes after it is older.
    """
    return keys.is_annotations(raw["sk"]["S"]) or flag(raw, "void") or number(raw, "created_at") < limit


def _bound(job: StoredJob, kept: Kept) -> StoredJob:
    """Read a page of the next conversation's messages; where one is young enough, or none is left, truncate it.

    No message goes that is younger than the limit, whatever comes after it, so the bound is before the first of those.
    """
    conversation_id, *others = job.state["found"]
    at = meta_key(job.tenant_id, conversation_id)
    meta = dynamodb.get(settings().chat_table, at, consistent=True) or {}
    limit = _limit(job, kept, meta)
    if limit is None or coverage.of(job.tenant_id).covers(conversation_id):
        return _next(job, others)
    through = max(int(job.state["through"]), number(meta, "truncated_seq"))
    page, more = _messages(at.pk, through, limit=MESSAGES)
    young = next((place for place, raw in enumerate(page) if not _is_old(raw, limit)), len(page))
    through = max([through, *(keys.seq_of(raw["sk"]["S"]) for raw in page[:young])])
    if young == len(page) and more is not None:
        return store.save(job.at("bounding", through=through))
    try:
        begun = truncation.start(job.tenant_id, conversation_id, through)
    except ConversationNotFound:
        begun = None
    return _next(job if begun is None else _counted(job), others)


def _counted(job: StoredJob) -> StoredJob:
    return job.at(job.step, begun=job.state["begun"] + 1).counting(truncated=1)


def _next(job: StoredJob, others: list[str]) -> StoredJob:
    """Go on with the next conversation or, after a pause where any was truncated, with the next page of them."""
    following = job.at("bounding" if others else "finding", found=others, through=0)
    if not others and job.state["begun"]:
        following = replace(following, not_before=clock.now_ms() + PAUSE_MS)
    return store.save(following)
