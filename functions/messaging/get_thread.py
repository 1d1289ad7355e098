"""GET /v1/threads/{message_id}: the thread under a message, and whether the caller follows it.

Before the first reply it is there too, with none.
"""

from parley.http import CurrentCaller, create_api
from parley.messaging.threads import following
from parley.messaging.threads.schemas import Thread

api = create_api()


@api.get("/v1/threads/<message_id>")
def get_thread(caller: CurrentCaller, message_id: str) -> Thread:
    return following.do_get(caller, message_id)


handler = api.resolve
