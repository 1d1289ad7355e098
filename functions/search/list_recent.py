"""GET /v1/search/recent: the caller's last searches.

The last twenty, newest first.
"""

from parley.http import CurrentCaller, create_api
from parley.search.querying import recent
from parley.search.schemas import RecentSearches

api = create_api()


@api.get("/v1/search/recent")
def list_recent(caller: CurrentCaller) -> RecentSearches:
    return recent.do_list(caller)


handler = api.resolve
