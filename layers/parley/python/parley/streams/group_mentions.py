"""Whom messages mention by groups, as consumers tell them: looked up once a batch, and bounded.

A group means those who are in it when the message is told, as the index lists them; of a group that is gone, nobody.
Who of them is in the conversation is asked where they would be told anything: a group tells nobody about a conversation
that they are not in.
"""

from collections.abc import Iterable

from parley.streams import shared_reads
from parley.user_groups.mentions import existing, list_members

MOST_TOLD = 1_000
"""Of a message's groups together so many users are told, those of the groups that it names first."""


def members_of(tenant_id: str, group_ids: Iterable[str]) -> frozenset[str]:
    """The members of these groups. For each group 0.5 RRU, and 0.5 for about twenty-five members, once a batch."""
    told: dict[str, None] = {}
    for group_id in group_ids:
        if len(told) < MOST_TOLD:
            told |= dict.fromkeys(_members(tenant_id, group_id))
    return frozenset(list(told)[:MOST_TOLD])


def _members(tenant_id: str, group_id: str) -> list[str]:
    def look() -> list[str]:
        return list_members(tenant_id, group_id) if existing(tenant_id, [group_id]) else []

    return shared_reads.once(("members of a group", tenant_id, group_id), look)
