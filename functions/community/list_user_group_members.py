"""GET /v1/user-groups/{user_group_id}/members: who is in a group of users.

In the order of their ids, and within a second of a change.
"""

from parley.http import DEFAULT_LIMIT, AnyCaller, Cursor, Limit, create_api
from parley.user_groups import members
from parley.user_groups.schemas import GroupMember
from parley.wire import Page

api = create_api()


@api.get("/v1/user-groups/<user_group_id>/members")
def list_user_group_members(
    caller: AnyCaller, user_group_id: str, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[GroupMember]:
    return members.do_list(caller, user_group_id, limit=limit, cursor=cursor)


handler = api.resolve
