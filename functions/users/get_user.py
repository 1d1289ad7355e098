"""GET /v1/users/{user_id}: a user; `me` is the caller.

Everybody of the tenant may read a profile; where teams are on, of whom they share a team with.
"""

from parley.http import AnyCaller, create_api
from parley.ids import UserId
from parley.users import profiles
from parley.users.schemas import User

api = create_api()


@api.get("/v1/users/<user_id>")
def get_user(caller: AnyCaller, user_id: UserId) -> User:
    return profiles.do_get(caller, user_id)


handler = api.resolve
