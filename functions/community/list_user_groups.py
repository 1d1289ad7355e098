"""GET /v1/user-groups: the tenant's groups of users, in the order in which they were made.

For all of its users, whoever is in them.
"""

from parley.http import DEFAULT_LIMIT, AnyCaller, Cursor, Limit, create_api
from parley.user_groups import groups
from parley.user_groups.schemas import UserGroup
from parley.wire import Page

api = create_api()


@api.get("/v1/user-groups")
def list_user_groups(caller: AnyCaller, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> Page[UserGroup]:
    return groups.do_list(caller, limit=limit, cursor=cursor)


handler = api.resolve
