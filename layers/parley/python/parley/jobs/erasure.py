"""Erasing a user: everything that names them goes, everywhere; what they wrote stays without a name, or goes too.

| step | what happens |
| --- | --- |
| (the request) | tokens are revoked, the profile is emptied and refuses a new one, the job is stored |
| `closing` | open connections are closed, devices, recent and saved searches forgotten |
| `leaving` | conversations are left; a sole owner hands over |
| `settling` | two minutes pass: by then no request of theirs is under way, and no cached decision lets another in |
| `conversations` | each conversation that they were ever in, and its threads, item by item |
| `files` | files, their bytes, thumbnails and references, and what they took of the quota |
| `blocks` | blocks and mutes by them and of them |
| `rest` | whatever else is in their partitions: exports, logs, presence, what appeared meanwhile |
| `checking` | what has come since begins another round; nothing has: the id is free for a new user |

Each step is a page of work that may be done twice. What remains afterwards is the id, in two items that say nothing
else: from when on tokens hold, and at which version the next profile begins. See docs/adr/0027.
"""

from dataclasses import replace

from parley import clock, ids
from parley.audit import audit_log
from parley.bookmarks import bookmarks
from parley.errors import JobNotFound, Unavailable, UserHeld, UserNotFound, VersionConflict
from parley.holds import coverage, holds
from parley.identity.caller import Caller
from parley.jobs import export, job_queue, store
from parley.jobs.schemas import Job
from parley.jobs.store import StoredJob
from parley.media import user_files
from parley.messaging import erasing
from parley.messaging.erasing import Messages, Subject
from parley.messaging.members import blocks, leaving, user_mutes
from parley.push import devices
from parley.realtime import closing
from parley.scheduling import scheduled_messages
from parley.search.saved import saved_searches
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.attributes import RawItem, required_text
from parley.tables.dynamodb import TransactionRefused
from parley.tables.expressions import Update, absent, equals, matching, stored, stored_or
from parley.tables.keys import Key
from parley.tables.transactions import Action
from parley.user_groups import members as group_members
from parley.users import revocation
from parley.users.items import UserItem
from parley.users.profiles import user_key

SETTLE_MS = 120_000
"""The gateway keeps a decision for 60 s and waits 29 s for a function."""
LOOK_AGAIN_MS = 10_000
"""The index follows the table within a second; a file that changed meanwhile has settled by then."""
PAGE = 200
FEW = 25
MAX_ROUNDS = 5
"""A tenant that goes on to sign tokens for a user makes new things, which are the next user's after so many rounds."""


def do_erase(caller: Caller, user_id: str, messages: Messages, *, if_match: int | None) -> Job:
    """Begin to erase a user, or say how far the erasure is.

    Raises `UserNotFound` for who is not there (any more), `UserHeld` for whom a hold keeps, and `VersionConflict`
    unless the profile still has the version `if_match`: one that changes after it was looked at stays, though its
    tokens are revoked.
    """
    tenant_id = caller.tenant_id
    user = UserItem.at(user_key(tenant_id, user_id), consistent=True)
    if user is not None and user.erasure is not None:
        return store.view(store.load(tenant_id, user.erasure))
    if (user is None or user.erased_at is not None) and not _leftover(tenant_id, user_id):
        raise UserNotFound
    if if_match is not None and (user is None or user.erased_at is not None or if_match != user.version):
        raise VersionConflict
    if coverage.of(tenant_id).covers_user(user_id):
        raise UserHeld
    revocation.do_revoke_tokens(caller, user_id)
    job_id = ids.derived_id("erasure", tenant_id, user_id, str(clock.now_ms()))
    job = store.new(tenant_id, "erasure", user_id, job_id=job_id, step="closing", messages=messages, round=1)
    line = audit_log.line(caller, "user.erased", ("user", user_id), details={"job": job.id, "messages": messages})
    try:
        dynamodb.transact([store.put_action(job), store.list_action(job), _empty_profile(job, if_match), line])
    except TransactionRefused:
        return _begun_by_another(tenant_id, user_id, if_match)
    stored = store.load(tenant_id, job.id)
    job_queue.send(stored)
    return store.view(stored)


def _begun_by_another(tenant_id: str, user_id: str, if_match: int | None) -> Job:
    user = UserItem.at(user_key(tenant_id, user_id), consistent=True)
    if user is None or user.erasure is None:
        raise Unavailable("The user is being changed by others") if if_match is None else VersionConflict
    return store.view(store.load(tenant_id, user.erasure))


def _empty_profile(job: StoredJob, if_match: int | None) -> Action:
    user_id = _user_of(job)
    emptied = (
        Update()
        .set(entity="user", user_id=user_id, erased_at=clock.now_ms(), erasure=job.id)
        .set(erased_version=stored_or("version", 0, plus=1))
        .add(version=1)
        .remove("gpk", "gsk", "name", "avatar_url", "custom", "declared", "languages", "role", "deactivated_at")
        .remove("created_at", "updated_at", "teams", "left_teams")
    )
    at = user_key(job.tenant_id, user_id)
    return transactions.update(settings().chat_table, at, emptied, condition=matching(absent("erasure"), if_match))


