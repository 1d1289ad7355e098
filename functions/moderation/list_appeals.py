"""GET /v1/moderation/appeals: the appeals that nobody has answered, oldest first, each with its decision.

For the tenant's back end.
"""

from parley.http import DEFAULT_LIMIT, CurrentServer, Cursor, Limit, create_api
from parley.review import appeals
from parley.review.schemas import AppealPage

api = create_api()


@api.get("/v1/moderation/appeals")
def list_appeals(caller: CurrentServer, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> AppealPage:
    return appeals.do_list(caller, limit=limit, cursor=cursor)


handler = api.resolve
