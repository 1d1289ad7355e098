"""GET /v1/conversations/{conversation_id}/join-requests: who asks to join.

For admins and owners, in pages, in the order of their ids.
"""

from parley.http import DEFAULT_LIMIT, CurrentCaller, Cursor, Limit, create_api
from parley.messaging.invites import requests
from parley.messaging.invites.schemas import JoinRequest
from parley.wire import Page

api = create_api()


@api.get("/v1/conversations/<conversation_id>/join-requests")
def list_join_requests(
    caller: CurrentCaller, conversation_id: str, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[JoinRequest]:
    return requests.do_list(caller, conversation_id, limit=limit, cursor=cursor)


handler = api.resolve
