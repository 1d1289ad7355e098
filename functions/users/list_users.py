"""GET /v1/users: the tenant's users by name.

In pages, perhaps by the beginning of the name.
"""

from typing import Annotated

from parley.http import DEFAULT_LIMIT, AnyCaller, Cursor, Limit, create_api
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
    return directory.do_list(caller, q=q, limit=limit, cursor=cursor)


handler = api.resolve
