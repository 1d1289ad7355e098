"""Leaving the conversations of a user who is erased, so that those who stay keep a working conversation.

A sole owner hands over first, to an admin or else to whoever has been there longest. Each step is a transaction that
holds the counts, or a write that may be repeated, so a crash anywhere is gone on from.
"""

from parley import clock
from parley.errors import Unavailable
from parley.messaging import activity
from parley.messaging.access import details_key, member_summary_key, membership_key, meta_key
from parley.messaging.items import MembershipItem, MemberSummaryItem
from parley.messaging.members import arrivals
from parley.messaging.members.members import user_of
from parley.messaging.members.memberships import (
    ATTEMPTS,
    EXISTS,
    IS_OPEN,
    change_counts,
    change_role,
    membership_of,
    put_former_membership,
    take_out,
)
from parley.permissions.roles import RANKS
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.attributes import required_number, required_text
from parley.tables.dynamodb import TransactionRefused
from parley.tables.expressions import Update, equals
from parley.tables.items import COLLECTION_INDEX

MOST_IN_LINE = 1_000
"""Of so many members the heir is chosen."""


def depart(tenant_id: str, user_id: str, conversation_id: str) -> None:
    """Take a user out of a conversation, open or archived, whatever their role. Repeating it is fine.

    Raises `Unavailable` where others change the conversation all the time, or a successor cannot be seen yet.
    """
    put_former_membership(tenant_id, user_id, conversation_id)
    for _ in range(ATTEMPTS):
        membership = membership_of(tenant_id, user_id, conversation_id)
        if membership is None:
            return
        if _is_last_owner(tenant_id, membership):
            _promote_successor(tenant_id, membership)
        try:
            dynamodb.transact(take_out(tenant_id, membership, condition=EXISTS))
        except TransactionRefused as refused:
            if refused.failed(0) and refused.item(0) is None:
                dynamodb.delete(settings().chat_table, membership.key)
        else:
            return
    raise Unavailable("The conversation is too busy")


def _is_last_owner(tenant_id: str, membership: MembershipItem) -> bool:
    if membership.role != "owner":
        return False
    summary = MemberSummaryItem.at(member_summary_key(tenant_id, membership.conversation_id), consistent=True)
    return summary is not None and int(summary.owner_count) <= 1 < int(summary.member_count)


def _promote_successor(tenant_id: str, leaving: MembershipItem) -> None:
    """Make the next in line an owner, unless somebody has become one meanwhile."""
    for candidate in _in_line(tenant_id, leaving):
        owners = change_counts(
            tenant_id, leaving.conversation_id, owners=1, condition=EXISTS & equals("owner_count", 1)
        )
        try:
            dynamodb.transact([owners, change_role(candidate, "owner")])
        except TransactionRefused as refused:
            if refused.failed(0):
                return
        else:
            return


def _in_line(tenant_id: str, leaving: MembershipItem) -> list[MembershipItem]:
    """The other members as the table has them: admins first, then who has been there longest.

    The index proposes them, and so do the arrivals that it may not list yet. The first thousand of its order are read,
    so that a role counts that it does not know yet: 0.5 RRU for about fifty members, and 1 for each that is read.
    """
    listed = _by_index(tenant_id, leaving.conversation_id)[:MOST_IN_LINE]
    proposed = dict.fromkeys([*listed, *arrivals.recent(tenant_id, leaving.conversation_id)])
    places = [membership_key(tenant_id, user_id, leaving.conversation_id) for user_id in proposed]
    found = dynamodb.batch_get(settings().chat_table, places, consistent=True)
    members = [MembershipItem.from_raw_data(raw) for at, raw in found.items() if at != leaving.key]
    return sorted(members, key=lambda each: (-RANKS[each.role], int(each.joined_at), each.user_id))


def _by_index(tenant_id: str, conversation_id: str) -> list[str]:
    """The members in the order of succession, as far as the index knows it."""
    pk = keys.members(tenant_id, conversation_id)
    found = dynamodb.every(settings().chat_table, pk, begins_with=keys.MEMBER_GSK_PREFIX, index=COLLECTION_INDEX)
    members = [(-RANKS[required_text(raw, "role")], required_number(raw, "joined_at"), user_of(raw)) for raw in found]
    return [user_id for _, _, user_id in sorted(members)]


def settle(tenant_id: str, conversation_id: str) -> None:
    """See to a conversation that an erased user has left: one that nobody is in is closed.

    A direct one stays open for its other half, and whoever comes back to it sees nothing of what was: the id's next
    user would find the same conversation.
    """
    summary = MemberSummaryItem.at(member_summary_key(tenant_id, conversation_id), consistent=True)
    if summary is None:
        return
    if summary.type == "direct":
        if summary.history != "joined":
            _hide_history(tenant_id, conversation_id)
    elif int(summary.member_count) == 0 and summary.archived_at is None:
        _close(tenant_id, conversation_id)


def _hide_history(tenant_id: str, conversation_id: str) -> None:
    hide = Update().set(history="joined").add(version=1)
    dynamodb.transact(
        [
            transactions.update(settings().chat_table, at(tenant_id, conversation_id), hide, condition=EXISTS)
            for at in (meta_key, details_key, member_summary_key)
        ]
    )


def _close(tenant_id: str, conversation_id: str) -> None:
    table = settings().chat_table
    meta, details, summary = (at(tenant_id, conversation_id) for at in (meta_key, details_key, member_summary_key))
    archive = Update().set(archived_at=clock.now_ms()).add(version=1)
    is_deserted = equals("member_count", 0)
    try:
        dynamodb.transact(
            [
                transactions.update(table, summary, archive, condition=IS_OPEN & is_deserted),
                transactions.update(table, meta, archive, condition=IS_OPEN),
                transactions.update(table, details, Update().add(version=1), condition=EXISTS),
            ]
        )
    except TransactionRefused:
        return
    activity.note_as_stored(meta)
