"""Who has come to a conversation lately: the members' index does not list them yet, and who is told must know them.

An arrival is noted before the memberships are written, so that no crash loses it and nothing is told without it. It
says who may be a member: whoever reads it looks at the membership.
"""

from collections.abc import Sequence

from parley import clock
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import item, listed_texts
from parley.tables.keys import Key

KEPT_MS = 5 * 60_000
"""Longer than the index is behind: a second, as a rule."""
MOST = 25
"""So many notes are read, the newest; each is of one join, or of up to a hundred members who were added."""


def note(tenant_id: str, conversation_id: str, user_ids: Sequence[str]) -> None:
    """Say that these users are about to be members. 1 WRU, 3 for a hundred of them with ids of ordinary length."""
    now = clock.now_ms()
    at = Key(keys.arrivals(tenant_id, conversation_id), keys.arrival_sk(now, user_ids[0]))
    expires_at = (now + KEPT_MS) // 1000
    noted = {**at._asdict(), "entity": "arrival", "user_ids": list(user_ids), "expires_at": expires_at}
    dynamodb.put(settings().control_table, item(noted))


def recent(tenant_id: str, conversation_id: str) -> list[str]:
    """Who has come in the last five minutes, by the newest 25 notes. 1 RRU as a rule, consistent."""
    found, _ = dynamodb.query(
        settings().control_table,
        keys.arrivals(tenant_id, conversation_id),
        limit=MOST,
        forward=False,
        consistent=True,
    )
    return list(dict.fromkeys(user_id for raw in found for user_id in listed_texts(raw, "user_ids")))
