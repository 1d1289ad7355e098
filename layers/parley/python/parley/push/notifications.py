"""Push notifications from the change stream: a new message is pushed to those whom it addresses and who are away, once.

An edit is pushed to those whom it names and the message did not name before: once each, whatever later edits do.
Who is in a group that a message mentions is named by it.

A push is a hint, not a delivery: the message is there when the app is opened. So it is made at most once, and not at
all where it would come late. Each message is claimed for a device before it is pushed there (`claims`), whatever comes
twice or out of order; what SNS surely did not take is given back and tried again with the record.
"""

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from aws_lambda_powertools.metrics import MetricUnit

from parley import clock
from parley.errors import Unavailable
from parley.ids import SYSTEM_USER, MessageAddress
from parley.messaging.access import meta_key
from parley.messaging.items import MessageItem
from parley.observability import logger, metrics
from parley.push import badges, devices, endpoints, payloads, push_claims, sns
from parley.push.applications import tenants
from parley.push.items import DeviceEntry, User
from parley.push.recipients import Addressing, Named, NewMessage, Place, Push, address, find
from parley.push.sns import SnsFailed
from parley.settings import push_settings, settings
from parley.streams import group_mentions, shared_reads
from parley.streams.changes import Change
from parley.streams.consumer import MALFORMED, set_aside
from parley.streams.states import address_of
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, number, required_number, required_text, text
from parley.tables.keys import Key
from parley.users.profiles import user_key

ENTITIES = frozenset({"message"})
MAX_AGE_MS = 15 * 60_000
"""A message older than that is not pushed any more: after a backlog or a replay nobody wants a phone full of it."""
CHUNK = 16
"""So many messages are claimed and pushed between two looks at the clock."""

Outcome = Literal["sent", "repeated", "pruned", "unusable", "refused", "unknown", "again"]


@dataclass
class _Fresh:
    """What happened to a message in this batch: `newly_named` by edits; None where it is new itself."""

    changes: list[Change]
    newly_named: Named | None

    def add(self, change: Change, named: Named | None) -> None:
        self.changes.append(change)
        self.newly_named = None if named is None or self.newly_named is None else self.newly_named | named


@dataclass(frozen=True, slots=True)
class _Job:
    """The pushes of one message."""

    message: NewMessage
    pushes: tuple[Push, ...]


def wants(change: Change) -> bool:
    """Whether a change is a new message that may be pushed, or names others than before."""
    if change.entity not in ENTITIES or change.op == "remove" or "silent" in change.image or change.is_import:
        return False
    return change.op == "insert" or bool(change.changed_among(("mentions", "mentioned_groups")))


def _newly_named(change: Change) -> Named:
    """Whom a message names, and which groups, whom it did not name before."""
    return Named.of(change.image).without(Named.of(change.old or {}))


def _edited_at(change: Change) -> int:
    """When a message was edited; 0 where it says again what it said at first, since its edit was taken back."""
    return number(change.image, "edited_at")


def push(changes: Sequence[Change], *, seconds: float) -> list[Change]:
    """Push a batch; the changes of which something is left to push, and poison.

    What has not been pushed after so many `seconds` is left for another try. Raises where DynamoDB does not answer.
    """
    deadline = time.monotonic() + seconds
    fresh, poison = _fresh(changes)
    addressed, malformed = _addressed(fresh)
    poison += [set_aside(change) for place in malformed for change in fresh[place].changes]
    audience = find(addressed)
    messages, malformed = _load([each for each in addressed if audience.reached_by(each)])
    poison += [set_aside(change) for place in malformed for change in fresh[place].changes]
    jobs = _jobs(address(messages, audience))
    numbers = badges.count_unread(push.user for job in jobs for push in job.pushes)
    outcomes: Counter[Outcome] = Counter()
    unfinished: set[Place] = set()
    for start in range(0, len(jobs), CHUNK):
        chunk = jobs[start : start + CHUNK]
        if time.monotonic() > deadline:
            unfinished |= {job.message.place for job in jobs[start:]}
            break
        for job, made in zip(chunk, _push_chunk(chunk, numbers), strict=True):
            outcomes.update(made)
            if "again" in made:
                unfinished.add(job.message.place)
    _record(outcomes)
    return [*poison, *(change for place in unfinished for change in fresh[place].changes)]


def _fresh(changes: Sequence[Change]) -> tuple[dict[Place, _Fresh], list[Change]]:
    """New messages and edits that are young enough, each message once, and what no code of ours wrote."""
    fresh: dict[Place, _Fresh] = {}
    poison: list[Change] = []
    oldest = clock.now_ms() - MAX_AGE_MS
    for change in changes:
        if not wants(change):
            continue
        try:
            named = None if change.op == "insert" else _newly_named(change)
            if named is not None and not named.somebody:
                continue
            moment = required_number(change.image, "created_at") if named is None else _edited_at(change)
            place = (change.tenant_id, address_of(change.image))
        except MALFORMED:
            poison.append(set_aside(change))
            continue
        if moment < oldest:
            continue
        if place in fresh:
            fresh[place].add(change, named)
        else:
            fresh[place] = _Fresh([change], named)
    return fresh, poison


