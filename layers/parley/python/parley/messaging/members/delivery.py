"""Delivery receipts: how far what was sent has reached a member's devices, as these say themselves.

A device gathers what reached it, by socket, by push or as a page, and tells the newest number of each conversation
every few seconds. It is kept on the membership as the read pointer is, never goes back, and is written at most once in
three seconds. Large conversations keep none of it (`delivery_receipts_members`), nor do tenants that hide receipts.
"""

from collections.abc import Sequence

from parley import clock
from parley.identity.caller import Caller
from parley.messaging.access import member_summary_key, membership_key, meta_key
from parley.messaging.items import MembershipItem
from parley.messaging.members.schemas import Delivered, DeliveredState, DeliveredStates
from parley.settings import settings
from parley.tables import dynamodb
from parley.tables.attributes import RawItem, number
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, absent, at_most, exists, less

APART_MS = 3_000
"""What is told sooner after the last write is left for the next time."""


def delivered_seq(membership: MembershipItem) -> int | None:
    """What the others are shown of it; None where no device has said anything."""
    return None if membership.delivered_seq is None else _known(membership)


def do_acknowledge(caller: Caller, body: Delivered) -> DeliveredStates:
    """Move how far messages have reached the caller, never back. 2 RRU a conversation, 1 WRU for each that moves.

    What is not kept is answered alike, whatever keeps it from being so: a conversation that is large, archived or not
    the caller's, or the other of a direct one who has blocked them.
    """
    told: dict[str, int] = {}
    for each in body.conversations:
        told[each.conversation_id] = max(each.seq, told.get(each.conversation_id, 0))
    reached = _reached(caller, told) if _keeps(caller) else {}
    return DeliveredStates(
        data=[DeliveredState(conversation_id=each, delivered_seq=reached.get(each)) for each in told]
    )


def _keeps(caller: Caller) -> bool:
    return not caller.tenant.settings.hide_receipts and caller.tenant.settings.delivery_receipts_members > 0


def _reached(caller: Caller, told: dict[str, int]) -> dict[str, int]:
    """How far messages have reached the caller in those of these conversations that keep it."""
    mine = {each: membership_key(caller.tenant_id, caller.user_id, each) for each in told}
    metas = {each: meta_key(caller.tenant_id, each) for each in told}
    summaries = {each: member_summary_key(caller.tenant_id, each) for each in told}
    table = settings().chat_table
    memberships, around = dynamodb.in_parallel(
        lambda: dynamodb.batch_get(table, mine.values(), consistent=True),
        lambda: dynamodb.batch_get(table, [*metas.values(), *summaries.values()]),
    )
    most = caller.tenant.settings.delivery_receipts_members
    due: list[tuple[str, int]] = []
    reached: dict[str, int] = {}
    for each, seq in told.items():
        membership = MembershipItem.read(memberships.get(mine[each]))
        meta, summary = around.get(metas[each]), around.get(summaries[each], {})
        if membership is None or membership.blocked or meta is None or "archived_at" in meta:
            continue
        if number(summary, "member_count") > most:
            continue
        reached[each] = _known(membership)
        target = min(seq, number(meta, "seq"))
        if target > reached[each] and _is_due(membership):
            due.append((each, target))
    return reached | _move(caller, due)


def _known(membership: MembershipItem) -> int:
    """How far messages have reached a member: what they have read has, whether or not a device has said so."""
    return int(max(membership.delivered_seq or 0, membership.read_seq))


def _is_due(membership: MembershipItem) -> bool:
    return clock.now_ms() - int(membership.delivered_at or 0) >= APART_MS


def _move(caller: Caller, due: Sequence[tuple[str, int]]) -> dict[str, int]:
    """Write what is due, each on condition that nobody has a moment ago; how far each has come then."""
    now = clock.now_ms()

    def move(each: tuple[str, int]) -> RawItem | None:
        conversation_id, seq = each
        is_due = absent("delivered_at") | at_most("delivered_at", now - APART_MS)
        is_behind = absent("delivered_seq") | less("delivered_seq", seq)
        try:
            return dynamodb.update(
                settings().chat_table,
                membership_key(caller.tenant_id, caller.user_id, conversation_id),
                Update().set(delivered_seq=seq, delivered_at=now).add(version=1),
                condition=exists() & absent("blocked") & is_due & is_behind,
                returning="ALL_NEW",
            )
        except ConditionFailed as failed:
            return failed.item

    stored = zip(due, dynamodb.map_parallel(move, due), strict=True)
    memberships = {each[0]: MembershipItem.from_raw_data(raw) for each, raw in stored if raw is not None}
    return {conversation_id: _known(found) for conversation_id, found in memberships.items()}
