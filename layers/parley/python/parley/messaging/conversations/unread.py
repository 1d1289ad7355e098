"""What is unread of a user's conversations, in all and by conversation."""

from collections.abc import Sequence

from parley.identity.caller import Caller
from parley.messaging.access import membership_key
from parley.messaging.conversations import entries as stored
from parley.messaging.conversations.entries import Entry, Everything, Shown
from parley.messaging.conversations.kept import KeptList, UnreadRow, place_of
from parley.messaging.items import MembershipItem
from parley.messaging.members.schemas import Unread, UnreadConversation
from parley.messaging.members.views import is_muted
from parley.settings import settings
from parley.tables import dynamodb
from parley.tables.attributes import RawItem
from parley.tables.keys import Key

Counted = tuple[str, UnreadConversation]
"""A conversation with something unread, after its place among the user's."""


def do_count_unread(caller: Caller) -> Unread:
    """What is unread, in all and by conversation: of those that are listed; muted ones count apart.

    Who has many conversations reads what was unread in their kept list, 1 RRU each, and what changed since, 1.5 or 2.
    """
    found = stored.find(caller, ())
    counted = None if isinstance(found, Everything) else _of_kept(caller, found)
    if counted is None:
        everything = found if isinstance(found, Everything) else stored.read_everything(caller)
        shown = stored.show(caller, [entry for entry in everything.entries if entry.is_unread], {})
        counted = [_counted(each) for each in shown]
        stored.keep(caller, everything, shown)
    unread = [each for _, each in sorted(counted, key=lambda each: each[0], reverse=True) if each.unread_count]
    return Unread(total=_total(unread, muted=False), muted_total=_total(unread, muted=True), conversations=unread)


def _of_kept(caller: Caller, found: KeptList) -> list[Counted] | None:
    """By what was unread and what changed since; None where too much was unread to be kept.

    How far the user has read is read consistently: what they read a moment ago does not count.
    """
    if found.unread is None:
        return None
    rows = [row for row in found.unread if row.conversation_id not in found.changed]
    memberships, entries = dynamodb.in_parallel(
        lambda: _memberships(caller, [*(row.conversation_id for row in rows), *found.changed]),
        lambda: stored.read_metas(caller, found.changed),
    )
    counted: list[Counted] = []
    again: list[str] = []
    for row in rows:
        membership = memberships.get(row.conversation_id)
        if membership is None:
            continue
        if _is_as_kept(row, membership):
            counted.append((place_of(row.last_at, row.conversation_id), _unread(row, membership)))
        else:
            again.append(row.conversation_id)
    entries |= stored.read_metas(caller, again)
    read = [Entry(memberships[each], meta) for each, meta in entries.items() if each in memberships]
    known = {row.conversation_id: row.version for row in found.unread}
    shown = stored.show(caller, [entry for entry in read if entry.is_unread], known)
    return counted + [_counted(each) for each in shown]


def _memberships(caller: Caller, conversation_ids: Sequence[str]) -> dict[str, RawItem]:
    places: dict[Key, str] = {membership_key(caller.tenant_id, caller.user_id, each): each for each in conversation_ids}
    found = dynamodb.batch_get(settings().chat_table, places, consistent=True) if places else {}
    return {places[at]: raw for at, raw in found.items()}


def _is_as_kept(row: UnreadRow, membership: RawItem) -> bool:
    is_as_read = stored.read_up_to_of(membership) == row.read_up_to and "hidden_seq" not in membership
    return bool(row.version) and is_as_read


def _unread(row: UnreadRow, membership: RawItem) -> UnreadConversation:
    muted = is_muted(MembershipItem.from_raw_data(membership))
    return UnreadConversation(conversation_id=row.conversation_id, unread_count=row.unread_count, muted=muted)


def _counted(shown: Shown) -> Counted:
    conversation_id = shown.conversation.conversation_id
    unread = UnreadConversation(
        conversation_id=conversation_id, unread_count=shown.unread_count, muted=is_muted(shown.membership)
    )
    return place_of(int(shown.conversation.last_at), conversation_id), unread


def _total(unread: Sequence[UnreadConversation], *, muted: bool) -> int:
    return sum(conversation.unread_count for conversation in unread if conversation.muted == muted)
