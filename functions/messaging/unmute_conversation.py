"""DELETE /v1/conversations/{conversation_id}/mute: turn the caller's notifications on again.

What is not muted stays so.
"""

from parley.http import CurrentCaller, create_api
from parley.messaging.members import muting

api = create_api()


@api.delete("/v1/conversations/<conversation_id>/mute", status_code=204)
def unmute_conversation(caller: CurrentCaller, conversation_id: str) -> None:
    muting.do_unmute(caller, conversation_id)


handler = api.resolve
