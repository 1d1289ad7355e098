"""Moderation of what is sent and edited: what a text becomes, and how it enters the review queue by itself.

A tenant that has neither a block list nor a pre-send webhook pays nothing for this, not even its import.
"""

from collections.abc import Callable, Sequence
from typing import Any

from parley.identity.caller import Caller
from parley.messaging.flag_keys import REPORTERS, flag_shard
from parley.messaging.items import FlagItem, MessageItem
from parley.messaging.message_schemas import SendMessage
from parley.messaging.message_views import message_address
from parley.moderation.verdicts import CLEAN, Finding, Verdict
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.dynamodb import ConditionFailed, TransactionRefused


def is_moderated(caller: Caller) -> bool:
    """Whether anything looks at the tenant's messages: its caller's context says so."""
    return bool(caller.tenant.block_list) or caller.tenant.settings.pre_send_url is not None


def screen_send(caller: Caller, body: SendMessage, *, earlier: Callable[[], Verdict | None]) -> Verdict:
    """What is masked and flagged of a new message. Raises `MessageRefused`, `ModerationUnavailable`.

    `earlier` looks for the verdict under which the same request was carried out before.
    """
    if not is_moderated(caller):
        return CLEAN
    from parley.moderation.pre_send import Draft  # noqa: PLC0415 - for tenants that moderate
    from parley.moderation.screening import screen  # noqa: PLC0415

    draft = Draft(
        operation="send",
        conversation_id=body.conversation_id,
        message_id=None,
        parent_id=body.parent_id,
        text=body.text,
        attachments=body.attachments,
        mentions=body.mentions,
        custom=body.custom,
    )
    return screen(caller, draft, earlier=earlier)


def screen_edit(caller: Caller, wanted: MessageItem) -> Verdict:
    """What is masked and flagged of a message as it will be. Raises `MessageRefused`, `ModerationUnavailable`."""
    if not is_moderated(caller):
        return CLEAN
    from parley.moderation.pre_send import Draft  # noqa: PLC0415 - for tenants that moderate
    from parley.moderation.screening import screen  # noqa: PLC0415

    address = message_address(wanted)
    draft = Draft(
        operation="edit",
        conversation_id=wanted.conversation_id,
        message_id=str(address),
        parent_id=None if address.root is None else str(address.root),
        text=wanted.text or "",
        attachments=[str(each) for each in wanted.attachments or []],
        mentions=[str(each) for each in wanted.mentions or []],
        custom=wanted.custom or {},
    )
    return screen(caller, draft)


def flag_puts(tenant_id: str, item: MessageItem, findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """The writes that put a new message into the review queue, for the transaction that writes it."""
    flags = [_flag(tenant_id, item, finding, int(item.created_at)) for finding in findings]
    return [{"Put": {"TableName": settings().chat_table, "Item": flag.serialize()}} for flag in flags]


def put_with_flags(item: MessageItem, flags: Sequence[dict[str, Any]]) -> None:
    """Put a message where none is, and what moderators are to see of it, in one transaction: twice the price.

    Raises `ConditionFailed` with what stands in its place.
    """
    if not flags:
        dynamodb.put_if_absent(settings().chat_table, item.serialize())
        return
    put = {
        "TableName": settings().chat_table,
        "Item": item.serialize(),
        "ConditionExpression": "attribute_not_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    transact_with_flags({"Put": put}, flags)


def transact_with_flags(write: dict[str, Any], flags: Sequence[dict[str, Any]]) -> None:
    """Write a message and its flags, or nothing; raises `ConditionFailed` as the message's write alone would."""
    try:
        dynamodb.transact([write, *flags])
    except TransactionRefused as refused:
        raise ConditionFailed(refused.item(0)) from None


def flag_updates(tenant_id: str, item: MessageItem, findings: Sequence[Finding], now: int) -> list[dict[str, Any]]:
    """The writes that put an edited message into the queue, once, whether or not it was there before."""
    actions = []
    for finding in findings:
        flag = _flag(tenant_id, item, finding, now)
        raw = flag.serialize()
        at = {name: raw.pop(name) for name in ("pk", "sk")}
        del raw["version"]
        removed = ["resolved_at", "resolution", "note"] + ([] if "reason" in raw else ["reason"])
        names = {f"#{name}": name for name in (*raw, *removed)}
        actions.append(
            {
                "Update": {
                    "TableName": settings().chat_table,
                    "Key": at,
                    "UpdateExpression": f"SET {', '.join(f'#{name} = :{name}' for name in raw)} "
                    f"REMOVE {', '.join(f'#{name}' for name in removed)} ADD version :one",
                    "ExpressionAttributeNames": names,
                    "ExpressionAttributeValues": {f":{name}": value for name, value in raw.items()}
                    | {":one": {"N": "1"}},
                }
            }
        )
    return actions


def _flag(tenant_id: str, item: MessageItem, finding: Finding, now: int) -> FlagItem:
    message_id, reporter = str(message_address(item)), REPORTERS[finding.source]
    return FlagItem(
        pk=item.pk,
        sk=keys.flag_sk(int(item.seq), reporter),
        gpk=keys.flags(tenant_id, flag_shard(message_id)),
        gsk=keys.flag_gsk(now, message_id, reporter),
        conversation_id=item.conversation_id,
        message_id=message_id,
        message_version=item.version,
        author_id=item.author_id,
        user_id=reporter,
        reason=finding.reason,
        created_at=now,
    )
