"""POST /v1/users/batch: create or change up to a hundred users, with a result for each.

By the tenant's back end, each as `PUT /v1/users/{user_id}` would. Who is so already is not written again, so a
repetition of the call, or a nightly one with everybody, changes and tells nothing.
"""

from parley.http import CurrentServer, create_api
from parley.teams import leaving
from parley.users.schemas import PutUsers, PutUsersOutcome

api = create_api()


@api.post("/v1/users/batch")
def put_users(caller: CurrentServer, body: PutUsers) -> PutUsersOutcome:
    return leaving.do_put_many(caller, body)


handler = api.resolve
