"""GET /v1/conversations/{conversation_id}/invites: who is invited and has not answered.

For admins and owners, in pages, in the order of their ids. A page may hold fewer than `limit`.
"""

from parley.http import DEFAULT_LIMIT, CurrentCaller, Cursor, Limit, create_api
from parley.messaging.invites import invites
from parley.messaging.invites.schemas import Invite
from parley.wire import Page

api = create_api()


@api.get("/v1/conversations/<conversation_id>/invites")
def list_invites(
    caller: CurrentCaller, conversation_id: str, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[Invite]:
    return invites.do_list(caller, conversation_id, limit=limit, cursor=cursor)


handler = api.resolve
