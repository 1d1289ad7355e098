"""PUT /v1/conversations/{conversation_id}: change its name, picture, custom data or settings.

By an admin or owner. What is left out stays as it is.
"""

from parley.http import CurrentCaller, IfMatch, create_api
from parley.messaging.conversations import conversations
from parley.messaging.conversations.schemas import Conversation, UpdateConversation

api = create_api()


@api.put("/v1/conversations/<conversation_id>")
def update_conversation(
    caller: CurrentCaller, conversation_id: str, body: UpdateConversation, if_match: IfMatch = None
) -> Conversation:
    return conversations.do_update(caller, conversation_id, body, if_match=if_match)


handler = api.resolve
