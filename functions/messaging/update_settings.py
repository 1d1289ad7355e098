"""PUT /v1/conversations/{conversation_id}/settings: how the caller keeps a conversation in their list.

Hidden, archived for them, pinned, labels; what is left out stays as it is. The caller's other devices are told, nobody
else.
"""

from parley.http import CurrentCaller, IfMatch, create_api
from parley.messaging.members import conversation_settings
from parley.messaging.members.schemas import ConversationSettings, UpdateSettings

api = create_api()


@api.put("/v1/conversations/<conversation_id>/settings")
def update_settings(
    caller: CurrentCaller, conversation_id: str, body: UpdateSettings, if_match: IfMatch = None
) -> ConversationSettings:
    return conversation_settings.do_update(caller, conversation_id, body, if_match=if_match)


handler = api.resolve
