"""DELETE /v1/conversations/{conversation_id}/members/{user_id}: remove a member, or leave.

Others by an admin or owner; oneself at any time. The last owner hands over first: 409 `last_owner`.
"""

from parley.http import CurrentCaller, create_api
from parley.ids import UserId
from parley.messaging.members import members

api = create_api()


@api.delete("/v1/conversations/<conversation_id>/members/<user_id>", status_code=204)
def remove_member(caller: CurrentCaller, conversation_id: str, user_id: UserId) -> None:
    members.do_remove(caller, conversation_id, user_id)


handler = api.resolve
