"""PUT /v1/search/saved/{saved_search_id}: change its name, or whether it notifies.

What is left out stays as it is. Another query is another saved search.
"""

from parley.http import CurrentCaller, IfMatch, answer, create_api
from parley.search.saved import saved_searches
from parley.search.schemas import SavedSearch, UpdateSavedSearch

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.put("/v1/search/saved/<saved_search_id>")
def update_saved_search(
    caller: CurrentCaller, saved_search_id: str, body: UpdateSavedSearch, if_match: IfMatch = None
) -> Response[SavedSearch]:
    return answer(saved_searches.do_update(caller, saved_search_id, body, if_match=if_match))


handler = api.resolve
