"""POST /v1/conversations/{conversation_id}/unread: mark a message and what came after it as unread.

One of the last hundred messages. The caller's own messages after it do not count as unread; what the others see of the
caller's reading goes back too.
"""

from parley.http import CurrentCaller, create_api
from parley.messaging.members import receipts
from parley.messaging.members.schemas import MarkUnread, ReadState

api = create_api()


@api.post("/v1/conversations/<conversation_id>/unread")
def mark_unread(caller: CurrentCaller, conversation_id: str, body: MarkUnread) -> ReadState:
    return receipts.do_mark_unread(caller, conversation_id, body)


handler = api.resolve
