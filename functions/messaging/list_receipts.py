"""GET /v1/conversations/{conversation_id}/receipts: how far each member has read.

In the order of their ids. A tenant may hide them from everybody: 403 `receipts_hidden`.
"""

from parley.http import DEFAULT_LIMIT, CurrentCaller, Cursor, Limit, create_api
from parley.messaging.members import receipts
from parley.messaging.members.schemas import Receipt
from parley.wire import Page

api = create_api()


@api.get("/v1/conversations/<conversation_id>/receipts")
def list_receipts(
    caller: CurrentCaller, conversation_id: str, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[Receipt]:
    return receipts.do_list_receipts(caller, conversation_id, limit=limit, cursor=cursor)


handler = api.resolve
