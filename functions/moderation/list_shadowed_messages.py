"""GET /v1/conversations/{conversation_id}/shadowed-messages: what was posted there and only its author is shown.

For those whose role lets them ban, and the tenant's back end; the newest first.
"""

from parley.http import DEFAULT_LIMIT, AnyCaller, Cursor, Limit, create_api
from parley.messaging.messages.schemas import MessageContent
from parley.messaging.messages.shadowed import listing
from parley.wire import Page

api = create_api()


@api.get("/v1/conversations/<conversation_id>/shadowed-messages")
def list_shadowed_messages(
    caller: AnyCaller, conversation_id: str, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[MessageContent]:
    return listing.do_list(caller, conversation_id, limit=limit, cursor=cursor)


handler = api.resolve
