"""PUT /v1/conversations/{conversation_id}/mute: turn the caller's notifications off.

For good, or until a moment. A muted conversation is counted apart in unread totals.
"""

from parley.http import CurrentCaller, create_api
from parley.messaging.members import muting
from parley.messaging.members.schemas import Membership, Mute

api = create_api()


@api.put("/v1/conversations/<conversation_id>/mute")
def mute_conversation(caller: CurrentCaller, conversation_id: str, body: Mute | None = None) -> Membership:
    return muting.do_mute(caller, conversation_id, body or Mute())


handler = api.resolve
