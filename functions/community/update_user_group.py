"""PUT /v1/user-groups/{user_group_id}: change the handle, the name or the description of a group of users.

What is left out stays as it is. Messages that mention the group go on doing so: they name it by its id.
"""

from parley.http import CurrentServer, IfMatch, create_api
from parley.user_groups import groups
from parley.user_groups.schemas import UpdateUserGroup, UserGroup

api = create_api()


@api.put("/v1/user-groups/<user_group_id>")
def update_user_group(
    caller: CurrentServer, user_group_id: str, body: UpdateUserGroup, if_match: IfMatch = None
) -> UserGroup:
    return groups.do_update(caller, user_group_id, body, if_match=if_match)


handler = api.resolve
