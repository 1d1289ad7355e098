"""DELETE /v1/moderation/block-list: let everything be said again.

Sends and edits are held to it for up to 60 s more. Absent is no failure.
"""

from parley.http import CurrentServer, IfMatch, answer, create_api
from parley.moderation import block_list

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.delete("/v1/moderation/block-list", status_code=204)
def delete_block_list(caller: CurrentServer, if_match: IfMatch = None) -> Response[None]:
    block_list.do_delete(caller, if_match=if_match)
    return answer(None, 204)


handler = api.resolve
