"""GET /v1/users/me/invites: where the caller is invited.

In pages, each with the name of the conversation. A page may hold fewer than `limit`.
"""

from parley.http import DEFAULT_LIMIT, CurrentCaller, Cursor, Limit, create_api
from parley.messaging.invites import invites
from parley.messaging.invites.schemas import OwnInvite
from parley.wire import Page

api = create_api()


@api.get("/v1/users/me/invites")
def list_own_invites(caller: CurrentCaller, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> Page[OwnInvite]:
    return invites.do_list_own(caller, limit=limit, cursor=cursor)


handler = api.resolve
