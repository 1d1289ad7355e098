"""GET /v1/conversations/{conversation_id}/members: who belongs to it.

In pages, with the role of each and since when.
"""

from parley.http import DEFAULT_LIMIT, CurrentCaller, Cursor, Limit, create_api
from parley.messaging.members import members
from parley.messaging.members.schemas import Member
from parley.wire import Page

api = create_api()


@api.get("/v1/conversations/<conversation_id>/members")
def list_members(
    caller: CurrentCaller, conversation_id: str, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[Member]:
    return members.do_list(caller, conversation_id, limit=limit, cursor=cursor)


handler = api.resolve
