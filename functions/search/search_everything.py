"""GET /v1/search/global: search messages, conversations and users at once.

The first few hits of each, grouped, in one answer.
"""

from typing import Annotated

from parley.http import CurrentCaller, create_api
from parley.search.querying import global_search
from parley.search.querying.query_language import MAX_LENGTH
from parley.search.schemas import GlobalHits
from parley.wire import InDigits

from annotated_types import Interval
from aws_lambda_powertools.event_handler.openapi.params import Query

api = create_api()


@api.get("/v1/search/global")
def search_everything(
    caller: CurrentCaller,
    q: Annotated[str, Query(min_length=1, max_length=MAX_LENGTH)],
    limit: Annotated[int, Interval(ge=1, le=20), InDigits, Query(description="How many of each kind")] = 5,
) -> GlobalHits:
    return global_search.do_search(caller, q, limit=limit)


handler = api.resolve
