"""PUT /v1/scheduled-messages/{scheduled_message_id}: change what is sent, or when.

What is left out stays as it is. One that failed waits again then. Once its moment has come it can be changed no more.
"""

from parley.http import CurrentCaller, IfMatch, answer, create_api
from parley.scheduling import scheduled_messages
from parley.scheduling.schemas import ScheduledMessage, UpdateScheduledMessage

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.put("/v1/scheduled-messages/<scheduled_message_id>")
def update_scheduled_message(
    caller: CurrentCaller, scheduled_message_id: str, body: UpdateScheduledMessage, if_match: IfMatch = None
) -> Response[ScheduledMessage]:
    return answer(scheduled_messages.do_update(caller, scheduled_message_id, body, if_match=if_match))


handler = api.resolve
