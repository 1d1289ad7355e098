"""Visibility of search results to a caller: their conversations, from which number on, and whom they have blocked.

Up to 5,000 memberships are read from the table and named in the query. Above that a search would read megabytes, so the
query names the user and the engine looks their conversations up in the membership index; which may lag, as any index,
so every hit is checked against the table before it is shown.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parley.identity.caller import Caller
from parley.remembered import Remembered
from parley.search.engine.indices import read_alias
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import number, required_text

MAX_NAMED = 5_000
MAX_PARTIAL = 256
"""Conversations with hidden history that are named one by one; the check after the search holds for all."""
MAX_BLOCKED = 1_000
LARGE_KEPT_MS = 600_000


@dataclass(frozen=True)
class Visibility:
    """`conversations`: from which sequence number on each is visible; None where there are too many to name."""

    tenant_id: str
    user_id: str
    conversations: Mapping[str, int] | None
    blocked: frozenset[str]

    @property
    def digest(self) -> str:
        """The same for two searches only if they may see the same."""
        seen = None if self.conversations is None else sorted(self.conversations.items())
        scope = json.dumps([self.tenant_id, None if seen is not None else self.user_id, seen, sorted(self.blocked)])
        return hashlib.sha256(scope.encode()).hexdigest()

    def clause(self) -> dict[str, Any]:
        """The filter that lets only messages and conversations through that the caller is a member of."""
        if self.conversations is None:
            return self._looked_up()
        hidden = {one: after for one, after in self.conversations.items() if after > 0}
        partial = dict(list(hidden.items())[:MAX_PARTIAL])
        whole = [one for one in self.conversations if one not in partial]
        clauses: list[dict[str, Any]] = [{"terms": {"conversation_id": sorted(whole)}}] if whole else []
        clauses += [
            {
                "bool": {
                    "filter": [{"term": {"conversation_id": one}}, {"range": {"position": {"gt": after}}}],
                }
            }
            for one, after in sorted(partial.items())
        ]
        return _any_of(clauses)

    def membership_clause(self) -> dict[str, Any]:
        """As `clause`, for documents that have no place in a conversation's history."""
        if self.conversations is None:
            return self._looked_up()
        return {"terms": {"conversation_id": sorted(self.conversations)}}

    def _looked_up(self) -> dict[str, Any]:
        return {
            "terms": {
                "conversation_id": {
                    "index": read_alias("memberships"),
                    "path": "conversation_id",
                    "routing": self.tenant_id,
                    "query": {
                        "bool": {
                            "filter": [
                                {"term": {"tenant_id": self.tenant_id}},
                                {"term": {"user_id": self.user_id}},
                                {"term": {"deleted": False}},
                            ]
                        }
                    },
                }
            }
        }


def _any_of(clauses: list[dict[str, Any]]) -> dict[str, Any]:
    if not clauses:
        return {"match_none": {}}
    return clauses[0] if len(clauses) == 1 else {"bool": {"should": clauses, "minimum_should_match": 1}}


class _Large:
    """The users whose memberships this process has found too many to name, for ten minutes."""

    def __init__(self) -> None:
        self._found: Remembered[str, bool] = Remembered(kept_ms=LARGE_KEPT_MS)

    def __contains__(self, pk: str) -> bool:
        return self._found.get(pk) is not None

    def add(self, pk: str) -> None:
        self._found.set(pk, value=True)

    def forget(self) -> None:
        self._found.clear()


large = _Large()


def of_caller(caller: Caller) -> Visibility:
    """What the caller may see now: one query a megabyte of memberships, and one for blocks."""
    pk = keys.user(caller.tenant_id, caller.user_id)
    conversations, blocked = dynamodb.in_parallel(lambda: _conversations(pk), lambda: _blocked(pk))
    return Visibility(caller.tenant_id, caller.user_id, conversations, blocked)


def _conversations(pk: str) -> dict[str, int] | None:
    if pk in large:
        return None
    found: dict[str, int] = {}
    start = None
    while True:
        page, start = dynamodb.query(
            settings().chat_table,
            pk,
            begins_with=keys.MEMBERSHIP_PREFIX,
            consistent=True,
            after=start,
            attributes=("sk", "visible_from"),
        )
        for raw in page:
            found[keys.membership_of(required_text(raw, "sk"))] = number(raw, "visible_from")
        if len(found) > MAX_NAMED:
            large.add(pk)
            return None
        if start is None:
            return found


def _blocked(pk: str) -> frozenset[str]:
    page, _ = dynamodb.query(
        settings().chat_table,
        pk,
        begins_with=keys.BLOCK_PREFIX,
        limit=MAX_BLOCKED,
        consistent=True,
        attributes=("sk",),
    )
    return frozenset(keys.blocked_of(required_text(raw, "sk")) for raw in page)
