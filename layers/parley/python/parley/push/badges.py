"""The number on an app's icon: what is unread in all, where that is cheap to know.

It takes the user's memberships and their conversations, some 30 RRU at most. Where a user has more conversations than
that, is far behind, or a batch reaches many users, the push goes without a number and the icon keeps the one it has;
`GET /v1/unread` says it when the app is opened.
"""

from collections.abc import Iterable, Sequence

from parley.messaging.access import meta_key
from parley.messaging.items import ConversationItem, MembershipItem
from parley.messaging.members.views import is_hidden, is_muted
from parley.messaging.sequence import count_unread as count_unread_of
from parley.messaging.sequence import read_up_to
from parley.push.items import User
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, required_text

MOST_CONVERSATIONS = 50
MOST_USERS = 20
"""Of a batch."""


def count_unread(users: Iterable[User]) -> dict[User, int]:
    """Unread messages in conversations that are listed and not muted, of those for whom that is cheap."""
    wanted = list(dict.fromkeys(users))
    if not wanted or len(wanted) > MOST_USERS:
        return {}
    memberships = dict(zip(wanted, dynamodb.map_parallel(_memberships, wanted), strict=True))
    few = {user: found for user, found in memberships.items() if len(found) <= MOST_CONVERSATIONS}
    places = {meta_key(user[0], required_text(raw, "conversation_id")) for user, found in few.items() for raw in found}
    conversations = dynamodb.batch_get(settings().chat_table, places) if places else {}
    counted: dict[User, int] = {}
    for user, found in few.items():
        pairs = [(raw, conversations.get(meta_key(user[0], required_text(raw, "conversation_id")))) for raw in found]
        total = _total([(raw, meta) for raw, meta in pairs if meta is not None])
        if total is not None:
            counted[user] = total
    return counted


def _memberships(user: User) -> list[RawItem]:
    items, _ = dynamodb.query(
        settings().chat_table,
        keys.user(*user),
        begins_with=keys.MEMBERSHIP_PREFIX,
        consistent=True,
        limit=MOST_CONVERSATIONS + 1,
    )
    return items


def _total(pairs: Sequence[tuple[RawItem, RawItem]]) -> int | None:
    """None where a conversation's gaps would have to be read."""
    total = 0
    for membership, raw in pairs:
        member, conversation = MembershipItem.from_raw_data(membership), ConversationItem.from_raw_data(raw)
        is_elsewhere = conversation.archived_at is not None or member.archived_for_me or is_hidden(membership, raw)
        if is_elsewhere or is_muted(member):
            continue
        if read_up_to(member, conversation) < int(conversation.gaps_floor):
            return None
        total += count_unread_of(conversation, member)
    return total
