"""Messages that are sent later: what their author writes, changes and takes back until the moment comes.

Each is written with its author's count of them, and its timer is set before it says when. What its send would be
refused for now is refused when it is written, as far as it follows from the message: its conversation, what it replies
to, its length, its files. What may change until then (blocks, roles, limits, moderation) is looked at when it is sent.
Its files are kept until then: each has a reference to it. See docs/adr/0073 and `sending`.
"""

from collections.abc import Iterable
from typing import Any

from parley import clock, ids
from parley.errors import (
    IdempotencyKeyReused,
    ParentNotFound,
    ScheduledMessageBeingSent,
    ScheduledMessageNotFound,
    ServerTokenRequired,
    TooManyScheduledMessages,
    Unavailable,
    ValidationFailed,
    VersionConflict,
)
from parley.identity.caller import Caller
from parley.media import attachments, references
from parley.messaging.access import access_membership
from parley.messaging.messages import quotes
from parley.messaging.messages.kinds import SYSTEM
from parley.messaging.messages.schemas import SendMessage
from parley.messaging.messages.sending.claims import asked_of
from parley.messaging.messages.sending.sending import check_length, parent_of
from parley.scheduling.items import ScheduledItem, scheduled_key
from parley.scheduling.schemas import ScheduledMessage, ScheduleMessage, UpdateScheduledMessage
from parley.scheduling.views import message_of, scheduled_view
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.attributes import Typed
from parley.tables.dynamodb import ConditionFailed, TransactionRefused
from parley.tables.expressions import Update, absent, equals, less
from parley.tables.keys import Key
from parley.tables.transactions import Action
from parley.timers import timers

MOST = 100
"""A user has so many that are not sent, those that failed among them."""
SOONEST_MS = 60_000
FURTHEST_MS = 366 * 24 * 3_600_000
ATTEMPTS = 5


def do_schedule(caller: Caller, body: ScheduleMessage, *, idempotency_key: str | None) -> ScheduledMessage:
    """Keep a message until its moment. 2 to 4 RRU, 5 WRU for up to 1 KiB, and 2 and 1 RRU for each file.

    A key's message is the same one however often the request comes. Raises `ConversationNotFound`, `NotAMember`,
    `MessageTooLong`, `ParentNotFound`, `QuotedMessageNotFound`, what `attachments.check_attachable` raises,
    `TooManyScheduledMessages`, `IdempotencyKeyReused`, and `ValidationFailed` for a moment that is no minute or over a
    year ahead.
    """
    send_at = moment_to_send(clock.from_datetime(body.send_at))
    check_message(caller, body.message)
    tenant_id, user_id, now = caller.tenant_id, caller.user_id, clock.now_ms()
    scheduled_id = ids.new_id()
    if idempotency_key is not None:
        scheduled_id = ids.derived_id("scheduled", tenant_id, user_id, idempotency_key)
    at = scheduled_key(tenant_id, user_id, scheduled_id)
    item = ScheduledItem(
        pk=at.pk,
        sk=at.sk,
        scheduled_id=scheduled_id,
        message=_stored(body.message),
        send_at=send_at,
        due_at=send_at,
        timer=timers.schedule("scheduled_message", tenant_id, user_id, scheduled_id, send_at),
        by_server=caller.is_server or None,
        created_at=now,
        updated_at=now,
        version=now,
    )
    hold(caller, item)
    put = transactions.put(settings().chat_table, item.serialize(), condition=absent(), tell=True)
    try:
        dynamodb.transact([put, counted(at.pk, 1)])
    except TransactionRefused as refused:
        timers.cancel("scheduled_message", tenant_id, user_id, scheduled_id, str(item.timer))
        known = ScheduledItem.read(refused.item(0)) if refused.failed(0) else None
        if known is None:
            let_go(tenant_id, user_id, item)
            raise TooManyScheduledMessages(f"At most {MOST} messages of a user wait to be sent") from None
        if (known.message, int(known.send_at)) != (item.message, send_at):
            raise IdempotencyKeyReused from None
        return scheduled_view(known)
    return scheduled_view(item)


