"""GET /v1/scheduled-messages/{scheduled_message_id}: one of the caller's messages that are sent later.

404 once it has been sent or taken back.
"""

from parley.http import CurrentCaller, answer, create_api
from parley.scheduling import scheduled_messages
from parley.scheduling.schemas import ScheduledMessage

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.get("/v1/scheduled-messages/<scheduled_message_id>")
def get_scheduled_message(caller: CurrentCaller, scheduled_message_id: str) -> Response[ScheduledMessage]:
    return answer(scheduled_messages.do_get(caller, scheduled_message_id))


handler = api.resolve