def _user_of(job: StoredJob) -> str:
    if job.user_id is None:
        raise JobNotFound
    return job.user_id


def _subject(job: StoredJob) -> Subject:
    return Subject(job.tenant_id, _user_of(job), job.state["messages"])


def _user_partition(job: StoredJob) -> str:
    return keys.user(job.tenant_id, _user_of(job))


def advance(job: StoredJob) -> StoredJob:
    """Do one page of work and save where the job stands then; wait where a hold keeps what it would change."""
    if _is_held(job):
        return store.wait_for_holds(job)
    return _STEPS[job.step](store.go_on(job))


def _is_held(job: StoredJob) -> bool:
    """Whether a hold covers the user, or the conversation that is next."""
    held = coverage.of(job.tenant_id)
    if held.covers_user(_user_of(job)):
        return True
    lines = job.state["lines"] if job.step == "conversations" else []
    return bool(lines) and held.covers(keys.conversation_of(lines[-1][0]))


def _close(job: StoredJob) -> StoredJob:
    closing.close_all_of(job.tenant_id, _user_of(job))
    dynamodb.delete(settings().control_table, Key(_user_partition(job), keys.RECENT_SEARCHES_SK))
    saved_searches.forget_all(job.tenant_id, _user_of(job))
    bookmarks.forget_all(job.tenant_id, _user_of(job))
    scheduled_messages.forget_all(job.tenant_id, _user_of(job))
    forgotten = devices.forget_all(job.tenant_id, _user_of(job))
    return store.save(replace(job.at("leaving"), percent=2).counting(devices=forgotten))


def _leave(job: StoredJob) -> StoredJob:
    """Leave some conversations; once there are none, wait until nothing of the user's can be under way."""
    found = _page(_user_partition(job), keys.MEMBERSHIP_PREFIX, FEW)
    for raw in found:
        leaving.depart(job.tenant_id, _user_of(job), required_text(raw, "conversation_id"))
    if found:
        return store.save(job.counting(memberships=len(found)))
    waiting = replace(job.at("settling"), not_before=clock.now_ms() + SETTLE_MS, percent=5)
    return store.save(waiting)


def _settle(job: StoredJob) -> StoredJob:
    if _page(_user_partition(job), keys.MEMBERSHIP_PREFIX, 1):
        return store.save(job.at("leaving"))
    total = _count(_user_partition(job), keys.FORMER_MEMBERSHIP_PREFIX)
    return store.save(replace(job.at("conversations", total=total, seen=0, last="", lines=[]), percent=10))


def _count(pk: str, prefix: str) -> int:
    found = dynamodb.every(settings().chat_table, pk, begins_with=prefix, consistent=True, attributes=("sk",))
    return sum(1 for _ in found)


def _conversations(job: StoredJob) -> StoredJob:
    """One page of a conversation's or a thread's items; `lines` are those begun, the innermost last."""
    lines = [tuple(line) for line in job.state["lines"]]
    if not lines:
        return _next_conversation(job)
    pk, last = lines.pop()
    items, more = dynamodb.query(
        settings().chat_table,
        pk,
        limit=PAGE,
        consistent=True,
        after=None if last is None else dynamodb.key((pk, last)),
    )
    if more is not None:
        lines.append((pk, more["sk"]["S"]))
    subject = _subject(job)
    for raw in items:
        if thread := erasing.thread_of(raw):
            lines.append((thread, None))
        kind = erasing.forget(subject, raw)
        if kind is not None:
            job = job.counting(**{kind: 1})
    return store.save(job.at("conversations", lines=lines))


def _next_conversation(job: StoredJob) -> StoredJob:
    pk, last = _user_partition(job), job.state["last"]
    found, _ = dynamodb.query(
        settings().chat_table,
        pk,
        begins_with=keys.FORMER_MEMBERSHIP_PREFIX,
        limit=1,
        consistent=True,
        after=dynamodb.key((pk, last)) if last else None,
    )
    if not found:
        return store.save(replace(job.at("files", files_after=None), percent=85))
    sk = found[0]["sk"]["S"]
    conversation_id = keys.former_membership_of(sk)
    leaving.settle(job.tenant_id, conversation_id)
    seen = job.state["seen"] + 1
    percent = 10 + 75 * (seen - 1) // max(seen, job.state["total"])
    line = (keys.conversation(job.tenant_id, conversation_id), None)
    begun = replace(job.at("conversations", last=sk, seen=seen, lines=[line]), percent=percent)
    return store.save(begun.counting(conversations=1))


def _files(job: StoredJob) -> StoredJob:
    user_id = _user_of(job)
    places, more = user_files.list_page(job.tenant_id, user_id, limit=FEW, after=job.state["files_after"])
    for at in places:
        if not user_files.erase(at, user_id):
            raise Unavailable("A file is changing")
    job = job.counting(files=len(places))
    if more is not None:
        return store.save(job.at("files", files_after=more))
    return store.save(replace(job.at("blocks"), percent=90))


