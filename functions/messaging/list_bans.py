"""GET /v1/conversations/{conversation_id}/bans: who may not come back.

For moderators and above, with who decided and why.
"""

from parley.http import DEFAULT_LIMIT, CurrentCaller, Cursor, Limit, create_api
from parley.messaging.members import bans
from parley.messaging.members.schemas import Ban
from parley.wire import Page

api = create_api()


@api.get("/v1/conversations/<conversation_id>/bans")
def list_bans(
    caller: CurrentCaller, conversation_id: str, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[Ban]:
    return bans.do_list_bans(caller, conversation_id, limit=limit, cursor=cursor)


handler = api.resolve
