"""GET /v1/user-groups/{user_group_id}: a group of users.

For all users of the tenant, whoever is in it.
"""

from parley.http import AnyCaller, create_api
from parley.user_groups import groups
from parley.user_groups.schemas import UserGroup

api = create_api()


@api.get("/v1/user-groups/<user_group_id>")
def get_user_group(caller: AnyCaller, user_group_id: str) -> UserGroup:
    return groups.do_get(caller, user_group_id)


handler = api.resolve
