"""POST /v1/messages/{message_id}/flag: report a message to the tenant's moderators.

The moderators see it in `GET /v1/moderation/flags`; the author is not told. Once a user and message.
"""

from parley.http import CurrentCaller, answer, create_api
from parley.messaging.review import reports
from parley.messaging.review.schemas import Flag, FlagMessage

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.post("/v1/messages/<message_id>/flag", status_code=201)
def flag_message(caller: CurrentCaller, message_id: str, body: FlagMessage) -> Response[Flag]:
    flag, is_new = reports.do_flag(caller, message_id, body.reason)
    return answer(flag, 201 if is_new else 200)


handler = api.resolve
