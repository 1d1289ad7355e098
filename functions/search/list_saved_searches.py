"""GET /v1/search/saved: the caller's saved searches.

At most fifty, newest first.
"""

from parley.http import CurrentCaller, create_api
from parley.search.saved import saved_searches
from parley.search.schemas import SavedSearches

api = create_api()


@api.get("/v1/search/saved")
def list_saved_searches(caller: CurrentCaller) -> SavedSearches:
    return saved_searches.do_list(caller)


handler = api.resolve
