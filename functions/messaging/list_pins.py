"""GET /v1/conversations/{conversation_id}/pins: the pinned messages.

At most fifty, as whole messages.
"""

from parley.http import DEFAULT_LIMIT, CurrentCaller, Cursor, Limit, create_api
from parley.messaging.messages import pins
from parley.messaging.messages.schemas import Message
from parley.wire import Page

api = create_api()


@api.get("/v1/conversations/<conversation_id>/pins")
def list_pins(
    caller: CurrentCaller, conversation_id: str, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[Message]:
    return pins.do_list_pins(caller, conversation_id, limit=limit, cursor=cursor)


handler = api.resolve
