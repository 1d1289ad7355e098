"""GET /v1/users/{user_id}/shadow-ban: why and until when nobody else is shown what a user posts.

By the tenant's back end.
"""

from parley.http import CurrentServer, create_api
from parley.ids import UserId
from parley.users import shadow_bans
from parley.users.schemas import ShadowBan

api = create_api()


@api.get("/v1/users/<user_id>/shadow-ban")
def get_shadow_ban(caller: CurrentServer, user_id: UserId) -> ShadowBan:
    return shadow_bans.do_get(caller, user_id)


handler = api.resolve
