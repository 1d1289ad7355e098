"""Reading, changing and archiving a conversation.

A change and the archiving write `META` beside `DETAILS` and `ROSTER`, in one transaction: what a list shows, what a
reader is told and what joining depends on never disagree. They are rare, so a send that meets one is tried again.
"""

import json
from collections.abc import Sequence

from parley import clock
from parley.audit import audit_log
from parley.errors import (
    ConversationArchived,
    ConversationNotFound,
    ServerTokenRequired,
    Unavailable,
    VersionConflict,
)
from parley.identity import teams
from parley.identity.caller import Caller
from parley.identity.declared_keys import of_conversations, values_of
from parley.messaging import activity
from parley.messaging.access import (
    access_membership,
    check_well_formed,
    details_key,
    member_summary_key,
    membership_key,
    meta_key,
    still_holds_role,
    within,
)
from parley.messaging.conversations.newest import checked
from parley.messaging.conversations.schemas import Conversation, UpdateConversation
from parley.messaging.conversations.views import conversation_view
from parley.messaging.items import ConversationItem, DetailsItem, MembershipItem, MemberSummaryItem
from parley.messaging.members.memberships import ATTEMPTS, EXISTS, IS_OPEN
from parley.messaging.sequence import close_unwritten
from parley.permissions.roles import Permission
from parley.settings import settings
from parley.tables import dynamodb, transactions
from parley.tables.dynamodb import TransactionRefused
from parley.tables.expressions import Update, matching
from parley.tables.transactions import Action