def reads(changes: Sequence[Change]) -> Iterator[Key]:
    """The messages themselves."""
    return (change.key for change in changes if wants(change))


def _addressed(fresh: Mapping[Place, _Fresh]) -> tuple[list[Addressing], list[Place]]:
    """What the messages say of whom they address, without those that have been deleted since.

    1 RRU each, unless it was read for the batch, and 0.5 for what a reply hangs on. Beside them the places where now
    stands what no code of ours wrote.
    """
    if not fresh:
        return [], []
    at = {each.changes[0].key: place for place, each in fresh.items()}
    roots = {_root_key(*place) for place in fresh if place[1].root_seq is not None}
    known = dynamodb.batch_get(settings().chat_table, roots) if roots else {}
    addressed: list[Addressing] = []
    malformed: list[Place] = []
    for key, raw in shared_reads.read(settings().chat_table, at).items():
        tenant_id, address = at[key]
        try:
            if _is_there(raw) and not tenants.of(tenant_id).suspended:
                root_author = _author(known.get(_root_key(tenant_id, address))) if address.root_seq else None
                item = MessageItem.from_raw_data(raw)
                newly = fresh[at[key]].newly_named
                addressed.append(
                    Addressing(
                        tenant_id=tenant_id,
                        address=address,
                        item=item,
                        root_author=root_author,
                        newly_named=None if newly is None else newly.users,
                        in_groups=_in_groups(tenant_id, Named.of(raw), newly),
                    )
                )
        except MALFORMED:
            malformed.append(at[key])
    return addressed, malformed


def _in_groups(tenant_id: str, named: Named, newly: Named | None) -> frozenset[str]:
    """Whom a message addresses by groups; an edit those whom it did not address before, by name or by a group."""
    if newly is None:
        return group_mentions.members_of(tenant_id, named.groups)
    added = [group_id for group_id in named.groups if group_id in newly.groups]
    if not added:
        return frozenset()
    before = named.without(newly)
    told = group_mentions.members_of(tenant_id, before.groups).union(before.users)
    return group_mentions.members_of(tenant_id, added) - told


def _is_there(raw: RawItem) -> bool:
    return "author_id" in raw and not raw.keys() & {"deleted_at", "void"}


def _load(addressed: Sequence[Addressing]) -> tuple[list[NewMessage], list[Place]]:
    """The messages as they are now, without those that have been deleted since, oldest first. 2 RRU at most each.

    Beside them the places where now stands what no code of ours wrote.
    """
    if not addressed:
        return [], []
    at = {each.item.key: each for each in addressed}
    around = {meta_key(*each.room) for each in addressed}
    authors = {user_key(each.tenant_id, each.item.author_id or "") for each in addressed}
    table = settings().chat_table
    current, known = dynamodb.in_parallel(
        lambda: dynamodb.batch_get(table, at, consistent=True),
        lambda: dynamodb.batch_get(table, {*around, *authors}),
    )
    messages: list[NewMessage] = []
    malformed: list[Place] = []
    for key, raw in current.items():
        try:
            messages += _message(at[key], raw, known)
        except MALFORMED:
            malformed.append(at[key].place)
    return sorted(messages, key=lambda each: (int(each.item.created_at), str(each.address))), malformed


def _message(addressing: Addressing, raw: RawItem, known: Mapping[Key, RawItem]) -> Iterator[NewMessage]:
    """The message with what is known of those around it; none where it is gone."""
    tenant_id, address = addressing.place
    meta = known.get(meta_key(tenant_id, address.conversation_id))
    if not _is_there(raw) or meta is None:
        return
    author_id = required_text(raw, "author_id")
    author = known.get(user_key(tenant_id, author_id), {})
    yield NewMessage(
        tenant_id=tenant_id,
        address=address,
        item=MessageItem.from_raw_data(raw),
        root_author=addressing.root_author,
        newly_named=addressing.newly_named,
        in_groups=addressing.in_groups,
        conversation=meta,
        author_name="" if author_id == SYSTEM_USER else text(author, "name") or author_id,
    )


def _root_key(tenant_id: str, place: MessageAddress) -> Key:
    return Key(keys.conversation(tenant_id, place.conversation_id), keys.message_sk(place.root_seq or 0))


def _author(raw: RawItem | None) -> str | None:
    return text(raw or {}, "author_id")


def _jobs(pushes: Sequence[Push]) -> list[_Job]:
    by_message: dict[Place, list[Push]] = {}
    for each in pushes:
        if tenants.of(each.message.tenant_id).application(each.device.platform):
            by_message.setdefault(each.message.place, []).append(each)
    return [_Job(together[0].message, tuple(together)) for together in by_message.values()]


