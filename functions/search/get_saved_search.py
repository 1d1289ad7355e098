"""GET /v1/search/saved/{saved_search_id}: one saved search.

`matches` counts the messages that its owner was told of.
"""

from parley.http import CurrentCaller, answer, create_api
from parley.search.saved import saved_searches
from parley.search.schemas import SavedSearch

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.get("/v1/search/saved/<saved_search_id>")
def get_saved_search(caller: CurrentCaller, saved_search_id: str) -> Response[SavedSearch]:
    return answer(saved_searches.do_get(caller, saved_search_id))


handler = api.resolve
