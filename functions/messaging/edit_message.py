"""PUT /v1/messages/{message_id}: change what a message says.

Its author alone may, within the tenant's edit window. What the message said before stays in its edit history; what is
left out of the body stays as it is.
"""

from parley.http import CurrentCaller, IfMatch, create_api
from parley.messaging.messages import editing
from parley.messaging.messages.schemas import EditMessage, MessageContent

api = create_api()


@api.put("/v1/messages/<message_id>")
def edit_message(caller: CurrentCaller, message_id: str, body: EditMessage, if_match: IfMatch = None) -> MessageContent:
    return editing.do_edit(caller, message_id, body, if_match=if_match)


handler = api.resolve
