"""Direct conversations have no name: people look for them by the name of whom they are with, which a search joins.

A direct conversation's id follows from its two users. So the users whose names match are asked for first; of the ids
that they would share with the caller, those that the caller is a member of go into the query for conversations. Nothing
is written when a user changes their name.
"""

from parley import ids
from parley.identity.caller import Caller
from parley.search.engine import routing
from parley.search.querying import hit_pages, queries, visibility
from parley.search.querying.hit_pages import Search
from parley.search.querying.query_language import Match
from parley.search.querying.visibility import Visibility

MAX_NAMESAKES = 1_000
"""Users whose names match that are looked at, the best first."""
MAX_JOINED = 50


def of_caller(caller: Caller, matches: tuple[Match, ...], seen: Visibility) -> dict[str, str]:
    """The caller's direct conversations with users whose names match, at most 50: the other's id by conversation.

    Raises `TooManyConversations`.
    """
    conversations = seen.named()
    if not conversations:
        return {}
    shared = {ids.direct_id(caller.tenant_id, caller.user_id, one): one for one in _namesakes(caller, matches)}
    joined = [one for one in shared if one in conversations]
    return {one: shared[one] for one in joined[:MAX_JOINED]}


def _namesakes(caller: Caller, matches: tuple[Match, ...]) -> list[str]:
    everybody = visibility.everybody(caller)
    search = Search[object](
        caller.tenant_id,
        routing.cached.get().read_target("users", caller.tenant_id),
        "user_id",
        lambda after, size: queries.users(everybody, matches, size=size, after=after),
        confirm=lambda found: [None for _ in found],
    )
    found = hit_pages.fetch(search, hit_pages.start(None, ("direct names",)), MAX_NAMESAKES).found
    return [one.name for one in found if one.name != caller.user_id]
