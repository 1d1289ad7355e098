"""Writing an act down in the transaction that does it: nothing is done without its line, nothing lined that was not.

A line costs 2 WRU. A single write that gets one becomes a transaction, which counts it twice: 3 WRU more in all.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from parley import clock, ids
from parley.audit.items import AuditItem
from parley.audit.vocabulary import AuditAction, AuditActor, AuditTarget
from parley.identity.caller import Caller
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.attributes import RawItem
from parley.tables.dynamodb import ConditionFailed, TransactionRefused
from parley.tables.expressions import Condition, Update, absent
from parley.tables.keys import Key
from parley.tables.transactions import Action

DAY_SECONDS = 24 * 3600
LONGEST_USER_AGENT = 200
"""Of what a client says that it is, which is all in a line that a client writes itself."""


def year_of(moment: datetime) -> str:
    """The year whose partition a moment's lines are in."""
    return f"{moment:%Y}"


def kept_years(now: datetime) -> list[str]:
    """The years that hold lines which have not expired, the oldest first."""
    oldest = now - timedelta(days=settings().audit_days)
    return [str(year) for year in range(oldest.year, now.year + 1)]


def line(
    caller: Caller,
    action: AuditAction,
    target: tuple[AuditTarget, str],
    *,
    tenant_id: str | None = None,
    conversation_id: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> Action:
    """The write of an act's line, for the transaction that does it; in the log of `tenant_id`, or of the caller's.

    `details` hold names of fields, roles and numbers. What somebody wrote, and names of people, have no place in what
    cannot be taken back. The line is put where none is, and no role may do more to the table than put.
    """
    now = clock.now_ms()
    line_id = ids.timed_id(now, secrets.randbits(80))
    actor, actor_id = _actor_of(caller)
    origin = caller.origin
    by_user = actor == "user"
    item = AuditItem(
        pk=keys.audit(tenant_id or caller.tenant_id, year_of(clock.to_datetime(now))),
        sk=keys.audit_sk(line_id),
        line_id=line_id,
        action=action,
        actor=actor,
        actor_id=actor_id,
        acting_for=None if by_user else caller.user_id or None,
        target=target[0],
        target_id=target[1],
        conversation_id=conversation_id,
        details=dict(details) if details else None,
        address=None if by_user else origin.address or None,
        user_agent=None if by_user else origin.user_agent[:LONGEST_USER_AGENT] or None,
        request_id=origin.request_id or None,
        acted_at=now,
        expires_at=now // 1000 + settings().audit_days * DAY_SECONDS,
    )
    return transactions.put(settings().audit_table, item.serialize(), condition=absent())


def _actor_of(caller: Caller) -> tuple[AuditActor, str | None]:
    if caller.is_operator:
        return "operator", caller.origin.credential or None
    if caller.is_server:
        return "server", caller.origin.credential or None
    return "user", caller.user_id


def update(table: str, at: Key, change: Update, *, lines: Sequence[Action], condition: Condition) -> RawItem:
    """`dynamodb.update` with the act's lines in one transaction; the item as it is then. Raises `ConditionFailed`.

    A transaction tells nothing of what it wrote, so the item is read: 1 RRU. Empty where it has gone since.
    """
    write(transactions.update(table, at, change, condition=condition, tell=True), lines=lines)
    return dynamodb.get(table, at, consistent=True) or {}


def write(action: Action, *, lines: Sequence[Action]) -> None:
    """A write that tells what refuses it, with the act's lines in one transaction. Raises `ConditionFailed`."""
    try:
        dynamodb.transact([action, *lines])
    except TransactionRefused as refused:
        raise ConditionFailed(refused.item(0)) from None
