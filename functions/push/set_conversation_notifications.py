"""PUT /v1/conversations/{conversation_id}/notifications: choose what to be told of by push in a conversation.

It stands before what is chosen for all conversations, unless that is `none`. A muted conversation stays silent.
"""

from parley.http import CurrentCaller, create_api
from parley.push import preferences
from parley.push.schemas import ConversationNotifications, SetNotifications

api = create_api()


@api.put("/v1/conversations/<conversation_id>/notifications")
def set_conversation_notifications(
    caller: CurrentCaller, conversation_id: str, body: SetNotifications
) -> ConversationNotifications:
    return preferences.do_set_of_conversation(caller, conversation_id, body)


handler = api.resolve
