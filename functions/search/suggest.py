"""GET /v1/search/suggestions: what the caller may be about to type.

For nothing typed, the caller's own recent searches.
"""

from typing import Annotated

from parley.http import CurrentCaller, create_api
from parley.search.querying import suggestions
from parley.search.schemas import Suggestions
from parley.wire import InDigits

from annotated_types import Interval
from aws_lambda_powertools.event_handler.openapi.params import Query

api = create_api()


@api.get("/v1/search/suggestions")
def suggest(
    caller: CurrentCaller,
    q: Annotated[str, Query(max_length=100)] = "",
    limit: Annotated[int, Interval(ge=1, le=20), InDigits, Query()] = 8,
) -> Suggestions:
    return suggestions.do_suggest(caller, q, limit=limit)


handler = api.resolve