def check_message(caller: Caller, message: SendMessage) -> None:
    """Refuse what can be sent neither now nor later: whether the conversation takes it is asked when it is sent."""
    if message.type == SYSTEM:  # it is sent as the user, whoever asked for it
        raise ServerTokenRequired
    check_length(caller, message.text)
    parent = parent_of(message)
    membership = access_membership(caller, message.conversation_id, *asked_of(message))
    visible_from = int(membership.visible_from)
    if parent is not None:
        root, truncated = quotes.read_with_bound(caller.tenant_id, parent)
        if root is None or root.deleted_at is not None or not quotes.is_seen(root, max(visible_from, truncated)):
            raise ParentNotFound
    quotes.check_quotable(caller, message, visible_from=visible_from)
    attachments.check_attachable(caller, message.attachments)


def _stored(message: SendMessage) -> dict[str, Any]:
    return message.model_dump(mode="json", exclude_defaults=True)


def moment_to_send(send_at: int) -> int:
    """Refuse a moment that is too near or too far. A minute is meant as clocks differ: half of one is let pass."""
    ahead = send_at - clock.now_ms()
    if ahead < SOONEST_MS // 2 or ahead > FURTHEST_MS:
        code = "too_soon" if ahead < SOONEST_MS else "too_far_ahead"
        detail = "a message is sent a minute to a year from now"
        raise ValidationFailed([{"pointer": "/send_at", "code": code, "detail": detail}])
    return send_at


def counted(pk: str, by: int) -> Action:
    """Count a message that comes or goes."""
    has_room = absent("scheduled") | less("scheduled", MOST) if by > 0 else None
    change = Update().add(scheduled=by).set(entity="scheduled_count")
    return transactions.update(settings().chat_table, Key(pk, keys.SCHEDULED_COUNT_SK), change, condition=has_room)


def hold(caller: Caller, item: ScheduledItem) -> None:
    """Keep the files of a message until it is sent. 2 WRU for each."""
    media_ids = message_of(item).attachments
    attachments.attach(caller, media_ids, keys.scheduled_reference(caller.user_id, item.scheduled_id))


def let_go(tenant_id: str, user_id: str, item: ScheduledItem, *, keeping: Iterable[str] = ()) -> None:
    """Keep the files of a message for it no longer, but for those that it has now. 1 WRU for each.

    They stay its author's, as any upload that was not sent.
    """
    name = keys.scheduled_reference(user_id, item.scheduled_id)
    for media_id in dict.fromkeys(message_of(item).attachments):
        if media_id not in set(keeping):
            references.remove(tenant_id, media_id, name)


def access_scheduled(caller: Caller, scheduled_id: str) -> ScheduledItem:
    """One of the caller's. Raises `ScheduledMessageNotFound`: it was never there, was taken back, or has been sent."""
    item = None
    if ids.is_conversation_id(scheduled_id):
        item = ScheduledItem.at(scheduled_key(caller.tenant_id, caller.user_id, scheduled_id), consistent=True)
    if item is None or item.status == "sent":
        raise ScheduledMessageNotFound
    return item


def do_get(caller: Caller, scheduled_id: str) -> ScheduledMessage:
    """One of the caller's: 1 RRU for each 4 KiB."""
    return scheduled_view(access_scheduled(caller, scheduled_id))


def do_update(
    caller: Caller, scheduled_id: str, body: UpdateScheduledMessage, *, if_match: int | None
) -> ScheduledMessage:
    """Change what is sent, or when; one that failed waits again then, and needs a moment to come.

    Raises `ScheduledMessageNotFound`, `ScheduledMessageBeingSent`, `VersionConflict`, and what `do_schedule` does of
    its message and its moment.
    """
    for _ in range(ATTEMPTS):
        item = access_scheduled(caller, scheduled_id)
        if if_match is not None and if_match != item.version:
            raise VersionConflict
        if item.status == "sending":
            raise ScheduledMessageBeingSent
        send_at = int(item.send_at) if body.send_at is None else clock.from_datetime(body.send_at)
        if body.send_at is not None or item.status == "failed":
            moment_to_send(send_at)
        message = message_of(item) if body.message is None else body.message
        if body.message is not None:
            check_message(caller, message)
        changed = _change(caller, item, message, send_at)
        if changed is not None:
            return scheduled_view(changed)
    raise Unavailable("The message is being changed by others")


