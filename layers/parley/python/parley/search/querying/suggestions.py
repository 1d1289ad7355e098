"""Suggestions while a caller types: their own recent queries, then users and conversations whose names go on so.

Users and channels come from completion fields, which answer from memory within the tenant's context; the caller's own
groups from a prefix query. All in one request to the engine, and each checked against the table.
"""

from typing import Any

from opensearchpy import OpenSearch

from parley.identity.caller import Caller
from parley.search import analysis
from parley.search.engine import engine_client, routing
from parley.search.querying import name_search, queries, recent, visibility
from parley.search.querying.query_language import Match
from parley.search.querying.visibility import Visibility
from parley.search.schemas import Suggestion, Suggestions

MAX_RECENT = 3


def do_suggest(caller: Caller, q: str, *, limit: int) -> Suggestions:
    """Up to `limit` suggestions for what has been typed; for nothing typed, the recent queries."""
    prefix = analysis.folded_name(q)
    own = [
        Suggestion(kind="recent", text=query)
        for query, _ in recent.read(caller)
        if analysis.folded_name(query).startswith(prefix)
    ]
    if not prefix:
        return Suggestions(data=own[:limit])
    suggested = [*own[:MAX_RECENT], *_named(caller, q, prefix, limit)]
    return Suggestions(data=suggested[:limit])


def _named(caller: Caller, q: str, prefix: str, limit: int) -> list[Suggestion]:
    """Users and conversations by turns, the best first."""
    seen = visibility.of_caller(caller)
    user_ids, conversation_ids = engine_client.ask(lambda client: _ask(client, seen, q, prefix, limit))
    users = name_search.known_users(caller.tenant_id, user_ids)
    conversations = name_search.known_conversations(caller, conversation_ids)
    of_users = [Suggestion(kind="user", text=users[one].name, id=one) for one in user_ids if one in users]
    of_conversations = [
        Suggestion(kind="conversation", text=conversations[one].name or "", id=one)
        for one in conversation_ids
        if one in conversations and not conversations[one].archived
    ]
    longest = max(len(of_users), len(of_conversations))
    turns = [side[at] for at in range(longest) for side in (of_conversations, of_users) if at < len(side)]
    return [one for one in turns if _goes_on(one.text, prefix)]


def _goes_on(name: str, prefix: str) -> bool:
    """Whether a name, from one of its words on, still begins so."""
    folded = analysis.folded_name(name)
    return folded.startswith(prefix) or f" {prefix}" in folded


def _ask(client: OpenSearch, seen: Visibility, q: str, prefix: str, limit: int) -> tuple[list[str], list[str]]:
    where = routing.cached.get()
    of_users, of_conversations = (
        {"index": where.read_target(family, seen.tenant_id), "routing": seen.tenant_id}
        for family in ("users", "conversations")
    )
    lines: list[dict[str, Any]] = [
        of_users,
        queries.completion(seen, prefix, size=limit, source=["user_id"]),
        of_conversations,
        queries.completion(seen, prefix, size=limit, source=["conversation_id"]),
        of_conversations,
        queries.conversations(seen, (Match(q.replace('"', " ")),), size=limit, archived=False),
    ]
    responses = client.msearch(body=lines)["responses"]
    for response in responses:
        engine_client.check_complete(response)
    users, channels, groups = responses
    conversation_ids = [*_completed(channels, "conversation_id")]
    conversation_ids += [hit["_source"]["conversation_id"] for hit in groups["hits"]["hits"]]
    return list(dict.fromkeys(_completed(users, "user_id"))), list(dict.fromkeys(conversation_ids))


def _completed(response: dict[str, Any], field: str) -> list[str]:
    return [option["_source"][field] for option in response["suggest"]["names"][0]["options"]]
