"""Searching messages, conversations and users at once: one request to the engine."""

from parley import clock
from parley.identity.caller import Caller
from parley.search.engine import answer_time
from parley.search.indexing import watermark
from parley.search.querying import analytics, hit_pages, message_search, name_search, recent
from parley.search.querying.message_search import Asked
from parley.search.querying.query_language import Query
from parley.search.schemas import ConversationHits, GlobalHits, MessageHits, UserHits


@answer_time.limited()
def do_search(caller: Caller, q: str, *, limit: int) -> GlobalHits:
    """The best `limit` of each kind. With operators only messages are sought: the others have nothing of the kind.

    Raises `InvalidQuery`, `SearchUnavailable`.
    """
    started = clock.now_ms()
    asked = Asked(q=q)
    filters = message_search.resolve(caller, asked)
    recent.remember(caller, q)
    kind = message_search.kind_of(filters, asked.sort)
    found_messages = found_conversations = found_users = None
    if filters is not None:
        filters, seen = message_search.read_by(caller, filters)
        found_messages = message_search.prepare(caller, filters, seen, kind=kind)
        matches = filters.query.matches
        if filters.query == Query(matches=matches):
            found_conversations = name_search.conversations(caller, matches, seen)
            found_users = name_search.users(caller, matches)
    after = hit_pages.start(None, message_search.listing_of(asked))
    searches = [one for one in (found_messages, found_conversations, found_users) if one is not None]
    firsts = iter(hit_pages.fetch_all([(one, after, limit + hit_pages.SPARE) for one in searches]))
    complete_to = [] if searches else [watermark.cached.get()]

    message_hits, conversation_hits, user_hits = MessageHits(data=[]), ConversationHits(data=[]), UserHits(data=[])
    if found_messages is not None:
        filled = hit_pages.fill(found_messages, limit=limit, after=after, first=next(firsts))
        message_hits = message_search.view(caller, filled, message_search.listing_of(asked))
        complete_to.append(filled.complete_to)
    if found_conversations is not None:
        named_so = hit_pages.fill(found_conversations, limit=limit, after=after, first=next(firsts))
        conversation_hits = name_search.view_conversations(
            named_so, name_search.conversations_listing(q, archived=False)
        )
        complete_to.append(named_so.complete_to)
    if found_users is not None:
        called_so = hit_pages.fill(found_users, limit=limit, after=after, first=next(firsts))
        user_hits = name_search.view_users(called_so, name_search.users_listing(q))
        complete_to.append(called_so.complete_to)
    hits = len(message_hits.data) + len(conversation_hits.data) + len(user_hits.data)
    analytics.record(caller, "global", hits=hits, started=started)
    return GlobalHits(
        messages=message_hits,
        conversations=conversation_hits,
        users=user_hits,
        indexed_through=clock.optional_datetime(hit_pages.earliest(complete_to)),
    )
