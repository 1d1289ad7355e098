"""GET /v1/conversations/{conversation_id}/notifications: what the caller is told of by push in a conversation.

The choice for this conversation or, where there is none, the one for all.
"""

from parley.http import CurrentCaller, create_api
from parley.push import preferences
from parley.push.schemas import ConversationNotifications

api = create_api()


@api.get("/v1/conversations/<conversation_id>/notifications")
def get_conversation_notifications(caller: CurrentCaller, conversation_id: str) -> ConversationNotifications:
    return preferences.do_get_of_conversation(caller, conversation_id)


handler = api.resolve
