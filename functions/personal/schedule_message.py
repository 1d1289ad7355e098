"""POST /v1/scheduled-messages: have a message sent later.

`message` is the body of `POST /v1/messages`. At `send_at`, or within a minute after it, it is sent as its author would
send it then: by the rights, limits and moderation of that moment, once. `scheduled_message.sent` and
`scheduled_message.failed` tell the author's sockets and the tenant's webhooks. At most 100 of a user wait.
"""

from parley.http import CurrentCaller, IdempotencyKey, answer, create_api
from parley.scheduling import scheduled_messages
from parley.scheduling.schemas import ScheduledMessage, ScheduleMessage

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.post("/v1/scheduled-messages", status_code=201)
def schedule_message(
    caller: CurrentCaller, body: ScheduleMessage, idempotency_key: IdempotencyKey = None
) -> Response[ScheduledMessage]:
    return answer(scheduled_messages.do_schedule(caller, body, idempotency_key=idempotency_key), 201)


handler = api.resolve