def _push_chunk(chunk: Sequence[_Job], numbers: Mapping[User, int]) -> list[list[Outcome]]:
    """Claim and push some messages; the outcomes of each."""
    claimed = dynamodb.map_parallel(_claim, chunk)
    todo = [(job, push) for job, won in zip(chunk, claimed, strict=True) for push in won or ()]
    sns.client()  # made here, since two threads must not make it at once
    made = dynamodb.map_parallel(lambda each: _push_one(each[1], numbers.get(each[1].user)), todo)
    outcomes: list[list[Outcome]] = []
    for job, won in zip(chunk, claimed, strict=True):
        if won is None:
            outcomes.append(["again"])
            continue
        mine = [(push, outcome) for (of, push), outcome in zip(todo, made, strict=True) if of is job]
        back = {_mark(push) for push, outcome in mine if outcome == "again"}
        if back:
            push_claims.release(job.message.tenant_id, job.message.address, back)
        repeated: list[Outcome] = ["repeated"] * (len(job.pushes) - len(won))
        outcomes.append([outcome for _, outcome in mine] + repeated)
    return outcomes


def _claim(job: _Job) -> list[Push] | None:
    """Claim a message for its devices; those for which nobody has, None where the table does not say now."""
    by_mark = {_mark(push): push for push in job.pushes}
    beside = {
        mark(push.device.digest)
        for push in job.pushes
        if push.message.mentions(push.user[1])
        for mark in (push_claims.mark, push_claims.mark_by_name)
    }
    try:
        won = push_claims.claim(job.message.tenant_id, job.message.address, by_mark.keys(), beside=beside)
    except Exception as error:
        if _may_pass(error):
            return None  # the claims of other messages stand, and their pushes are made
        raise
    return [push for mark, push in by_mark.items() if mark in won]


def _mark(push: Push) -> str:
    """What an edit pushes is claimed apart: who was pushed the message without being named is pushed it once more."""
    is_edit = push.message.newly_named is not None
    return (push_claims.mark_by_name if is_edit else push_claims.mark)(push.device.digest)


def _may_pass(error: Exception) -> bool:
    return isinstance(error, Unavailable) or dynamodb.is_transient(error)


def _push_one(push: Push, badge: int | None) -> Outcome:
    message, tenant = push.message, tenants.of(push.message.tenant_id)
    notice = payloads.compose(
        message.address,
        author_id=message.item.author_id or "",
        author=message.author_name,
        conversation=None if message.is_direct else text(message.conversation, "name") or None,
        text=message.item.heading,
        attachments=len(message.item.attachments or ()),
        location=message.item.location,
        content=tenant.content,
    )
    if message.newly_named is not None:
        notice = replace(notice, type="message.updated")
    platform, application = push.device.platform, tenant.application(push.device.platform) or ""
    shown = payloads.message_for(platform, notice, badge)
    try:
        arn = endpoints.push(push.user, push.device, application, shown, payloads.attributes_for(platform, notice))
    except SnsFailed as failed:
        return _failed(push, failed)
    except Exception as error:
        if _may_pass(error):
            return "again"  # the table did not take the endpoint: that comes before the push
        raise
    show_copy(push.user, push.device, arn, shown)
    return "sent"


def _failed(push: Push, failed: SnsFailed) -> Outcome:
    logger().warning(
        "not pushed",
        extra={"tenant_id": push.message.tenant_id, "message_id": str(push.message.address), "failure": str(failed)},
    )
    match failed.failure:
        case "busy":
            return "again"
        case "disabled":
            return prune(push.user, push.device)
        case "unusable" | "gone":
            return "unusable"
        case "refused":
            return "refused"
        case _:
            return "unknown"


def prune(user: User, device: DeviceEntry) -> Outcome:
    """Take out a device whose token the push service refuses. Where that fails, the next push tries again."""
    try:
        devices.forget(*user, device)
    except Unavailable:
        return "unknown"
    return "pruned"


def show_copy(user: User, device: DeviceEntry, arn: str, text: str) -> None:
    """In a stage that reaches no phone: show on a topic what was pushed."""
    if topic := push_settings().capture_topic:
        (payload,) = json.loads(text).values()
        shown = {
            "tenant_id": user[0],
            "user_id": user[1],
            "device_id": device.id,
            "platform": device.platform,
            "endpoint": arn,
            "payload": json.loads(payload),
        }
        sns.copy_to_topic(topic, json.dumps(shown, ensure_ascii=False))


def _record(outcomes: Mapping[Outcome, int]) -> None:
    if not outcomes:
        return
    emitted = metrics()
    for outcome, count in outcomes.items():
        emitted.add_metric(f"Pushes{outcome.capitalize()}", MetricUnit.Count, count)
    logger().info("pushed", extra={str(outcome): count for outcome, count in outcomes.items()})