def do_get(caller: Caller, conversation_id: str) -> Conversation:
    """A conversation with the caller's membership; a channel is shown to every user of its tenant, or of its team.

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
    if membership is not None:
        membership = within(membership, found.get(meta))
    if conversation is None:
        raise ConversationNotFound
    if membership is None and not (conversation.type == "channel" and teams.sees(caller, conversation.team)):
        raise ConversationNotFound
    if details not in found:  # an import has not come to its end yet
        raise ConversationNotFound
    (conversation,) = checked([conversation])
    return conversation_view(
        conversation,
        DetailsItem.from_raw_data(found[details]),
        MemberSummaryItem.from_raw_data(found[summary]),
        membership,
    )


def do_update(caller: Caller, conversation_id: str, body: UpdateConversation, *, if_match: int | None) -> Conversation:
    """Change what the body names, as far as the caller's role allows each of it; nobody in a direct conversation.

    Whoever freezes it closes the numbers of messages that are being written: no member's comes after the answer. That
    and slow mode are in the audit log, and another team, which the tenant's back end alone gives it: whoever is a
    member stays one. Without `if_match` the last of two concurrent changes stands.

    Raises as `access_membership`, `ServerTokenRequired`, `ConversationArchived`, `ValidationFailed` where a declared
    key has another type, and `VersionConflict` unless the conversation still has the version `if_match`.
    """
    names_team = "team" in body.model_fields_set
    if names_team and not caller.is_server:
        raise ServerTokenRequired
    changes = [
        _update_meta(caller, conversation_id, body),
        _update_details(caller, conversation_id, body, if_match),
    ]
    if names_team or not (body.history is None and body.frozen is None and body.join_requests is None):
        changes.append(_update_summary(caller, conversation_id, body))
    if restricts := body.restricts:
        act = audit_log.line(
            caller,
            "conversation.restricted",
            ("conversation", conversation_id),
            conversation_id=conversation_id,
            details=restricts,
        )
        changes.append(act)
    if names_team:
        changes.append(_line_of_team(caller, conversation_id, body.team))
    try:
        _change_in_role(caller, conversation_id, body.permissions, changes)
    except TransactionRefused as refused:
        if refused.failed(2):
            raise VersionConflict from None
        raise (ConversationNotFound if refused.item(1) is None else ConversationArchived) from None
    meta = meta_key(caller.tenant_id, conversation_id)
    activity.note_as_stored(meta)
    if body.frozen:
        close_unwritten(meta, conversation_id)
    return do_get(caller, conversation_id)


def _line_of_team(caller: Caller, conversation_id: str, team: str | None) -> Action:
    return audit_log.line(
        caller,
        "conversation.team_changed",
        ("conversation", conversation_id),
        conversation_id=conversation_id,
        details={"team": team},
    )


def _change_in_role(
    caller: Caller, conversation_id: str, permissions: Sequence[Permission], changes: Sequence[Action]
) -> None:
    """Write the changes on condition that the caller holds the role which allows them, the first of the actions.

    A role that changed meanwhile is looked at again. Raises as `access_membership`, `TransactionRefused` where a change
    is refused, and `Unavailable`.
    """
    for _ in range(ATTEMPTS):
        mine = access_membership(caller, conversation_id, *permissions)
        try:
            dynamodb.transact([still_holds_role(mine), *changes])
        except TransactionRefused as refused:
            if not refused.failed(0):
                raise
        else:
            return
    raise Unavailable("The conversation is too busy")


def _update_meta(caller: Caller, conversation_id: str, body: UpdateConversation) -> Action:
    change = Update().set(updated_at=clock.now_ms()).add(version=1)
    if body.name is not None:
        change.set(name=body.name)
    if body.avatar_url is not None:
        change.set(avatar_url=body.avatar_url)
    elif "avatar_url" in body.model_fields_set:
        change.remove("avatar_url")
    if body.history is not None:
        change.set(history=body.history)
    if body.custom is not None:
        values = values_of(of_conversations(caller), body.custom)
        change.set_or_remove(declared=json.dumps(values) if values else None)
    if body.frozen is not None:
        change.set_or_remove(frozen=body.frozen or None)
    if body.join_requests is not None:
        change.set_or_remove(join_requests=body.join_requests or None)
    if body.slow_mode_seconds is not None:
        change.set_or_remove(slow_mode_seconds=body.slow_mode_seconds or None)
    if "team" in body.model_fields_set:
        change.set_or_remove(team=body.team)
    at = meta_key(caller.tenant_id, conversation_id)
    return transactions.update(settings().chat_table, at, change, condition=IS_OPEN, tell=True)


def _update_summary(caller: Caller, conversation_id: str, body: UpdateConversation) -> Action:
    """What joining depends on, and what is written in transactions."""
    change = Update().add(version=1)
    if body.history is not None:
        change.set(history=body.history)
    if body.frozen is not None:
        change.set_or_remove(frozen=body.frozen or None)
    if body.join_requests is not None:
        change.set_or_remove(join_requests=body.join_requests or None)
    if "team" in body.model_fields_set:
        change.set_or_remove(team=body.team)
    at = member_summary_key(caller.tenant_id, conversation_id)
    return transactions.update(settings().chat_table, at, change, condition=IS_OPEN)


def _update_details(caller: Caller, conversation_id: str, body: UpdateConversation, if_match: int | None) -> Action:
    """The details carry the version that callers see, so every change writes them."""
    change = Update().add(version=1)
    if body.history is not None:
        change.set(history=body.history)
    if body.custom:
        change.set(custom=json.dumps(body.custom))
    elif body.custom is not None:
        change.remove("custom")
    at = details_key(caller.tenant_id, conversation_id)
    return transactions.update(settings().chat_table, at, change, condition=matching(EXISTS, if_match))


def do_archive(caller: Caller, conversation_id: str, *, if_match: int | None) -> None:
    """Close a conversation to everything but reading, leaving and muting; an owner alone. Again changes nothing.

    Raises as `access_membership`, and `VersionConflict` unless the conversation still has the version `if_match`.
    """
    meta, details, summary = (
        at(caller.tenant_id, conversation_id) for at in (meta_key, details_key, member_summary_key)
    )
    table, now = settings().chat_table, clock.now_ms()
    close = Update().set(archived_at=now).add(version=1)
    changes = [
        transactions.update(table, meta, close & Update().set(updated_at=now), condition=IS_OPEN, tell=True),
        transactions.update(table, summary, close, condition=IS_OPEN),
        transactions.update(table, details, Update().add(version=1), condition=matching(EXISTS, if_match)),
    ]
    try:
        _change_in_role(caller, conversation_id, ["archive"], changes)
    except TransactionRefused as refused:
        if refused.item(1) is None:
            raise ConversationNotFound from None
        if not refused.failed(1):
            raise VersionConflict from None
    activity.note_as_stored(meta)
    close_unwritten(meta, conversation_id)
