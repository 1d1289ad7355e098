"""PUT /v1/threads/{message_id}/follow: follow the thread under a message.

The replies that are there count as read. Again changes nothing.
"""

from parley.http import CurrentCaller, create_api
from parley.messaging.threads import following
from parley.messaging.threads.schemas import Thread

api = create_api()


@api.put("/v1/threads/<message_id>/follow")
def follow_thread(caller: CurrentCaller, message_id: str) -> Thread:
    return following.do_follow(caller, message_id)


handler = api.resolve
