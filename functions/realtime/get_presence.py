"""GET /v1/users/{user_id}/presence: whether a user is online, as the caller may see it.

Whom the user has blocked sees them offline, as does everybody while they are invisible.
"""

from parley.http import CurrentCaller, create_api
from parley.ids import UserId
from parley.realtime import presence
from parley.realtime.schemas import UserPresence

api = create_api()


@api.get("/v1/users/<user_id>/presence")
def get_presence(caller: CurrentCaller, user_id: UserId) -> UserPresence:
    return presence.do_get_presence(caller, user_id)


handler = api.resolve
