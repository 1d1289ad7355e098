"""POST /v1/conversations/{conversation_id}/invites: invite users, who join if they want to.

By an admin or owner of a group or channel, up to 100 at once, each with a result. Again, an invite holds from now on.
"""

from parley.http import CurrentCaller, create_api
from parley.messaging.invites import invites
from parley.messaging.invites.schemas import InvitedUsers, InviteUsers

api = create_api()


@api.post("/v1/conversations/<conversation_id>/invites")
def invite_users(caller: CurrentCaller, conversation_id: str, body: InviteUsers) -> InvitedUsers:
    return invites.do_invite(caller, conversation_id, body)


handler = api.resolve
