"""GET /v1/users: the tenant's users by name.

In pages, perhaps by the beginning of the name. Where teams are on, a user is shown those whom they share a team with.
"""

from typing import Annotated

from parley.http import DEFAULT_LIMIT, AnyCaller, Cursor, Limit, create_api
from parley.identity import teams
from parley.search.querying import user_query
from parley.users import directory
from parley.users.schemas import UserPage

from aws_lambda_powertools.event_handler.openapi.params import Query

api = create_api()
NamePrefix = Annotated[
    str | None, Query(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$", description="How the name begins")
]


@api.get("/v1/users")
def list_users(
    caller: AnyCaller, q: NamePrefix = None, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> UserPage:
    if teams.is_held(caller):
        return user_query.do_list_seen(caller, q=q, limit=limit, cursor=cursor)
    return directory.do_list(caller, q=q, limit=limit, cursor=cursor)


handler = api.resolve