def _change(caller: Caller, item: ScheduledItem, message: SendMessage, send_at: int) -> ScheduledItem | None:
    """The message as it waits now; None where it has changed since it was read."""
    tenant_id, user_id, name = caller.tenant_id, caller.user_id, item.scheduled_id
    wanted = ScheduledItem.from_raw_data(item.serialize())
    wanted.message, wanted.send_at, wanted.due_at = _stored(message), send_at, send_at
    wanted.status, wanted.attempts, wanted.by_server = "scheduled", 0, caller.is_server or None
    wanted.revision, wanted.updated_at = int(item.revision) + 1, clock.now_ms()
    wanted.failure = wanted.claimed_at = None
    wanted.timer = timers.schedule("scheduled_message", tenant_id, user_id, name, send_at)
    hold(caller, wanted)
    written = _rewrite(item, wanted)
    if written is not None:
        let_go(tenant_id, user_id, item, keeping=message.attachments)
        timers.cancel("scheduled_message", tenant_id, user_id, name, str(item.timer))
    return written


def _rewrite(item: ScheduledItem, wanted: ScheduledItem) -> ScheduledItem | None:
    holds = {name: Typed(value) for name, value in wanted.serialize().items() if name not in {"pk", "sk", "version"}}
    gone = [name for name in ("by_server", "claimed_at", "failure", "message_id") if name not in holds]
    return change_if_unchanged(item, Update().set(holds).remove(*gone))


def change_if_unchanged(item: ScheduledItem, change: Update) -> ScheduledItem | None:
    """Change an item that still has the version which was read; None where it has not. 1 WRU for each KiB."""
    is_as_read = equals("version", int(item.version))
    try:
        raw = dynamodb.update(
            settings().chat_table, item.key, change.add(version=1), condition=is_as_read, returning="ALL_NEW"
        )
    except ConditionFailed:
        return None
    return ScheduledItem.from_raw_data(raw)


def do_cancel(caller: Caller, scheduled_id: str, *, if_match: int | None) -> None:
    """Take a message back before it is sent. 1 RRU, 6 WRU.

    Of this and the send one wins, and says so: it is not sent once this has returned, and is being sent, or has been,
    where this is refused. Raises `ScheduledMessageNotFound`, `ScheduledMessageBeingSent`, `VersionConflict`.
    """
    for _ in range(ATTEMPTS):
        item = access_scheduled(caller, scheduled_id)
        if if_match is not None and if_match != item.version:
            raise VersionConflict
        if item.status == "sending":
            raise ScheduledMessageBeingSent
        if remove(caller.tenant_id, caller.user_id, item):
            return
    raise Unavailable("The message is being changed by others")


def remove(tenant_id: str, user_id: str, item: ScheduledItem) -> bool:
    """Remove a message with its count, its files' references and its timer, unless it has changed since it was read."""
    gone = transactions.delete(settings().chat_table, item.key, condition=equals("version", int(item.version)))
    actions = [gone, counted(item.pk, -1)]
    if item.status != "sent":  # whose timer goes once this is done
        timer = str(item.timer)
        actions.append(timers.cancelling("scheduled_message", tenant_id, user_id, item.scheduled_id, timer))
    try:
        dynamodb.transact(actions)
    except TransactionRefused:
        return False
    let_go(tenant_id, user_id, item)
    return True


def forget_all(tenant_id: str, user_id: str) -> None:
    """Forget all of a user's, for who is erased. Raises `Unavailable` where one is being changed."""
    for item in all_of(tenant_id, user_id):
        if not remove(tenant_id, user_id, item):
            raise Unavailable("A message is being sent")


def all_of(tenant_id: str, user_id: str) -> list[ScheduledItem]:
    """A user's messages that wait, and those that failed: 1 RRU for each 4 KiB."""
    pk = keys.user(tenant_id, user_id)
    found = dynamodb.every(settings().chat_table, pk, begins_with=keys.SCHEDULED_PREFIX, consistent=True)
    return [ScheduledItem.from_raw_data(raw) for raw in found]
