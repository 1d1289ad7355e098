"""POST /v1/threads/{message_id}/read: move how far the caller has read in a thread.

To a reply, or to the end; never back. Of a thread that they do not follow nothing is kept. Nobody else is told.
"""

from parley.http import CurrentCaller, create_api
from parley.messaging.threads import following
from parley.messaging.threads.schemas import MarkThreadRead, Thread

api = create_api()


@api.post("/v1/threads/<message_id>/read")
def mark_thread_read(caller: CurrentCaller, message_id: str, body: MarkThreadRead | None = None) -> Thread:
    return following.do_mark_read(caller, message_id, body or MarkThreadRead())


handler = api.resolve
