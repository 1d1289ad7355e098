"""POST /v1/conversations/{conversation_id}/join-requests/{user_id}/approve: let in who has asked to join.

By an admin or owner. Who has become a member meanwhile stays one; who has been banned since stays out.
"""

from parley.http import CurrentCaller, create_api
from parley.ids import UserId
from parley.messaging.invites import requests
from parley.messaging.members.schemas import AddedMember

api = create_api()


@api.post("/v1/conversations/<conversation_id>/join-requests/<user_id>/approve")
def approve_join_request(caller: CurrentCaller, conversation_id: str, user_id: UserId) -> AddedMember:
    return requests.do_approve(caller, conversation_id, user_id)


handler = api.resolve
