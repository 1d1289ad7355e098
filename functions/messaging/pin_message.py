"""PUT /v1/messages/{message_id}/pin: pin a message.

At most fifty a conversation: either of two in a direct conversation, admins and owners elsewhere. Again changes
nothing.
"""

from parley.http import CurrentCaller, create_api
from parley.messaging.messages import pins
from parley.messaging.messages.schemas import MessageContent

api = create_api()


@api.put("/v1/messages/<message_id>/pin")
def pin_message(caller: CurrentCaller, message_id: str) -> MessageContent:
    return pins.do_pin(caller, message_id)


handler = api.resolve
