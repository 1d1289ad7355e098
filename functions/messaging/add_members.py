"""POST /v1/conversations/{conversation_id}/members: add users, or join a channel.

Up to a hundred, with a result for each; by an admin or owner. In a channel anybody may add themselves.
"""

from parley.http import CurrentCaller, create_api
from parley.messaging.members import members
from parley.messaging.members.schemas import AddedMembers, AddMembers

api = create_api()


@api.post("/v1/conversations/<conversation_id>/members")
def add_members(caller: CurrentCaller, conversation_id: str, body: AddMembers) -> AddedMembers:
    return members.do_add(caller, conversation_id, body)


handler = api.resolve
