"""DELETE /v1/scheduled-messages/{scheduled_message_id}: take a message back before it is sent.

204: it is not sent. 409 `scheduled_message_being_sent`: its moment has come. 404: it has been sent, or was taken back
before.
"""

from parley.http import CurrentCaller, IfMatch, answer, create_api
from parley.scheduling import scheduled_messages

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.delete("/v1/scheduled-messages/<scheduled_message_id>", status_code=204)
def cancel_scheduled_message(
    caller: CurrentCaller, scheduled_message_id: str, if_match: IfMatch = None
) -> Response[None]:
    scheduled_messages.do_cancel(caller, scheduled_message_id, if_match=if_match)
    return answer(None, 204)


handler = api.resolve
