"""POST /v1/user-groups/{user_group_id}/members: add up to a hundred users to a group, with a result for each.

By the tenant's back end. Who is in it already stays so. A group has at most 1,000 members.
"""

from parley.http import CurrentServer, create_api
from parley.user_groups import members
from parley.user_groups.schemas import AddedAllToGroup, NamedUsers

api = create_api()


@api.post("/v1/user-groups/<user_group_id>/members")
def add_user_group_members(caller: CurrentServer, user_group_id: str, body: NamedUsers) -> AddedAllToGroup:
    return members.do_add(caller, user_group_id, body)


handler = api.resolve
