"""DELETE /v1/conversations/{conversation_id}/join-requests/{user_id}: withdraw one's own request, or decline another's.

Another's as an admin or owner. One that is not there is no refusal.
"""

from parley.http import CurrentCaller, create_api
from parley.ids import UserId
from parley.messaging.invites import requests

api = create_api()


@api.delete("/v1/conversations/<conversation_id>/join-requests/<user_id>", status_code=204)
def take_back_join_request(caller: CurrentCaller, conversation_id: str, user_id: UserId) -> None:
    requests.do_take_back(caller, conversation_id, user_id)


handler = api.resolve
