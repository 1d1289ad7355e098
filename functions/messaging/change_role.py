"""PUT /v1/conversations/{conversation_id}/members/{user_id}/role: give a member another role.

By an owner: `member`, `admin` or `owner`. The last owner stays one.
"""

from parley.http import CurrentCaller, create_api
from parley.ids import UserId
from parley.messaging.members import members
from parley.messaging.members.schemas import ChangeRole, Member

api = create_api()


@api.put("/v1/conversations/<conversation_id>/members/<user_id>/role")
def change_role(caller: CurrentCaller, conversation_id: str, user_id: UserId, body: ChangeRole) -> Member:
    return members.do_change_role(caller, conversation_id, user_id, body.role)


handler = api.resolve
