"""GET /v1/messages/{message_id}: one message.

With its reactions and the number of its replies. A deleted message is shown as a tombstone.
"""

from parley.http import CurrentCaller, create_api
from parley.messaging.messages import reading
from parley.messaging.messages.schemas import Message

api = create_api()


@api.get("/v1/messages/<message_id>")
def get_message(caller: CurrentCaller, message_id: str) -> Message:
    return reading.do_get(caller, message_id)


handler = api.resolve
