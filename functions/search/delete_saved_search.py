"""DELETE /v1/search/saved/{saved_search_id}: forget a saved search.

Its owner is told of no more matches. Absent is no failure.
"""

from parley.http import CurrentCaller, IfMatch, answer, create_api
from parley.search.saved import saved_searches

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.delete("/v1/search/saved/<saved_search_id>", status_code=204)
def delete_saved_search(caller: CurrentCaller, saved_search_id: str, if_match: IfMatch = None) -> Response[None]:
    saved_searches.do_delete(caller, saved_search_id, if_match=if_match)
    return answer(None, 204)


handler = api.resolve
