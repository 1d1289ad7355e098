"""Automatic flags: a message that moderation finds is written together with its flag, in one transaction.

Loaded only where moderation has found something. A transaction costs twice: a flagged message 5 WRU more.
"""

from collections.abc import Sequence
from typing import Any

from parley.messaging.items import FlagItem, MessageItem
from parley.messaging.messages.views import message_address
from parley.messaging.vocabulary import REPORTERS
from parley.moderation.verdicts import Finding
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.dynamodb import ConditionFailed, TransactionRefused
from parley.tables.shards import shard_of


def put_flagged(tenant_id: str, item: MessageItem, findings: Sequence[Finding]) -> None:
    """Put a message where none is, and its flags with it; raises `ConditionFailed` as the message's put alone would."""
    put = {
        "TableName": settings().chat_table,
        "Item": item.serialize(),
        "ConditionExpression": "attribute_not_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    flags = [_flag(tenant_id, item, finding, int(item.created_at)) for finding in findings]
    _transact({"Put": put}, [{"Put": {"TableName": flag.table(), "Item": flag.serialize()}} for flag in flags])


def _transact(write: dict[str, Any], flags: Sequence[dict[str, Any]]) -> None:
    """Write a message and its flags, or nothing; raises `ConditionFailed` as the message's write alone would."""
    try:
        dynamodb.transact([write, *flags])
    except TransactionRefused as refused:
        raise ConditionFailed(refused.item(0)) from None


def update_flagged(
    tenant_id: str, edited: MessageItem, findings: Sequence[Finding], update: dict[str, Any], now: int
) -> None:
    """Change a message by this update, and put it into the queue, once, whether or not it was there before.

    `edited` is the message as it will be. Raises `ConditionFailed` as the update alone.
    """
    actions = [_reopen(_flag(tenant_id, edited, finding, now)) for finding in findings]
    _transact({"Update": update | {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}}, actions)


def _reopen(flag: FlagItem) -> dict[str, Any]:
    """Make a flag, or one that has been resolved open again."""
    raw = flag.serialize()
    at = {name: raw.pop(name) for name in ("pk", "sk")}
    del raw["version"]
    removed = ["resolved_at", "resolution", "note"] + ([] if "reason" in raw else ["reason"])
    return {
        "Update": {
            "TableName": flag.table(),
            "Key": at,
            "UpdateExpression": f"SET {', '.join(f'#{name} = :{name}' for name in raw)} "
            f"REMOVE {', '.join(f'#{name}' for name in removed)} ADD version :one",
            "ExpressionAttributeNames": {f"#{name}": name for name in (*raw, *removed)},
            "ExpressionAttributeValues": {f":{name}": value for name, value in raw.items()} | {":one": {"N": "1"}},
        }
    }


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
