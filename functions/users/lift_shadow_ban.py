"""DELETE /v1/users/{user_id}/shadow-ban: let others be shown what a user posts from now on.

By the tenant's back end. What was posted under the ban stays hidden.
"""

from parley.http import CurrentServer, create_api
from parley.ids import UserId
from parley.users import shadow_bans

api = create_api()


@api.delete("/v1/users/<user_id>/shadow-ban", status_code=204)
def lift_shadow_ban(caller: CurrentServer, user_id: UserId) -> None:
    shadow_bans.do_lift(caller, user_id)


handler = api.resolve
