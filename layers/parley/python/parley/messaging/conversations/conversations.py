"""Reading, changing and archiving a conversation.

A change and the archiving write `META` beside `DETAILS` and `ROSTER`, in one transaction: what a list shows, what a
reader is told and what joining depends on never disagree. They are rare, so a send that meets one is tried again.
"""

import json
from typing import Any

from parley import clock
from parley.errors import ConversationArchived, ConversationNotFound, VersionConflict
from parley.identity.caller import Caller
from parley.messaging.access import (
    access_membership,
    check_well_formed,
    details_key,
    member_summary_key,
    membership_key,
    meta_key,
)
from parley.messaging.conversations.schemas import Conversation, UpdateConversation
from parley.messaging.conversations.views import conversation_view
from parley.messaging.items import ConversationItem, DetailsItem, MembershipItem, MemberSummaryItem
from parley.messaging.members.memberships import IS_OPEN, update_action
from parley.settings import settings
from parley.tables import dynamodb
from parley.tables.attributes import RawItem
from parley.tables.dynamodb import TransactionRefused

_ONE: RawItem = {":one": {"N": "1"}}


def do_get(caller: Caller, conversation_id: str) -> Conversation:
    """A conversation with the caller's membership; a channel is shown to every user of its tenant.

    Raises `ConversationNotFound`.
    """
    check_well_formed(conversation_id)
    meta, details, summary = (
        at(caller.tenant_id, conversation_id) for at in (meta_key, details_key, member_summary_key)
    )
    mine = membership_key(caller.tenant_id, caller.user_id, conversation_id)
    found = dynamodb.batch_get(settings().chat_table, [meta, details, summary, mine], consistent=True)
    conversation = ConversationItem.read(found.get(meta))
    membership = MembershipItem.read(found.get(mine))
    if conversation is None or (membership is None and conversation.type != "channel"):
        raise ConversationNotFound
    return conversation_view(
        conversation,
        DetailsItem.from_raw_data(found[details]),
        MemberSummaryItem.from_raw_data(found[summary]),
        membership,
    )


def do_update(caller: Caller, conversation_id: str, body: UpdateConversation, *, if_match: int | None) -> Conversation:
    """Change what the body names; admins and owners alone, so nobody in a direct conversation.

    Raises as `access_membership`, `ConversationArchived`, and `VersionConflict` unless the conversation still has the
    version `if_match`. Without `if_match` the last of two concurrent changes stands.
    """
    access_membership(caller, conversation_id, at_least="admin")
    actions = [
        _update_meta(caller, conversation_id, body),
        _update_details(caller, conversation_id, body, if_match),
    ]
    if body.history is not None:
        history: RawItem = {":history": {"S": body.history}}
        summary = member_summary_key(caller.tenant_id, conversation_id)
        actions.append(
            update_action(summary, "SET history = :history ADD version :one", history | _ONE, condition=IS_OPEN)
        )
    try:
        dynamodb.transact(actions)
    except TransactionRefused as refused:
        if refused.failed(1):
            raise VersionConflict from None
        raise (ConversationNotFound if refused.item(0) is None else ConversationArchived) from None
    return do_get(caller, conversation_id)


def _update_meta(caller: Caller, conversation_id: str, body: UpdateConversation) -> dict[str, Any]:
    sets, removes = ["updated_at = :now"], []
    values = {":now": {"N": str(clock.now_ms())}, **_ONE}
    names: dict[str, str] = {}
    if body.name is not None:
        sets.append("#name = :name")
        values[":name"] = {"S": body.name}
        names["#name"] = "name"
    if body.avatar_url is not None:
        sets.append("avatar_url = :avatar_url")
        values[":avatar_url"] = {"S": body.avatar_url}
    elif "avatar_url" in body.model_fields_set:
        removes.append("avatar_url")
    if body.history is not None:
        sets.append("history = :history")
        values[":history"] = {"S": body.history}
    expression = f"SET {', '.join(sets)} {'REMOVE ' + ', '.join(removes) if removes else ''} ADD version :one"
    at = meta_key(caller.tenant_id, conversation_id)
    return update_action(at, expression, values, condition=IS_OPEN, names=names)


def _update_details(
    caller: Caller, conversation_id: str, body: UpdateConversation, if_match: int | None
) -> dict[str, Any]:
    """The details carry the version that callers see, so every change writes them."""
    changes = []
    values = dict(_ONE)
    if body.history is not None:
        changes.append("SET history = :history")
        values[":history"] = {"S": body.history}
    if body.custom:
        changes.append(("," if changes else "SET") + " custom = :custom")
        values[":custom"] = {"S": json.dumps(body.custom)}
    elif body.custom is not None:
        changes.append("REMOVE custom")
    condition = "attribute_exists(pk)"
    if if_match is not None:
        condition += " AND version = :expected"
        values[":expected"] = {"N": str(if_match)}
    at = details_key(caller.tenant_id, conversation_id)
    return update_action(at, " ".join([*changes, "ADD version :one"]), values, condition=condition)


def do_archive(caller: Caller, conversation_id: str) -> None:
    """Close a conversation to everything but reading, leaving and muting; an owner alone. Again changes nothing."""
    access_membership(caller, conversation_id, at_least="owner")
    meta, details, summary = (
        at(caller.tenant_id, conversation_id) for at in (meta_key, details_key, member_summary_key)
    )
    now = {":now": {"N": str(clock.now_ms())}, **_ONE}
    try:
        dynamodb.transact(
            [
                update_action(
                    meta, "SET archived_at = :now, updated_at = :now ADD version :one", now, condition=IS_OPEN
                ),
                update_action(summary, "SET archived_at = :now ADD version :one", now, condition=IS_OPEN),
                update_action(details, "ADD version :one", _ONE, condition="attribute_exists(pk)"),
            ]
        )
    except TransactionRefused as refused:
        if refused.item(0) is None:
            raise ConversationNotFound from None
