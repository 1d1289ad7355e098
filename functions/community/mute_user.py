"""PUT /v1/users/{user_id}/mute: let nothing that a user writes be pushed to the caller.

For good, or until a moment. It is shown and counted as before, and the user is not told.
"""

from parley.http import CurrentCaller, create_api
from parley.ids import UserId
from parley.messaging.members import user_mutes
from parley.messaging.members.schemas import Mute, UserMute

api = create_api()


@api.put("/v1/users/<user_id>/mute")
def mute_user(caller: CurrentCaller, user_id: UserId, body: Mute | None = None) -> UserMute:
    return user_mutes.do_mute(caller, user_id, body or Mute())


handler = api.resolve
