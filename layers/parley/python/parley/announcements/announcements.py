"""Announcements: one message to many conversations, by the tenant's back end; made, looked at, cancelled.

An announcement is a job (`announcing`), with an entry in a list of the tenant's own beside it, and counted there as
long as it has not ended. All of it is kept for 30 days after its end; the messages stay as all do. See docs/adr/0099.
"""

from contextlib import suppress
from dataclasses import replace

from parley import clock, ids
from parley.announcements.schemas import (
    Announced,
    AnnouncedTo,
    Announcement,
    AnnouncementStatus,
    CreateAnnouncement,
)
from parley.audit import audit_log
from parley.errors import (
    AnnouncementEnded,
    AnnouncementNotFound,
    IdempotencyKeyReused,
    JobNotFound,
    TooManyAnnouncements,
    Unavailable,
    ValidationFailed,
)
from parley.identity.caller import Caller
from parley.jobs import job_queue, store
from parley.jobs.schemas import JobStatus
from parley.jobs.store import LeaseLost, StoredJob
from parley.messaging.messages.sending.sending import check_length
from parley.permissions import types
from parley.scheduling.scheduled_messages import moment_to_send
from parley.settings import settings
from parley.tables import attributes, dynamodb, idempotency, keys, transactions
from parley.tables.cursors import Listing
from parley.tables.dynamodb import TransactionRefused
from parley.tables.expressions import Update, absent, less
from parley.tables.keys import Key
from parley.tables.pages import Position, cut
from parley.tables.shards import SHARDS
from parley.tables.transactions import Action
from parley.wire import Page

MOST_OPEN = 10
"""A tenant has so many that have not ended."""
ATTEMPTS = 8
LISTING: Listing = ("announcements",)


def do_create(caller: Caller, body: CreateAnnouncement, *, idempotency_key: str | None) -> Announcement:
    """Begin an announcement, or keep it until its moment. 1 RRU, and 10 WRU for a short one.

    A repetition of a request that died finds what it made. Raises `MessageTooLong`, `TooManyAnnouncements`,
    `IdempotencyKeyReused` where a key of long ago began another, and `ValidationFailed` for a type that the tenant has
    not declared, and a moment that is no minute or over a year ahead.
    """
    announcement_id, asked = ids.new_id(), idempotency.body_hash(body.model_dump(mode="json"))
    if idempotency_key is not None:
        announcement_id = ids.derived_id("announcement", caller.tenant_id, caller.user_id, idempotency_key)
        with suppress(AnnouncementNotFound):
            known = _load(caller, announcement_id)
            if known.state["asked"] != asked:
                raise IdempotencyKeyReused
            return _begun(known)
    job = _new(caller, body, announcement_id, asked)
    line = audit_log.line(
        caller, "announcement.created", ("announcement", job.id), details={"audience": sorted(job.state["audience"])}
    )
    try:
        dynamodb.transact([store.put_action(job), store.list_action(job), _listed(job), _counted(job, 1), line])
    except TransactionRefused as refused:
        if not refused.failed(0):
            raise TooManyAnnouncements(f"At most {MOST_OPEN} announcements of a tenant have not ended") from None
    return _begun(_load(caller, announcement_id))


def _new(caller: Caller, body: CreateAnnouncement, announcement_id: str, asked: str) -> StoredJob:
    send_at = None if body.send_at is None else moment_to_send(clock.from_datetime(body.send_at))
    check_length(caller, body.message.text)
    audience = body.audience
    if audience.declared_type is not None and audience.declared_type not in types.built_like(caller.tenant_id):
        detail = "The tenant has not declared such a type"
        pointer, code = "/audience/declared_type", "unknown_conversation_type"
        raise ValidationFailed([{"pointer": pointer, "code": code, "detail": detail}])
    named = audience.conversation_ids
    described = audience.model_dump(exclude_none=True, exclude={"conversation_ids"})
    job = store.new(
        caller.tenant_id,
        "announcement",
        None,
        job_id=announcement_id,
        step="finding" if named is None else "sending",
        message=body.message.model_dump(exclude_defaults=True),
        audience=described if named is None else {"conversations": len(named)},
        send_at=send_at,
        only_count=body.only_count,
        asked=asked,
        found=named or [],
        shard=0 if named is None else len(SHARDS),
        after=None,
        tries={},
    )
    return replace(job, not_before=send_at or 0)


def _begun(job: StoredJob) -> Announcement:
    """The announcement, queued: once too often changes nothing."""
    if not job.has_ended:
        job_queue.send(job)
    return view(job)


