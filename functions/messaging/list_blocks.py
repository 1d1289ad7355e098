"""GET /v1/users/me/blocks: whom the caller has blocked.

In pages, in the order of their ids.
"""

from parley.http import DEFAULT_LIMIT, CurrentCaller, Cursor, Limit, create_api
from parley.messaging.members import blocks
from parley.messaging.members.schemas import Block
from parley.wire import Page

api = create_api()


@api.get("/v1/users/me/blocks")
def list_blocks(caller: CurrentCaller, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> Page[Block]:
    return blocks.do_list_blocks(caller, limit=limit, cursor=cursor)


handler = api.resolve
