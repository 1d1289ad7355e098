"""GET /v1/moderation/flags: what users have reported and nobody has resolved, oldest first.

For the tenant's back end, in pages, each with what was reported and by whom.
"""

from parley.http import DEFAULT_LIMIT, CurrentServer, Cursor, Limit, create_api
from parley.messaging.review import queue
from parley.messaging.review.schemas import OpenFlagPage

api = create_api()


@api.get("/v1/moderation/flags")
def list_flags(caller: CurrentServer, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> OpenFlagPage:
    return queue.do_list(caller, limit=limit, cursor=cursor)


handler = api.resolve
