"""DELETE /v1/threads/{message_id}/follow: follow the thread under a message no more.

It stays so, whoever replies or mentions the caller, until they follow it again.
"""

from parley.http import CurrentCaller, answer, create_api
from parley.messaging.threads import following

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.delete("/v1/threads/<message_id>/follow", status_code=204)
def unfollow_thread(caller: CurrentCaller, message_id: str) -> Response[None]:
    following.do_unfollow(caller, message_id)
    return answer(None, 204)


handler = api.resolve
