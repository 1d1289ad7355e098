"""GET /v1/messages/{message_id}/edits: what a message said before.

Newest first, for its author and for the conversation's moderators and above. A deleted message shows none.
"""

from parley.http import DEFAULT_LIMIT, CurrentCaller, Cursor, Limit, create_api
from parley.messaging.messages import reading
from parley.messaging.messages.schemas import MessageEdit
from parley.wire import Page

api = create_api()


@api.get("/v1/messages/<message_id>/edits")
def list_edits(
    caller: CurrentCaller, message_id: str, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[MessageEdit]:
    return reading.do_list_edits(caller, message_id, limit=limit, cursor=cursor)


handler = api.resolve
