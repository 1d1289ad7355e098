"""GET /v1/admin/search/failures: the documents that could not be indexed.

For the operator, in pages, with the reason of each.
"""

from parley.http import DEFAULT_LIMIT, CurrentOperator, Cursor, Limit, create_api
from parley.search.indexing import quarantine
from parley.search.schemas import SearchFailure
from parley.wire import Page

api = create_api()


@api.get("/v1/admin/search/failures")
def list_failures(_: CurrentOperator, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> Page[SearchFailure]:
    return quarantine.do_list(limit=limit, cursor=cursor)


handler = api.resolve
