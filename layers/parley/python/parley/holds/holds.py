"""Holds: placed, listed and released by a tenant's back end, at most fifty at a time.

A hold and the count of the holds change in one transaction, so that their number has an exact limit.
"""

from parley import clock, ids
from parley.audit import audit_log
from parley.errors import ConversationNotFound, TooManyHolds, UserNotFound
from parley.holds.items import HoldItem, count_key, hold_key
from parley.holds.schemas import Hold, Holds, PlaceHold
from parley.identity.caller import Caller
from parley.ids import DELETED_USER
from parley.messaging.access import meta_key
from parley.messaging.members.muting import moment_to_come
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.attributes import RawItem
from parley.tables.dynamodb import ConditionFailed, TransactionRefused
from parley.tables.expressions import Condition, Update, absent, equals, exists, less
from parley.tables.transactions import Action

MOST_HOLDS = 50
LEFT_BY_ERASURES = frozenset({keys.USER_SK, keys.REVOCATION_SK})
"""What stays in the partition of a user who is erased."""


def all_of(tenant_id: str) -> list[HoldItem]:
    """A tenant's holds, those that have ended too. 1 RRU for each 4 KiB: for none 1."""
    found, _ = dynamodb.query(
        settings().chat_table, keys.holds(tenant_id), begins_with=keys.HOLD_PREFIX, consistent=True
    )
    return [HoldItem.from_raw_data(raw) for raw in found]


def do_list(caller: Caller) -> Holds:
    """The tenant's holds, the oldest first."""
    return Holds(data=sorted(map(view, all_of(caller.tenant_id)), key=lambda hold: (hold.created_at, hold.id)))


def do_place(caller: Caller, body: PlaceHold, *, idempotency_key: str | None) -> Hold:
    """Place a hold. 1 RRU and 6 WRU.

    What is being removed at this moment may still go: a page of a job at most. A repetition of a request that died
    finds what it made. Raises `ConversationNotFound`, `UserNotFound`, `TooManyHolds`, `ValidationFailed`.
    """
    tenant_id = caller.tenant_id
    hold_id = ids.new_id()
    if idempotency_key is not None:
        hold_id = ids.derived_id("hold", tenant_id, caller.user_id, idempotency_key)
    at = hold_key(tenant_id, hold_id)
    if idempotency_key is not None and (placed := HoldItem.at(at, consistent=True)) is not None:
        return view(placed)
    until = None if body.until is None else moment_to_come(body.until, pointer="/until")
    _check_is_there(tenant_id, body)
    placing = HoldItem(
        pk=at.pk,
        sk=at.sk,
        hold_id=hold_id,
        conversation_id=body.conversation_id,
        user_id=body.user_id,
        reason=body.reason,
        placed_by=caller.user_id or None,
        until=until,
        created_at=clock.now_ms(),
    )
    line = audit_log.line(caller, "hold.placed", ("hold", hold_id), conversation_id=body.conversation_id)
    try:
        dynamodb.transact(
            [
                transactions.put_if_absent(settings().chat_table, placing.serialize()),
                _count(tenant_id, 1, absent("hold_count") | less("hold_count", MOST_HOLDS)),
                line,
            ]
        )
    except TransactionRefused as refused:
        if refused.failed(0):
            return view(HoldItem.at(at, consistent=True) or placing)
        raise TooManyHolds(f"A tenant has at most {MOST_HOLDS} holds; release one that has ended") from None
    return view(placing)


def _check_is_there(tenant_id: str, body: PlaceHold) -> None:
    """Refuse what the tenant does not have: a user has a profile, or is or was in a conversation."""
    if body.conversation_id is not None:
        if dynamodb.get(settings().chat_table, meta_key(tenant_id, body.conversation_id), consistent=True) is None:
            raise ConversationNotFound
        return
    pk = keys.user(tenant_id, body.user_id or "")
    found, _ = dynamodb.query(settings().chat_table, pk, limit=1 + len(LEFT_BY_ERASURES), consistent=True)
    if not any(_tells_of_user(raw) for raw in found):
        raise UserNotFound


def _tells_of_user(raw: RawItem) -> bool:
    """Whether an item of a user's partition is more than what an erasure, or a revocation of tokens, leaves there."""
    if raw["sk"]["S"] == keys.USER_SK:
        return "erased_at" not in raw or "erasure" in raw
    return raw["sk"]["S"] not in LEFT_BY_ERASURES


def do_release(caller: Caller, hold_id: str) -> None:
    """Release a hold: what waited for it goes on within an hour. Absent is fine. 6 WRU."""
    if not ids.is_well_formed(hold_id):
        return
    gone = transactions.delete(settings().chat_table, hold_key(caller.tenant_id, hold_id), condition=exists())
    try:
        dynamodb.transact(
            [
                gone,
                _count(caller.tenant_id, -1, exists()),
                audit_log.line(caller, "hold.released", ("hold", hold_id)),
            ]
        )
    except TransactionRefused as refused:
        if not refused.failed(0):
            raise


def _count(tenant_id: str, step: int, condition: Condition) -> Action:
    change = Update().set(entity="hold_count").add(hold_count=step, version=1)
    return transactions.update(settings().chat_table, count_key(tenant_id), change, condition=condition)


def forget(tenant_id: str, user_id: str) -> None:
    """Take a user who is erased out of the holds that were placed for them; those on them go with their end."""
    for each in all_of(tenant_id):
        named = [name for name in ("placed_by", "user_id") if getattr(each, name) == user_id]
        for name in named:
            change = Update().set({name: DELETED_USER}).add(version=1)
            try:
                dynamodb.update(settings().chat_table, each.key, change, condition=equals(name, user_id))
            except ConditionFailed:  # it has been released
                continue


def view(item: HoldItem) -> Hold:
    return Hold(
        id=item.hold_id,
        conversation_id=item.conversation_id,
        user_id=item.user_id,
        reason=item.reason,
        placed_by=item.placed_by,
        until=clock.optional_datetime(item.until),
        created_at=clock.to_datetime(int(item.created_at)),
    )
