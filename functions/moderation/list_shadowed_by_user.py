"""GET /v1/users/{user_id}/shadowed-messages: what a user has posted that nobody else is shown, in all conversations.

By the tenant's back end; the newest first.
"""

from parley.http import DEFAULT_LIMIT, CurrentServer, Cursor, Limit, create_api
from parley.ids import UserId
from parley.messaging.messages.schemas import MessageContent
from parley.messaging.messages.shadowed import listing
from parley.wire import Page

api = create_api()


@api.get("/v1/users/<user_id>/shadowed-messages")
def list_shadowed_by_user(
    caller: CurrentServer, user_id: UserId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[MessageContent]:
    return listing.do_list_of_user(caller, user_id, limit=limit, cursor=cursor)


handler = api.resolve
