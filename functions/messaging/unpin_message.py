"""DELETE /v1/messages/{message_id}/pin: take a pin away.

What is not pinned stays so.
"""

from parley.http import CurrentCaller, answer, create_api
from parley.messaging.messages import pins

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.delete("/v1/messages/<message_id>/pin", status_code=204)
def unpin_message(caller: CurrentCaller, message_id: str) -> Response[None]:
    pins.do_unpin(caller, message_id)
    return answer(None, 204)


handler = api.resolve
