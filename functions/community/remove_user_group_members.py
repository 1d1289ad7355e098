"""POST /v1/user-groups/{user_group_id}/members/remove: take up to a hundred users out, with a result for each.

By the tenant's back end. Who is not in it stays so.
"""

from parley.http import CurrentServer, create_api
from parley.user_groups import members
from parley.user_groups.schemas import NamedUsers, TakenAllFromGroup

api = create_api()


@api.post("/v1/user-groups/<user_group_id>/members/remove")
def remove_user_group_members(caller: CurrentServer, user_group_id: str, body: NamedUsers) -> TakenAllFromGroup:
    return members.do_remove(caller, user_group_id, body)


handler = api.resolve
