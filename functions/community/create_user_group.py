"""POST /v1/user-groups: make a group of users whom a message may mention together.

By the tenant's back end, which adds its members next. A tenant has at most 200 groups, and no two have a handle.
"""

from parley.http import CurrentServer, IdempotencyKey, create_api
from parley.user_groups import groups
from parley.user_groups.schemas import CreateUserGroup, UserGroup

api = create_api()


@api.post("/v1/user-groups", status_code=201)
def create_user_group(
    caller: CurrentServer, body: CreateUserGroup, idempotency_key: IdempotencyKey = None
) -> UserGroup:
    return groups.do_create(caller, body, idempotency_key=idempotency_key)


handler = api.resolve
