"""POST /v1/conversations/{conversation_id}/clear: show the caller nothing of what was sent so far.

Up to a message or, without one, to the end: not in histories, threads, searches, pins, previews, counts or events. The
others see it as before and are not told. It cannot be taken back.
"""

from parley.http import CurrentCaller, create_api
from parley.messaging.members import receipts
from parley.messaging.members.schemas import ClearedHistory, ClearHistory

api = create_api()


@api.post("/v1/conversations/<conversation_id>/clear")
def clear_history(caller: CurrentCaller, conversation_id: str, body: ClearHistory | None = None) -> ClearedHistory:
    return receipts.do_clear_history(caller, conversation_id, body or ClearHistory(message_id=None))


handler = api.resolve
