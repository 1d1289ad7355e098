"""Who has come to a conversation lately: the members' index does not list them yet, and who is told must know them.

An arrival is noted before the memberships are written, so that no crash loses it and nothing is told without it. It
says who may be a member: whoever reads it looks at the membership. Beside the lists of those who come it is noted too,
in the same moment: their own list is not to miss what they join.
"""

from collections.abc import Sequence

from parley import clock
from parley.messaging import activity
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, item, listed_texts, number_or_none
from parley.tables.keys import Key

KEPT_MS = 5 * 60_000
"""Longer than the index is behind: a second, as a rule."""


def note(tenant_id: str, conversation_id: str, user_ids: Sequence[str]) -> None:
    """Say that these users are about to be members. 1 WRU each, and 1 to 3 for the conversation."""
    now = clock.now_ms()
    at = Key(keys.arrivals(tenant_id, conversation_id), keys.arrival_sk(now, user_ids[0]))
    expires_at = (now + KEPT_MS) // 1000
    noted = {**at._asdict(), "entity": "arrival", "user_ids": list(user_ids), "expires_at": expires_at}
    dynamodb.in_parallel(
        lambda: dynamodb.put(settings().control_table, item(noted)),
        lambda: activity.note_for(tenant_id, user_ids, conversation_id),
    )


def may_be_recent(summary: RawItem) -> bool:
    """Whether there may be any, by a member summary that was read consistently: joining changes it at the commit."""
    last_joined_at = number_or_none(summary, "last_joined_at")
    return last_joined_at is None or last_joined_at > clock.now_ms() - KEPT_MS - activity.SKEW_MS


def recent(tenant_id: str, conversation_id: str) -> list[str]:
    """Who has come in the last five minutes, the newest first; consistent. 1 RRU for each 4 KiB, some 40 joins.

    All of them, so that nobody is missed: what a crowd costs is bounded by what can join within five minutes.
    """
    between = keys.arrivals_since(clock.now_ms() - KEPT_MS)
    pk = keys.arrivals(tenant_id, conversation_id)
    notes = dynamodb.every(settings().control_table, pk, between=between, forward=False, consistent=True)
    return list(dict.fromkeys(user_id for raw in notes for user_id in listed_texts(raw, "user_ids")))