def do_get(caller: Caller, announcement_id: str) -> Announcement:
    """How far an announcement is. 1 RRU for each 4 KiB. Raises `AnnouncementNotFound`."""
    return view(_load(caller, announcement_id))


def do_list(caller: Caller, *, limit: int, cursor: str | None) -> Page[Announcement]:
    """A page of the tenant's announcements, the newest first: 0.5 RRU for each. Raises `InvalidCursor`."""
    position = None if cursor is None else Position.decode(cursor, LISTING)
    pk, prefix = keys.announcements(caller.tenant_id), keys.ANNOUNCEMENT_PREFIX
    found, _ = dynamodb.query(
        settings().control_table,
        pk,
        begins_with=prefix,
        limit=limit + 1,
        forward=position is not None and not position.forward,
        after=None if position is None else dynamodb.key(Key(pk, prefix + position.text)),
    )
    places = [raw["sk"]["S"] for raw in found]
    page = cut(places, position, limit, lambda sk: sk.removeprefix(prefix), LISTING)
    jobs = store.load_all(caller.tenant_id, [keys.announcement_of(sk) for sk in page.entries])
    return Page(data=[view(job) for job in jobs], next_cursor=page.next_cursor, prev_cursor=page.prev_cursor)


def do_cancel(caller: Caller, announcement_id: str) -> Announcement:
    """End an announcement: who has the message keeps it, and nobody else gets it but those whom it is on its way to.

    Again is fine. 1 RRU and 10 WRU for a short one. Raises `AnnouncementNotFound`, `AnnouncementEnded`.
    """
    for _ in range(ATTEMPTS):
        job = _load(caller, announcement_id)
        if job.status == "cancelled":
            return view(job)
        if job.has_ended:
            raise AnnouncementEnded(f"The announcement is {job.status}")
        line = audit_log.line(caller, "announcement.cancelled", ("announcement", job.id))
        with suppress(LeaseLost):  # a step has been done meanwhile
            return view(end(job, "cancelled", beside=(line,)))
    raise Unavailable("The announcement is being sent")


def end(job: StoredJob, status: JobStatus, *, beside: tuple[Action, ...] = ()) -> StoredJob:
    """End an announcement: there is room for another one, and its entry goes when the job does."""
    expires_at = clock.now_ms() // 1000 + store.KEPT_SECONDS
    return store.end(job, status, beside=(_listed(job, expires_at), _counted(job, -1), *beside))


def _load(caller: Caller, announcement_id: str) -> StoredJob:
    try:
        job = store.load(caller.tenant_id, announcement_id)
    except JobNotFound:
        raise AnnouncementNotFound from None
    if job.kind != "announcement":
        raise AnnouncementNotFound
    return job


def _listed(job: StoredJob, expires_at: int | None = None) -> Action:
    at = Key(keys.announcements(job.tenant_id), keys.announcement_sk(job.created_at, job.id))
    entry = attributes.item({**at._asdict(), "entity": "announcement", "expires_at": expires_at})
    return transactions.put(settings().control_table, entry)


def _counted(job: StoredJob, by: int) -> Action:
    has_room = absent("open") | less("open", MOST_OPEN) if by > 0 else None
    at = Key(keys.announcements(job.tenant_id), keys.ANNOUNCEMENT_COUNT_SK)
    change = Update().set(entity="announcement_count").add(open=by)
    return transactions.update(settings().control_table, at, change, condition=has_room)


def _status_of(job: StoredJob) -> AnnouncementStatus:
    match job.status:
        case "queued" | "running":
            return "scheduled" if (job.state["send_at"] or 0) > clock.now_ms() else "running"
        case ended:
            return ended


def view(job: StoredJob) -> Announcement:
    audience, message = job.state["audience"], job.state["message"]
    skipped = {code: count for code, count in job.done.items() if code not in {"counted", "sent", "failed"}}
    return Announcement(
        id=job.id,
        status=_status_of(job),
        message=Announced(text=message["text"], silent=message.get("silent", False), custom=message.get("custom", {})),
        audience=AnnouncedTo(
            conversations=audience.get("conversations"),
            type=audience.get("type"),
            declared_type=audience.get("declared_type"),
            team=audience.get("team"),
        ),
        send_at=clock.optional_datetime(job.state["send_at"]),
        only_count=job.state["only_count"],
        reached=sum(job.done.values()),
        sent=job.done.get("sent", 0),
        skipped=skipped,
        failed=job.done.get("failed", 0),
        percent=job.percent,
        failures=job.failures,
        created_at=clock.to_datetime(job.created_at),
        updated_at=clock.to_datetime(job.updated_at),
        finished_at=clock.optional_datetime(job.finished_at),
        version=job.version,
    )
