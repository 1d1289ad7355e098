"""Whom the mention of a group means: its members at the moment at which somebody is to be told."""

from collections.abc import Sequence

from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, required_text
from parley.tables.items import COLLECTION_INDEX
from parley.user_groups.items import group_key
from parley.user_groups.members import MOST_MEMBERS


def existing(tenant_id: str, group_ids: Sequence[str]) -> list[str]:
    """Those of these that are groups of the tenant, each once: 0.5 RRU each, nothing for none.

    What is not found is looked up again, consistently, since a back end makes a group and mentions it in the next
    moment.
    """
    if not group_ids:
        return []
    places = {group_key(tenant_id, group_id): group_id for group_id in group_ids}
    table = settings().chat_table
    found = set(dynamodb.batch_get(table, places))
    if missing := places.keys() - found:
        found |= dynamodb.batch_get(table, missing, consistent=True).keys()
    return [group_id for at, group_id in places.items() if at in found]


def list_members(tenant_id: str, group_id: str) -> list[str]:
    """Who is in a group, by the index: as many as it may have. 0.5 RRU for about twenty-five."""
    listed: list[str] = []
    start: RawItem | None = None
    while len(listed) < MOST_MEMBERS:
        items, start = dynamodb.query(
            settings().chat_table,
            keys.user_group_members(tenant_id, group_id),
            index=COLLECTION_INDEX,
            limit=MOST_MEMBERS - len(listed),
            after=start,
        )
        listed += [keys.member_of(required_text(item, "gsk")) for item in items]
        if start is None:
            break
    return listed
