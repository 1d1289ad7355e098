"""GET /v1/drafts: what the caller has not sent yet, wherever it is for; those first that were written last.

Those of conversations that the caller has left are not shown.
"""

from parley.drafts import listing
from parley.drafts.schemas import Draft
from parley.http import DEFAULT_LIMIT, CurrentCaller, Cursor, Limit, create_api
from parley.wire import Page

api = create_api()


@api.get("/v1/drafts")
def list_drafts(caller: CurrentCaller, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> Page[Draft]:
    return listing.do_list(caller, limit=limit, cursor=cursor)


handler = api.resolve
