"""PUT /v1/users/{user_id}/shadow-ban: let nobody else be shown what a user posts, in any conversation.

By the tenant's back end, for good or until a moment. The user is not told: what they send looks to them as sent. Takes
effect within 60 s.
"""

from parley.http import CurrentServer, create_api
from parley.ids import UserId
from parley.users import shadow_bans
from parley.users.schemas import PutShadowBan, ShadowBan

api = create_api()


@api.put("/v1/users/<user_id>/shadow-ban")
def shadow_ban_user(caller: CurrentServer, user_id: UserId, body: PutShadowBan) -> ShadowBan:
    return shadow_bans.do_put(caller, user_id, body)


handler = api.resolve
