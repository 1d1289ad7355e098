"""GET /v1/imports: the tenant's imports, the newest first, as long as they are kept.

For the tenant's back end. What is wrong with a file, its own route says.
"""

from parley.http import DEFAULT_LIMIT, CurrentServer, Cursor, Limit, create_api
from parley.jobs import import_list
from parley.jobs.schemas import ImportSummary
from parley.wire import Page

api = create_api()


@api.get("/v1/imports")
def list_imports(caller: CurrentServer, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> Page[ImportSummary]:
    return import_list.do_list(caller, limit=limit, cursor=cursor)


handler = api.resolve
