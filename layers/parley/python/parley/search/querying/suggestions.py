"""Suggestions while a caller types: their own recent queries, then users and conversations whose names go on so.

Users and channels come from completion fields, which answer from memory within the tenant's context and forgive a slip
(`typos`); users, channels and the caller's own groups also from prefix queries, which know the words in any order and
at any length. All in one request to the engine, and each checked against the table by the rules of search.
"""

from typing import Any

from parley.identity.caller import Caller
from parley.search import analysis
from parley.search.engine import answer_time, engine_client, routing
from parley.search.engine.lean_client import Engine
from parley.search.querying import name_search, queries, recent, text_matching, typos, visibility
from parley.search.querying.query_language import Match
from parley.search.querying.text_matching import Text
from parley.search.querying.visibility import Visibility
from parley.search.schemas import Suggestion, Suggestions

MAX_RECENT = 3


@answer_time.limited()
def do_suggest(caller: Caller, q: str, *, limit: int) -> Suggestions:
    """Up to `limit` suggestions for what has been typed; for nothing typed, the recent queries."""
    typed = analysis.folded_name(q)
    matches = tuple(Match(word) for word in typed.split())
    own = [Suggestion(kind="recent", text=query) for query, _ in recent.read(caller) if _slips(matches, query) == 0]
    if not matches:
        return Suggestions(data=own[:limit])
    suggested = [*own[:MAX_RECENT], *_named(caller, typed, matches, limit)]
    return Suggestions(data=suggested[:limit])


def _named(caller: Caller, typed: str, matches: tuple[Match, ...], limit: int) -> list[Suggestion]:
    """Users and conversations by turns, the best first; those that only nearly go on so come last."""
    seen = visibility.of_caller(caller)
    user_ids, conversation_ids = engine_client.ask(lambda client: _ask(client, seen, typed, matches, limit))
    users = name_search.known_users(caller, user_ids)
    conversations = name_search.known_conversations(caller, conversation_ids)
    of_users = [Suggestion(kind="user", text=users[one].name, id=one) for one in user_ids if one in users]
    of_conversations = [
        Suggestion(kind="conversation", text=conversations[one].name or "", id=one)
        for one in conversation_ids
        if one in conversations and not conversations[one].archived
    ]
    longest = max(len(of_users), len(of_conversations))
    turns = [side[at] for at in range(longest) for side in (of_conversations, of_users) if at < len(side)]
    slips = [(slipped, one) for one in turns if (slipped := _slips(matches, one.text)) is not None]
    return [one for _, one in sorted(slips, key=lambda pair: pair[0])]


def _slips(matches: tuple[Match, ...], name: str) -> int | None:
    """0 where each word typed begins a word of the name as it is now, 1 where one nearly does; None otherwise."""
    text = Text.of(name)
    if text_matching.prefix_spans(matches, text) is not None:
        return 0
    terms = [token.term for token in text.tokens]
    near = all(
        any(typos.is_near_beginning(match.text, term) or term.startswith(match.text) for term in terms)
        for match in matches
    )
    return 1 if near else None


def _ask(
    client: Engine, seen: Visibility, typed: str, matches: tuple[Match, ...], limit: int
) -> tuple[list[str], list[str]]:
    where = routing.cached.get()
    of_users, of_conversations = (
        {"index": where.read_target(family, seen.tenant_id), "routing": seen.tenant_id}
        for family in ("users", "conversations")
    )
    lines: list[dict[str, Any]] = [
        of_users,
        queries.completion(seen, typed, size=limit, source=["user_id"]),
        of_conversations,
        queries.completion(seen, typed, size=limit, source=["conversation_id"]),
        of_users,
        queries.users(seen, matches, size=limit, near=True),
        of_conversations,
        queries.conversations(seen, matches, size=limit, archived=False, near=True),
    ]
    responses = client.msearch(body=lines)["responses"]
    for response in responses:
        engine_client.check_complete(response)
    users, channels, named_users, named_conversations = responses
    user_ids = [*_completed(users, "names", "user_id"), *_hits(named_users, "user_id")]
    user_ids += _completed(users, "near", "user_id")
    conversation_ids = _completed(channels, "names", "conversation_id")
    conversation_ids += _hits(named_conversations, "conversation_id")
    conversation_ids += _completed(channels, "near", "conversation_id")
    return list(dict.fromkeys(user_ids)), list(dict.fromkeys(conversation_ids))


def _completed(response: dict[str, Any], suggester: str, field: str) -> list[str]:
    return [option["_source"][field] for option in response["suggest"][suggester][0]["options"]]


def _hits(response: dict[str, Any], field: str) -> list[str]:
    return [hit["_source"][field] for hit in response["hits"]["hits"]]
