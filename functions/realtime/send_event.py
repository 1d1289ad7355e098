"""POST /v1/conversations/{conversation_id}/events: tell an event of the app's own.

It reaches the sockets that watch the conversation at once, and is kept nowhere: not replayed, counted, pushed or
searched. A back end sends without `X-Acting-User` as `_system`. Sockets send the same as the action `event.send`.
"""

from parley.http import AnyCaller, create_api
from parley.realtime import passing
from parley.realtime.schemas import CustomEvent, SendEvent

api = create_api()


@api.post("/v1/conversations/<conversation_id>/events", status_code=201)
def send_event(caller: AnyCaller, conversation_id: str, body: SendEvent) -> CustomEvent:
    return passing.do_send_event(caller, conversation_id, body)


handler = api.resolve
