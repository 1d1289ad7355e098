"""GET /v1/search/users: search the tenant's users by name.

By the beginnings of the words of the name.
"""

from typing import Annotated

from parley.http import DEFAULT_LIMIT, CurrentCaller, Cursor, Limit, create_api
from parley.search.querying import name_search
from parley.search.querying.query_language import MAX_LENGTH
from parley.search.schemas import UserHits

from aws_lambda_powertools.event_handler.openapi.params import Query

api = create_api()


@api.get("/v1/search/users")
def search_users(
    caller: CurrentCaller,
    q: Annotated[str, Query(min_length=1, max_length=MAX_LENGTH)],
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> UserHits:
    return name_search.do_search_users(caller, q, limit=limit, cursor=cursor)


handler = api.resolve
