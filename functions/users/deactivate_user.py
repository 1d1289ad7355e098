"""POST /v1/users/{user_id}/deactivate: refuse a user's tokens, close their sockets, and show them in no list of users.

By the tenant's back end. Messages and memberships stay; no push reaches the user, and nobody puts them into a
conversation. Takes effect within 60 s. Repeated, it changes nothing.
"""

from parley.http import CurrentServer, create_api
from parley.ids import UserId
from parley.users import deactivation
from parley.users.schemas import User

api = create_api()


@api.post("/v1/users/<user_id>/deactivate")
def deactivate_user(caller: CurrentServer, user_id: UserId) -> User:
    return deactivation.do_deactivate(caller, user_id)


handler = api.resolve
