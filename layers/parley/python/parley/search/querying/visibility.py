"""Visibility of search results to a caller: their conversations, from which number on, and whom they have blocked.

The memberships are read from the table and named in the query, up to what the engine takes in one query of terms. Above
5,000 they are megabytes, and remembered for half a minute: what the caller joins meanwhile is found that much later,
and what they leave is found no longer, since every hit is checked against the table before it is shown. Above the
engine's bound a search has to name its conversations: it would miss some otherwise.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parley.errors import TooManyConversations
from parley.identity import teams
from parley.identity.caller import Caller
from parley.remembered import Remembered
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import number, required_text

MAX_NAMED = 65_536
"""The engine's `index.max_terms_count`."""
LARGE = 5_000
LARGE_KEPT_MS = 30_000
LARGE_KEPT = 8
"""At some 8 MB each at most."""
MAX_PARTIAL = 256
"""Conversations with hidden history that are named one by one; the check after the search holds for all."""
MAX_BLOCKED = 1_000


@dataclass(frozen=True)
class Visibility:
    """`conversations`: from which sequence number on each is visible; None where there are too many to name.

    `teams` are the caller's, where these say which users and channels they may know of; None, all.
    """

    tenant_id: str
    user_id: str
    conversations: Mapping[str, int] | None
    blocked: frozenset[str]
    teams: frozenset[str] | None = None

    @property
    def digest(self) -> str:
        """The same for two searches only if they may see the same."""
        seen = None if self.conversations is None else sorted(self.conversations.items())
        scope = json.dumps([self.tenant_id, None if seen is not None else self.user_id, seen, sorted(self.blocked)])
        return hashlib.sha256(scope.encode()).hexdigest()

    def clause(self) -> dict[str, Any]:
        """The filter that lets only messages and conversations through that the caller is a member of."""
        conversations = self.named()
        hidden = {one: after for one, after in conversations.items() if after > 0}
        partial = dict(list(hidden.items())[:MAX_PARTIAL])
        whole = [one for one in conversations if one not in partial]
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
        return {"terms": {"conversation_id": sorted(self.named())}}

    def channel_clause(self) -> dict[str, Any]:
        """Channels that the caller may join, of their teams or of none."""
        channel = {"term": {"type": "channel"}}
        if self.teams is None:
            return channel
        of_none: dict[str, Any] = {"bool": {"must_not": [{"exists": {"field": "team"}}]}}
        clauses = [of_none, {"terms": {"team": sorted(self.teams)}}] if self.teams else [of_none]
        return {"bool": {"filter": [channel, _any_of(clauses)]}}

    def user_clause(self) -> dict[str, Any]:
        """Users of whom the caller may know."""
        if self.teams is None:
            return {"exists": {"field": "user_id"}}
        if self.teams:
            return {"terms": {"teams": sorted(self.teams)}}
        return {"bool": {"filter": [{"exists": {"field": "user_id"}}], "must_not": [{"exists": {"field": "teams"}}]}}

    def named(self) -> Mapping[str, int]:
        """The conversations. Raises `TooManyConversations`."""
        if self.conversations is None:
            raise TooManyConversations(limit=MAX_NAMED)
        return self.conversations


def _any_of(clauses: list[dict[str, Any]]) -> dict[str, Any]:
    if not clauses:
        return {"match_none": {}}
    return clauses[0] if len(clauses) == 1 else {"bool": {"should": clauses, "minimum_should_match": 1}}


@dataclass(frozen=True, slots=True)
class _Large:
    """The conversations of a user who has many; None for one who has more than can be named."""

    conversations: dict[str, int] | None


large: Remembered[str, _Large] = Remembered(most=LARGE_KEPT, kept_ms=LARGE_KEPT_MS)
"""By partition key."""


def of_caller(caller: Caller) -> Visibility:
    """What the caller may see now: one query a megabyte of memberships, and one for blocks."""
    pk = keys.user(caller.tenant_id, caller.user_id)
    conversations, blocked = dynamodb.in_parallel(lambda: _conversations(pk), lambda: _blocked(pk))
    return Visibility(caller.tenant_id, caller.user_id, conversations, blocked, _teams(caller))


def of_names(caller: Caller) -> Visibility:
    """Which users the caller may know of."""
    return Visibility(caller.tenant_id, caller.user_id, {}, frozenset(), _teams(caller))


def everybody(caller: Caller) -> Visibility:
    """All users of the tenant, for what is not shown."""
    return Visibility(caller.tenant_id, caller.user_id, {}, frozenset())


def _teams(caller: Caller) -> frozenset[str] | None:
    return caller.teams if teams.is_held(caller) else None


def _conversations(pk: str) -> dict[str, int] | None:
    remembered = large.get(pk)
    if remembered is not None:
        return remembered.conversations
    found = _memberships(pk)
    if found is None or len(found) > LARGE:
        large.set(pk, _Large(found))
    return found


def _memberships(pk: str) -> dict[str, int] | None:
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
