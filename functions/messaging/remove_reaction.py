"""DELETE /v1/messages/{message_id}/reactions/{reaction}: take a reaction back.

One that is not there is 204 as well.
"""

from parley.http import CurrentCaller, answer, create_api
from parley.messaging.messages.reactions import reactions

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.delete("/v1/messages/<message_id>/reactions/<reaction>", status_code=204)
def remove_reaction(caller: CurrentCaller, message_id: str, reaction: str) -> Response[None]:
    reactions.do_unreact(caller, message_id, reaction)
    return answer(None, 204)


handler = api.resolve
