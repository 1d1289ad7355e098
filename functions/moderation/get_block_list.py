"""GET /v1/moderation/block-list: what may not be said in the tenant's conversations.

With its entries as they were given.
"""

from parley.http import CurrentServer, create_api
from parley.moderation import block_list
from parley.moderation.schemas import BlockList

api = create_api()


@api.get("/v1/moderation/block-list")
def get_block_list(caller: CurrentServer) -> BlockList:
    return block_list.do_get(caller)


handler = api.resolve
