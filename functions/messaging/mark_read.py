"""POST /v1/conversations/{conversation_id}/read: move the caller's read pointer.

To a message, or to the end; never backwards. Sending a message reads up to it as well.
"""

from parley.http import CurrentCaller, create_api
from parley.messaging.members import receipts
from parley.messaging.members.schemas import MarkRead, ReadState

api = create_api()


@api.post("/v1/conversations/<conversation_id>/read")
def mark_read(caller: CurrentCaller, conversation_id: str, body: MarkRead | None = None) -> ReadState:
    return receipts.do_mark_read(caller, conversation_id, body or MarkRead())


handler = api.resolve