def _blocks(job: StoredJob) -> StoredJob:
    """Blocks and mutes from both sides: those that the user made, then those that others made of them."""
    user_id = _user_of(job)
    for prefix, other_of in ((keys.BLOCK_PREFIX, keys.blocked_of), (keys.BLOCKED_BY_PREFIX, keys.blocker_of)):
        found = [other_of(raw["sk"]["S"]) for raw in _page(_user_partition(job), prefix, FEW)]
        for other in found:
            blocks.lift(job.tenant_id, *((other, user_id) if prefix == keys.BLOCKED_BY_PREFIX else (user_id, other)))
        if found:
            return store.save(job.counting(blocks=len(found)))
    for prefix, other_of in ((keys.USER_MUTE_PREFIX, keys.muted_of), (keys.MUTED_BY_PREFIX, keys.muter_of)):
        found = [other_of(raw["sk"]["S"]) for raw in _page(_user_partition(job), prefix, FEW)]
        for other in found:
            pair = (other, user_id) if prefix == keys.MUTED_BY_PREFIX else (user_id, other)
            user_mutes.lift(job.tenant_id, *pair)
        if found:
            return store.save(job.counting(mutes=len(found)))
    return store.save(replace(job.at("rest"), percent=92))


def _rest(job: StoredJob) -> StoredJob:
    """Whatever else there is under the user's name, in both tables and in the bucket of exports."""
    pk, user_id = _user_partition(job), _user_of(job)
    saved_searches.forget_all(job.tenant_id, user_id)
    group_members.forget_all(job.tenant_id, user_id)
    bookmarks.forget_all(job.tenant_id, user_id)
    scheduled_messages.forget_all(job.tenant_id, user_id)
    holds.forget(job.tenant_id, user_id)
    leftover = [at for at in _leftover(job.tenant_id, user_id) if not _goes_otherwise(at.sk)]
    if leftover:
        _delete(settings().chat_table, leftover)
        return store.save(job.counting(items=len(leftover)))
    devices.forget_all(job.tenant_id, user_id)
    held = export.remove_all_of(job.tenant_id, user_id)
    if held > clock.now_ms():
        return store.save(replace(job, not_before=held))
    for partition in (pk, keys.user_log(job.tenant_id, user_id)):
        found, _ = dynamodb.query(settings().control_table, partition, limit=PAGE, consistent=True, expired=True)
        if found:
            _delete(settings().control_table, [dynamodb.key_of(raw) for raw in found])
            return store.save(job.counting(items=len(found)))
    user_files.forget_counter(job.tenant_id, user_id)
    return store.save(replace(job.at("checking"), not_before=clock.now_ms() + LOOK_AGAIN_MS, percent=95))


def _check(job: StoredJob) -> StoredJob:
    """End, unless something has appeared since it was looked for: then another round."""
    user_id = _user_of(job)
    files, _ = user_files.list_page(job.tenant_id, user_id, limit=1, after=None)
    if (files or _leftover(job.tenant_id, user_id)) and job.state["round"] < MAX_ROUNDS:
        return store.save(job.at("closing", round=job.state["round"] + 1))
    revocation.revoke(job.tenant_id, user_id)
    freed = transactions.update(
        settings().chat_table,
        user_key(job.tenant_id, user_id),
        Update().set(erased_version=stored("version", plus=1)).add(version=1).remove("erasure"),
        condition=equals("erasure", job.id),
    )
    return store.end(job, "completed", beside=(freed, revocation.forget_deactivation(job.tenant_id, user_id)))


def _page(pk: str, prefix: str, limit: int) -> list[RawItem]:
    found, _ = dynamodb.query(settings().chat_table, pk, begins_with=prefix, limit=limit, consistent=True)
    return found


def _leftover(tenant_id: str, user_id: str) -> list[Key]:
    """What a user's partition holds beyond what stays, as far as a page goes."""
    found, _ = dynamodb.query(settings().chat_table, keys.user(tenant_id, user_id), limit=PAGE, consistent=True)
    return [at for at in map(dynamodb.key_of, found) if at.sk not in holds.LEFT_BY_ERASURES]


def _goes_otherwise(sk: str) -> bool:
    """Whether it goes with what it has elsewhere: a membership by leaving, others with their alert or timer."""
    return keys.is_membership(sk) or sk.startswith(
        (keys.SAVED_SEARCH_PREFIX, keys.BOOKMARK_PREFIX, keys.SCHEDULED_PREFIX, keys.USER_GROUP_MEMBER_PREFIX)
    )


def _delete(table: str, places: list[Key]) -> None:
    dynamodb.map_parallel(lambda at: dynamodb.delete(table, at), places)


_STEPS = {
    "closing": _close,
    "leaving": _leave,
    "settling": _settle,
    "conversations": _conversations,
    "files": _files,
    "blocks": _blocks,
    "rest": _rest,
    "checking": _check,
}
