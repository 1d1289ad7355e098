"""DELETE /v1/conversations/{conversation_id}/bans/{user_id}: let a user come back.

By an admin or owner. They are no member until somebody adds them.
"""

from parley.http import CurrentCaller, create_api
from parley.ids import UserId
from parley.messaging.members import bans

api = create_api()


@api.delete("/v1/conversations/<conversation_id>/bans/<user_id>", status_code=204)
def unban_user(caller: CurrentCaller, conversation_id: str, user_id: UserId) -> None:
    bans.do_unban(caller, conversation_id, user_id)


handler = api.resolve
