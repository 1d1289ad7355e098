"""PUT /v1/moderation/block-list: what may not be said in the tenant's conversations.

The whole list is replaced. Sends and edits are held to it within 60 s.
"""

from parley.http import CurrentServer, IfMatch, create_api
from parley.moderation import block_list
from parley.moderation.schemas import BlockList, PutBlockList

api = create_api()


@api.put("/v1/moderation/block-list")
def put_block_list(caller: CurrentServer, body: PutBlockList, if_match: IfMatch = None) -> BlockList:
    return block_list.do_put(caller, body, if_match=if_match)


handler = api.resolve
