"""GET /v1/users/me/join-requests: what the caller has asked to join, and has no answer to.

In pages. A page may hold fewer than `limit`.
"""

from parley.http import DEFAULT_LIMIT, CurrentCaller, Cursor, Limit, create_api
from parley.messaging.invites import requests
from parley.messaging.invites.schemas import OwnJoinRequest
from parley.wire import Page

api = create_api()


@api.get("/v1/users/me/join-requests")
def list_own_join_requests(
    caller: CurrentCaller, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[OwnJoinRequest]:
    return requests.do_list_own(caller, limit=limit, cursor=cursor)


handler = api.resolve
