"""Automatic flags: a message that moderation finds is written together with its flag, in one transaction.

Its case is opened in it too, and its author counts one more. Loaded only where moderation has found something. A
transaction costs twice: a flagged message 10 WRU more.
"""

from collections.abc import Sequence

from parley.messaging import cases
from parley.messaging.cases import CaseItem
from parley.messaging.items import FlagItem, MessageItem
from parley.messaging.messages.views import message_address
from parley.messaging.vocabulary import REPORTERS
from parley.moderation.verdicts import Finding
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.attributes import Typed
from parley.tables.dynamodb import ConditionFailed, TransactionRefused
from parley.tables.expressions import Update
from parley.tables.keys import Key
from parley.tables.shards import shard_of
from parley.tables.transactions import Action


def put_flagged(tenant_id: str, item: MessageItem, findings: Sequence[Finding]) -> None:
    """Put a message where none is, and its flags with it; raises `ConditionFailed` as the message's put alone would."""
    put = transactions.put_if_absent(settings().chat_table, item.serialize(), tell=True)
    flags = [_flag(tenant_id, item, finding, int(item.created_at)) for finding in findings]
    puts = [transactions.put(flag.table(), flag.serialize()) for flag in flags]
    _transact(put, [*puts, *_opened(tenant_id, item, None, findings, int(item.created_at))])


def _opened(
    tenant_id: str, item: MessageItem, case: CaseItem | None, findings: Sequence[Finding], now: int
) -> list[Action]:
    """What opens the message's case, as of the first of the findings: one item changes once in a transaction."""
    message_id, source = str(message_address(item)), findings[0].source
    counted = cases.count(tenant_id, item.author_id, flags_received=len(findings))
    return [cases.report(tenant_id, item, message_id, case, source, now), *counted]


def _transact(write: Action, flags: Sequence[Action]) -> None:
    """Write a message and its flags, or nothing; raises `ConditionFailed` as the message's write alone would."""
    try:
        dynamodb.transact([write, *flags])
    except TransactionRefused as refused:
        raise ConditionFailed(refused.item(0)) from None


def update_flagged(tenant_id: str, edited: MessageItem, findings: Sequence[Finding], write: Action, now: int) -> None:
    """Change a message by this action, and put it into the queue, once, whether or not it was there before.

    `edited` is the message as it will be; `write` tells what stands there. Raises `ConditionFailed` as it would alone.
    """
    case = CaseItem.at(cases.case_key(Key(edited.pk, keys.message_sk(int(edited.seq)))), consistent=True)
    actions = [_reopen(_flag(tenant_id, edited, finding, now)) for finding in findings]
    _transact(write, [*actions, *_opened(tenant_id, edited, case, findings, now)])


def _reopen(flag: FlagItem) -> Action:
    """Make a flag, or one that has been resolved open again."""
    holds = {name: Typed(value) for name, value in flag.serialize().items() if name not in ("pk", "sk", "version")}
    gone = [name for name in ("resolved_at", "resolution", "note", "reason") if name not in holds]
    return transactions.update(flag.table(), flag.key, Update().set(holds).remove(*gone).add(version=1))


def _flag(tenant_id: str, item: MessageItem, finding: Finding, now: int) -> FlagItem:
    message_id, reporter = str(message_address(item)), REPORTERS[finding.source]
    return FlagItem(
        pk=item.pk,
        sk=keys.flag_sk(int(item.seq), reporter),
        gpk=keys.flags(tenant_id, shard_of(message_id)),
        gsk=keys.flag_gsk(now, message_id, reporter),
        conversation_id=item.conversation_id,
        message_id=message_id,
        message_version=item.version,
        author_id=item.author_id,
        user_id=reporter,
        reason=finding.reason,
        created_at=now,
    )
