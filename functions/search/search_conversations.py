"""GET /v1/search/conversations: search the caller's conversations and the tenant's channels by name.

By the beginnings of the words of the name.
"""

from typing import Annotated

from parley.http import DEFAULT_LIMIT, CurrentCaller, Cursor, Limit, create_api
from parley.search.querying import name_search
from parley.search.querying.query_language import MAX_LENGTH
from parley.search.schemas import ConversationHits
from parley.wire import TrueOrFalse

from aws_lambda_powertools.event_handler.openapi.params import Query

api = create_api()


@api.get("/v1/search/conversations")
def search_conversations(
    caller: CurrentCaller,
    q: Annotated[str, Query(min_length=1, max_length=MAX_LENGTH)],
    archived: Annotated[bool, TrueOrFalse, Query()] = False,  # noqa: FBT002 - a query parameter is named
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> ConversationHits:
    return name_search.do_search_conversations(caller, q, archived=archived, limit=limit, cursor=cursor)


handler = api.resolve
