"""GET /v1/users/me/mutes: whom the caller has muted.

In pages, in the order of their ids. A page may hold fewer than `limit`.
"""

from parley.http import DEFAULT_LIMIT, CurrentCaller, Cursor, Limit, create_api
from parley.messaging.members import user_mutes
from parley.messaging.members.schemas import UserMute
from parley.wire import Page

api = create_api()


@api.get("/v1/users/me/mutes")
def list_user_mutes(caller: CurrentCaller, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> Page[UserMute]:
    return user_mutes.do_list(caller, limit=limit, cursor=cursor)


handler = api.resolve
