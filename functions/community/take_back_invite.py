"""DELETE /v1/conversations/{conversation_id}/invites/{user_id}: decline one's own invite, or take another's back.

Another's as an admin or owner. One that is not there is no refusal.
"""

from parley.http import CurrentCaller, create_api
from parley.ids import UserId
from parley.messaging.invites import invites

api = create_api()


@api.delete("/v1/conversations/<conversation_id>/invites/<user_id>", status_code=204)
def take_back_invite(caller: CurrentCaller, conversation_id: str, user_id: UserId) -> None:
    invites.do_take_back(caller, conversation_id, user_id)


handler = api.resolve
