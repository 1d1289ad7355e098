"""DELETE /v1/users/{user_id}/mute: let what a user writes be pushed to the caller again.

Who is not muted stays so.
"""

from parley.http import CurrentCaller, create_api
from parley.ids import UserId
from parley.messaging.members import user_mutes

api = create_api()


@api.delete("/v1/users/<user_id>/mute", status_code=204)
def unmute_user(caller: CurrentCaller, user_id: UserId) -> None:
    user_mutes.do_unmute(caller, user_id)


handler = api.resolve
