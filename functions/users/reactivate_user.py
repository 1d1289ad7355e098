"""POST /v1/users/{user_id}/reactivate: bring a deactivated user back as they were.

By the tenant's back end. Tokens that have not expired hold again. Repeated, it changes nothing.
"""

from parley.http import CurrentServer, create_api
from parley.ids import UserId
from parley.users import deactivation
from parley.users.schemas import User

api = create_api()


@api.post("/v1/users/<user_id>/reactivate")
def reactivate_user(caller: CurrentServer, user_id: UserId) -> User:
    return deactivation.do_reactivate(caller, user_id)


handler = api.resolve
