"""DELETE /v1/conversations/{conversation_id}/notifications: let the choice for all conversations hold in this one.

What has no choice of its own stays so.
"""

from parley.http import CurrentCaller, create_api
from parley.push import preferences

api = create_api()


@api.delete("/v1/conversations/<conversation_id>/notifications", status_code=204)
def reset_conversation_notifications(caller: CurrentCaller, conversation_id: str) -> None:
    preferences.do_reset_of_conversation(caller, conversation_id)


handler = api.resolve
