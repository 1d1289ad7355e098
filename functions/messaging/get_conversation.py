"""GET /v1/conversations/{conversation_id}: a conversation and the caller's membership.

Members see theirs; a channel is shown to everybody of the tenant.
"""

from parley.http import CurrentCaller, create_api
from parley.messaging.conversations import conversations
from parley.messaging.conversations.schemas import Conversation

api = create_api()


@api.get("/v1/conversations/<conversation_id>")
def get_conversation(caller: CurrentCaller, conversation_id: str) -> Conversation:
    return conversations.do_get(caller, conversation_id)


handler = api.resolve
